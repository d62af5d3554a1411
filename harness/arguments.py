"""The command line's words, from dataclasses; tyro reads them."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Union

import tyro
from tyro import _errors as tyro_errors  # private in 1.0.17, which constraints.txt pins and a test watches

from harness.errors import InputError, one_line
from harness.implementations import Impl
from reference.config import Config


@dataclass(frozen=True)
class Train:
    """Train one implementation; writes a run folder with metrics, weights and report.html."""

    config: tyro.conf.OmitArgPrefixes[Config] = field(default_factory=Config)
    impl: Impl = "reference"
    """Which implementation."""
    out: Path | None = None
    """New folder for the run; None: runs/<time>-<impl>-<env_id>-<seed>."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Compare:
    """Run both implementations in lockstep; exit 0 if every bit agrees, 1 at the first that differs."""

    config: tyro.conf.OmitArgPrefixes[Config] = field(default_factory=Config)
    out: Path | None = None
    """New folder for both runs and a report over them; None: nothing is written."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Evaluate:
    """Play episodes with a run's final policy, without exploration."""

    run: tyro.conf.Positional[Path]
    """Run folder."""
    episodes: int = 10
    """How many; their seeds derive from the run's, and training saw none of them."""
    max_steps_per_episode: int | None = None
    """Steps after which an episode is truncated; None: as in the run."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


@dataclass(frozen=True)
class Report:
    """Draw the report of one run, or of several on top of each other."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """Run folders."""
    out: Path | None = None
    """The page to write; None: report.html in the run's folder, or here for several runs."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


Command = Train | Compare | Evaluate | Report

_Words = Union[
    Annotated[Train, tyro.conf.subcommand("train")],
    Annotated[Compare, tyro.conf.subcommand("compare")],
    Annotated[Evaluate, tyro.conf.subcommand("evaluate")],
    Annotated[Report, tyro.conf.subcommand("report")],
]


def parse(arguments: Sequence[str] | None) -> Command:
    """The command that was asked for; `None` reads the process's own arguments.

    Raises:
        InputError: the words do not make one.
        SystemExit: help was asked for, and printed.
    """
    words = sys.argv[1:] if arguments is None else arguments
    command = " ".join(["ddpg", *(word for word in words[:1] if word in _COMMANDS)])
    with tyro_errors.on_parse_error(partial(_refuse, command)):
        return tyro.cli(
            _Words, args=arguments, prog="ddpg", description="DDPG twice, and the check that both are the same."
        )


_COMMANDS = ("train", "compare", "evaluate", "report")
_HELP = "`%s --help` says what there is."


def _quoted(message: str) -> str:
    """What the user wrote, out of the message that Python made of it: "...: 'abc'"."""
    return message.rpartition(": ")[2]


def _refuse(command: str, event: tyro_errors.ParseErrorEvent) -> None:
    """Turns each of tyro's boxed messages into one line; kinds of event unknown here keep tyro's own words."""
    match event:
        case tyro_errors.InstantiationFailure(message=message, argument=argument):
            if argument is None:  # not one word, but Config as a whole
                raise InputError(one_line(ValueError(message)))
            kind = argument.lowered.metavar
            raise InputError(f"{argument.display_name()} must be {kind}; got {_quoted(message)}. {_HELP % command}")
        case tyro_errors.InvalidChoice(argument=argument, value=value, choices=choices):
            raise InputError(f"{argument.display_name()} must be one of {', '.join(choices)}; got {value!r}.")
        case tyro_errors.UnrecognizedArgs(tokens=tokens):
            raise InputError(f"unknown argument {' '.join(tokens)}. {_HELP % command}")
        case tyro_errors.MissingSubcommand(found_token=token):
            got = "none" if token is None else repr(token)
            raise InputError(f"a command is needed, one of {', '.join(_COMMANDS)}; got {got}.")
        case tyro_errors.MissingArgs(missing_arguments=missing):
            names = ", ".join(item.arg.display_name() for item in missing)
            raise InputError(f"{names} is missing. {_HELP % command}")
        case tyro_errors.BadValue(argument=argument, reason=reason):
            raise InputError(f"{argument.display_name()} has {reason.replace('_', ' ')}. {_HELP % command}")
