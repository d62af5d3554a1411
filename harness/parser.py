"""From the command line's words to a command; what makes none is refused in one line."""

import sys
from collections.abc import Sequence
from dataclasses import fields, make_dataclass
from functools import partial
from typing import Annotated, Any, Union

import tyro
from tyro import _errors as tyro_errors  # private in 1.0.17, which constraints.txt pins and a test watches

from harness.arguments import COMMANDS, Command, Compare, Parity, Record, Train
from harness.errors import InputError, one_line
from harness.presets import preset_config
from harness.seeds_words import refuse_seeds
from harness.sides import first_config, refuse_contradiction, refuse_unnamed_code
from reference.config import Config

_UncheckedConfig: Any = make_dataclass(
    "_UncheckedConfig", [(item.name, item.type, item.default) for item in fields(Config)], frozen=True
)
_options_of: Any = tyro.conf.OmitArgPrefixes  # mypy knows no type made at run time


def _unchecked(kind: Any) -> Any:
    """A command before it is known on top of which configuration its options are given, so that none can be refused."""
    items = [
        (item.name, _options_of[_UncheckedConfig], _UncheckedConfig())
        if item.name == "config"
        else (item.name, item.type, item.default)
        for item in fields(kind)
    ]
    return make_dataclass(f"_Unchecked{kind.__name__}", items)


_HELP_WORDS = {"-h", "--help"}
_UNCHECKED = {kind.__name__.lower(): _unchecked(kind) for kind in (Train, Record, Compare)}


def parse(arguments: Sequence[str] | None) -> Command:
    """The command that was asked for; `None` reads the process's own arguments.

    Raises:
        InputError: the words do not make one.
        SystemExit: help was asked for, and printed.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    name = words[0] if words else ""
    asks_for_help = not _HELP_WORDS.isdisjoint(words)
    if name == "parity" and not asks_for_help:
        return Parity(tuple(words[1:]))  # pytest's words, which tyro need not know
    if name not in _UNCHECKED:
        return _parse(words)
    try:
        config = _first_config(_parse([word for word in words if word not in _HELP_WORDS], {name: _UNCHECKED[name]()}))
    except InputError:
        if not asks_for_help:
            raise
        config = Config()  # help is for those whose words are wrong, too
    command = _parse(words, {name: COMMANDS[name](config=config)})
    if isinstance(command, Compare):
        refuse_contradiction(command.sides, command.config)
        refuse_unnamed_code(command.sides, command.config, words)
    if isinstance(command, Train) and command.impl == "torchrl" and command.update == "fused":
        raise InputError("update must be autograd with impl torchrl; got 'fused', which is the reference's alone.")
    if isinstance(command, Train):
        refuse_seeds(command, words)
    return command


def _first_config(command: Any) -> Config:
    """The configuration that the options are given on top of: a preset's, a fault's, a trace's, or the default.

    Raises:
        InputError: what the words name is not there, or they name two of these.
    """
    if not isinstance(command, _UNCHECKED["compare"]):
        return Config() if command.preset is None else preset_config(command.preset)
    if command.preset is None:
        return first_config(command.sides, command.fault)
    if command.fault is not None:
        raise InputError(f"preset must be left out beside fault, which brings its own fields; got {command.preset!r}.")
    return preset_config(command.preset)


def _parse(words: list[str], defaults: dict[str, Any] | None = None) -> Any:
    """The command; `defaults` holds commands by name, each with its defaults and of the type that it becomes."""
    defaults = defaults or {}
    kinds = COMMANDS | {name: type(command) for name, command in defaults.items()}
    commands = {
        name: tyro.conf.subcommand(name, default=defaults[name]) if name in defaults else tyro.conf.subcommand(name)
        for name in kinds
    }
    union: Any = Union[tuple(Annotated[kinds[name], commands[name]] for name in kinds)]
    asked = " ".join(["ddpg", *(word for word in words[:1] if word in COMMANDS)])
    with tyro_errors.on_parse_error(partial(refuse, asked)):
        return tyro.cli(union, args=words, prog="ddpg", description="DDPG twice, and the check that both are the same.")


_HELP = "`%s --help` says what there is."


def _quoted(message: str) -> str:
    """What the user wrote, out of the message that Python made of it: "...: 'abc'"."""
    return message.rpartition(": ")[2]


def refuse(command: str, event: tyro_errors.ParseErrorEvent) -> None:
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
            raise InputError(f"a command is needed, one of {', '.join(COMMANDS)}; got {got}.")
        case tyro_errors.MissingArgs(missing_arguments=missing):
            names = ", ".join(item.arg.display_name() for item in missing)
            raise InputError(f"{names} is missing. {_HELP % command}")
        case tyro_errors.BadValue(argument=argument, reason=reason):
            raise InputError(f"{argument.display_name()} has {reason.replace('_', ' ')}. {_HELP % command}")
