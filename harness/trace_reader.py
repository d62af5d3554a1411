"""Reads traces, and refuses what is damaged, cut off or not in the format; `docs/traces.md` describes it."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

from harness.errors import InputError, one_line
from harness.strict_json import open_plain
from harness.trace import KINDS, Header, Line, Place, Trace, trace_file
from harness.trace_parser import check_order, parse_end, parse_header, parse_line, require

_BROKEN = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
_LONGEST_HEADER = 1_000_000  # bytes; a file of another kind may have no line's end at all


def read_header(path: Path) -> Header:
    """The header of the trace at a path, which may be a folder.

    Raises:
        InputError: there is no trace, or none that this version reads.
    """
    try:
        with open_plain(trace_file(path)) as file:
            text = file.readline(_LONGEST_HEADER)
        return parse_header(_object(text))
    except (OSError, *_BROKEN) as error:
        raise InputError(f"{path} cannot be read as a trace; line 1: {_words(error)}.") from error


def read_trace(path: Path) -> Trace:
    """The trace at a path, once every line was found to be in order.

    Raises:
        InputError: it is damaged, or breaks off before its end.
    """
    header = read_header(path)
    valued: set[int] = set()
    lines = read_lines(path, header)
    while True:
        try:
            line = next(lines)
        except StopIteration as stop:
            return Trace(path, header, frozenset(valued), stop.value)
        if line.values:
            # A step's values belong to the update that comes next.
            valued.add(line.place.update + (line.kind == "step"))


def read_lines(path: Path, header: Header) -> Generator[Line, None, Place]:
    """The lines between header and end, each checked as it comes; returns where the run ended.

    Raises:
        InputError: as `read_trace`.
    """
    last, made = Place(0, 0, 0), dict.fromkeys(KINDS, 0)
    number, end = 1, None
    with open_plain(trace_file(path)) as file:
        file.readline()
        for number, text in enumerate(file, start=2):
            try:
                require(end is None, "the trace has ended before it")
                found = _object(text)
                if found["line"] == "end":
                    end = parse_end(found, header, last, made)
                    continue
                line = parse_line(found, header)
                made[line.kind] += 1
                check_order(line, last, made[line.kind])
            except _BROKEN as error:
                raise InputError(f"{path} is damaged as a trace, line {number}: {_words(error)}.") from error
            last = line.place
            yield line
    if end is None:
        raise InputError(
            f"{path} breaks off after line {number} (episode {last.episode}, environment step {last.step}, "
            f'update {last.update}); a whole trace ends in a line "end". Record it again.'
        )
    return end


def _object(text: bytes) -> dict[str, Any]:
    require(text.endswith(b"\n"), "it was never finished")
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    require(isinstance(found, dict), "it is no JSON object")
    return found


def _words(error: BaseException) -> str:
    """A missing key's message is the key alone."""
    return f"{one_line(error)} is missing" if isinstance(error, KeyError) else one_line(error).rstrip(".")
