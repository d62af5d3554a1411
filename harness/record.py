"""`ddpg record`: one run into one trace."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from harness.errors import InputError, one_line
from harness.files import append_lines
from harness.fingerprint import versions
from harness.implementations import Impl
from harness.sources import implementation_lines
from harness.trace import Header, Line, Place, as_end, as_header, as_line, trace_file
from harness.trace_lines import QUANTITIES, Chosen
from reference.config import Config
from reference.state import Space


class Written(NamedTuple):
    """How much a trace holds."""

    end: Place
    hashes: int
    values: int


def choose(every: int | None, at: tuple[int, ...]) -> Chosen:
    """Which updates have their values written; both ways of saying so add up.

    Raises:
        InputError: numbers that are none of an update.
    """
    if every is not None and every < 1:
        raise InputError(f"values_every must be a whole number of at least 1; got {every}.")
    if at and min(at) < 0:
        raise InputError(f"values_at must be whole numbers of at least 0; got {min(at)}.")
    return lambda update: update in at or (every is not None and update % every == 0)


def record_into(config: Config, impl: Impl, out: Path, space: Space, chosen: Chosen) -> dict[str, Any]:
    """Trains, writing every line as its episode ends; a run that is stopped leaves whole lines, and no end.

    Returns:
        The trace's figures, as `--json` prints them.

    Raises:
        InputError: something is there already, or it cannot be written.
    """
    begin, path = perf_counter(), trace_file(out)
    _make(path)
    header = Header(impl, config, QUANTITIES, versions(), datetime.now(UTC).isoformat(timespec="seconds"))
    with closing(implementation_lines(impl, config, space, chosen, None)) as lines:
        written = write_trace(path, header, lines)
    return {
        "trace": str(path),
        "impl": impl,
        "episodes": written.end.episode,
        "steps": written.end.step,
        "updates": written.end.update,
        "hashes": written.hashes,
        "values": written.values,
        "megabytes": round(path.stat().st_size / 1e6, 3),
        "seconds": round(perf_counter() - begin, 2),
    }


def write_trace(path: Path, header: Header, lines: Iterable[Line]) -> Written:
    """Adds a whole trace to a file that is there, line by line as they come; what it came to."""
    written = Written(Place(0, 0, 0), 0, 0)

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal written
        for line in lines:
            written = Written(line.place, written.hashes + len(line.hashes), written.values + len(line.values))
            yield as_line(line)

    append_lines(path, [as_header(header)])
    append_lines(path, counted())
    append_lines(path, [as_end(written.end)])
    return written


def _make(path: Path) -> None:
    """An empty file, where there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("x").close()
    except FileExistsError as error:
        raise InputError(f"out must name a new file; {path} is there already. Choose another.") from error
    except OSError as error:
        raise InputError(f"out must be a file that can be written; got {path} ({one_line(error)}).") from error
