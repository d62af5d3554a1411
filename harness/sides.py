"""What `ddpg compare A B` puts on either side, and with which configuration it begins."""

from dataclasses import fields
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import get_args

from harness.errors import InputError
from harness.implementations import Impl
from harness.trust import named_in, refuse_unnamed
from reference.config import Config

IMPLS: tuple[Impl, ...] = get_args(Impl)
SIDES: tuple[Impl, Impl] = ("reference", "torchrl")

Side = Impl | Path
"""An implementation's name, or where a trace lies."""


def read_sides(words: tuple[str, ...]) -> tuple[Side, Side]:
    """The two sides; no words: the two implementations.

    Raises:
        InputError: not two, or neither an implementation nor a path where something lies.
    """
    if not words:
        return SIDES
    if len(words) != 2:
        raise InputError(
            f"compare takes two sides, each of {', '.join(IMPLS)} or the path of a trace; got {' '.join(words)}."
        )
    left, right = map(_side, words)
    return left, right


def first_config(words: tuple[str, ...], fault: str | None) -> Config:
    """The configuration that the options of `ddpg compare` are given on top of.

    Raises:
        InputError: sides that cannot be read, two traces of different runs, or a fault that there is none of.
    """
    traces = traces_of(read_sides(words))
    if fault is not None:
        _check_fault_sides(words, traces)
        return import_module("harness.faults").fault_config(fault)
    if not traces:
        return Config()
    read_header = import_module("harness.trace_reader").read_header
    configs = [read_header(path).config for path in traces]
    apart = differing(configs[0], configs[-1])
    if apart:
        words_apart = ", ".join(f"{name} ({a!r} against {b!r})" for name, (a, b) in apart.items())
        raise InputError(f"{traces[0]} and {traces[1]} are traces of different runs: {words_apart}.")
    return configs[0]


def refuse_contradiction(words: tuple[str, ...], config: Config) -> None:
    """Raises InputError where options were given that a trace's configuration contradicts."""
    traces = traces_of(read_sides(words))
    if not traces:
        return
    for name, (needed, came) in differing(first_config(words, None), config).items():
        raise InputError(f"{name} must be {needed!r}, as in the trace {traces[0]}; got {came!r}. Leave it out.")


def refuse_unnamed_code(words: tuple[str, ...], config: Config, line: list[str]) -> None:
    """Raises InputError where a trace's configuration names code, a run would import it, and `line` does not name it.

    Args:
        words: the sides.
        config: the trace's.
        line: every word of the command line.
    """
    traces = traces_of(read_sides(words))
    if len(traces) == 1:
        named = config.env_id if named_in(line, config.env_id) else None
        refuse_unnamed(config.env_id, named, traces[0])


def traces_of(sides: tuple[Side, Side]) -> list[Path]:
    """Where the traces lie, of the two sides."""
    return [side for side in sides if isinstance(side, Path)]


def differing(ours: Config, theirs: Config) -> dict[str, tuple[object, object]]:
    """The fields in which two configurations differ, with both values."""
    both = {field.name: (getattr(ours, field.name), getattr(theirs, field.name)) for field in fields(Config)}
    return {name: (a, b) for name, (a, b) in both.items() if a != b}


def _side(word: str) -> Side:
    for impl in IMPLS:
        if word == impl:
            return impl
    if Path(word).exists():
        return Path(word)
    near = get_close_matches(word, IMPLS, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise InputError(f"a side must be one of {', '.join(IMPLS)} or the path of a trace; got {word!r}.{meant}")


def _check_fault_sides(words: tuple[str, ...], traces: list[Path]) -> None:
    if traces or (words and len(set(words)) == 1):
        raise InputError(f"fault needs both implementations, one of which it is put into; got {' '.join(words)}.")
