"""What a preset is: fields of `Config` as some publication or library has them, each with its place there."""

from dataclasses import fields
from typing import Any, NamedTuple

from reference.config import Config


class Source(NamedTuple):
    """Where something stands."""

    place: str  # as a reader says it, "sec. 7" or "ddpg.py l.45"
    link: str  # where to open it; empty for the notebook, which has no address


class Given(NamedTuple):
    """The value of one field, in the units of `Config` and of Pendulum-v1."""

    value: Any
    source: Source
    how: str = ""  # how it follows from what stands there; empty where it stands there as it is


class Missing(NamedTuple):
    """What the source does and the preset does not."""

    what: str
    source: Source


class Preset(NamedTuple):
    """One source's DDPG."""

    what: str  # one line
    given: dict[str, Given]  # by field; the others keep their defaults
    missing: tuple[Missing, ...] = ()
    remarks: tuple[str, ...] = ()  # paragraphs, Markdown


class Difference(NamedTuple):
    """A field in which a preset is not the default."""

    field: str
    given: Given
    default: Any


def lines(file: str, first: int, last: int | None = None) -> Source:
    """Lines of a file at a fixed commit.

    Args:
        file: its address on GitHub.
        first: its first line that matters.
        last: its last one; None: there is one.
    """
    name = file.rpartition("/")[2]
    if last is None:
        return Source(f"{name} l.{first}", f"{file}#L{first}")
    return Source(f"{name} l.{first}-{last}", f"{file}#L{first}-L{last}")


def length(total_steps: int, source: Source, how: str = "") -> dict[str, Given]:
    """Fields of a run whose length is known in environment steps alone."""
    return {
        "total_steps": Given(total_steps, source, how),
        "episodes": Given(total_steps, source, "no limit of its own"),  # each takes a step, so that steps end the run
    }


def differences(preset: Preset) -> list[Difference]:
    """The fields in which a preset is not the default, in the order of `Config`."""
    rows = [
        Difference(field.name, preset.given[field.name], field.default)
        for field in fields(Config)
        if field.name in preset.given
    ]
    return [row for row in rows if row.given.value != row.default]


def in_words(value: Any) -> str:
    """A field's value as the tables print it."""
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:g}"
    return f"{value:,}" if type(value) is int else str(value)
