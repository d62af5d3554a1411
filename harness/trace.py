"""Traces: a run as a file of hashes, in a format that any program can write; `docs/traces.md` describes it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from harness.encoding import encode
from reference.config import Config

FORMAT = {"format": "ddpg-trace", "version": 1}

KINDS = ("start", "step", "update", "episode")
"""The lines between a trace's header and its end."""


class Place(NamedTuple):
    """Where in a run a line stands."""

    episode: int  # the one that goes on, from 1; 0 at the start
    step: int  # environment steps made so far
    update: int  # updates made so far


class Line(NamedTuple):
    """What was made at one place."""

    kind: str  # one of KINDS
    place: Place
    hashes: dict[str, str | None]  # by quantity; None where it was not made there
    values: dict[str, Any]  # the same, as tensors or dicts of tensors; any of the quantities, often none


class Header(NamedTuple):
    """A trace's first line."""

    implementation: str  # what made it
    config: Config
    quantities: dict[str, list[str]]  # by kind: what each of its lines holds
    versions: dict[str, Any]  # as `versions.json` of a run folder; empty where the writer does not say
    written: str  # when, in UTC


class Trace(NamedTuple):
    """A trace that was found whole."""

    path: Path
    header: Header
    valued: frozenset[int]  # updates that have values; 0: the start
    end: Place


def trace_file(path: Path) -> Path:
    """A trace is a file; a folder stands for the `trace.jsonl` in it."""
    return path if path.suffix == ".jsonl" or path.is_file() else path / "trace.jsonl"


def as_header(header: Header) -> dict[str, Any]:
    """The header as JSON."""
    return {"line": "header", **FORMAT, **header._asdict(), "config": asdict(header.config)}


def as_line(line: Line) -> dict[str, Any]:
    """A line as JSON."""
    values = {"values": {name: encode(value) for name, value in line.values.items()}} if line.values else {}
    return {"line": line.kind, **line.place._asdict(), "hashes": line.hashes, **values}


def as_end(place: Place) -> dict[str, Any]:
    """The last line as JSON, by which a trace is known to be whole."""
    return {"line": "end", **place._asdict()}
