"""`ddpg record`: one run into one trace."""

from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from harness.errors import InputError, one_line
from harness.files import append_lines
from harness.fingerprint import versions
from harness.implementations import Impl
from harness.sources import implementation_lines
from harness.trace import Header, Line, Place, as_end, as_header, as_line, trace_file
from harness.trace_lines import QUANTITIES, Chosen
from reference.config import Config
from reference.state import Space


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
    path = trace_file(out)
    _make(path)
    begin, place, counts = perf_counter(), Place(0, 0, 0), {"hashes": 0, "values": 0}
    header = Header(impl, config, QUANTITIES, versions(), datetime.now(UTC).isoformat(timespec="seconds"))
    append_lines(path, [as_header(header)])

    def counted(lines: Generator[Line, None, None]) -> Iterator[dict[str, Any]]:
        nonlocal place
        for line in lines:
            place = line.place
            counts["hashes"] += len(line.hashes)
            counts["values"] += len(line.values)
            yield as_line(line)

    with closing(implementation_lines(impl, config, space, chosen, None)) as lines:
        append_lines(path, counted(lines))
    append_lines(path, [as_end(place)])
    return {
        "trace": str(path),
        "impl": impl,
        "episodes": place.episode,
        "steps": place.step,
        "updates": place.update,
        **counts,
        "megabytes": round(path.stat().st_size / 1e6, 3),
        "seconds": round(perf_counter() - begin, 2),
    }


def _make(path: Path) -> None:
    """An empty file, where there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("x").close()
    except FileExistsError as error:
        raise InputError(f"out must name a new file; {path} is there already. Choose another.") from error
    except OSError as error:
        raise InputError(f"out must be a file that can be written; got {path} ({one_line(error)}).") from error
