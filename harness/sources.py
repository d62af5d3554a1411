"""The two sides of a comparison by hashes, opened: a trace's lines, or an implementation's as it runs."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from harness.compare import run_into
from harness.compare_lines import Quantities, in_common
from harness.console import RunProgress
from harness.errors import InputError
from harness.fingerprint import numerics_fingerprint
from harness.implementations import Impl
from harness.observe import Observed, observe
from harness.sides import Side, traces_of
from harness.trace import Line, Trace, trace_file
from harness.trace_lines import QUANTITIES, Chosen, Hashed, episode_lines, hashed, start_line
from harness.trace_reader import read_lines, read_trace
from reference.config import Config
from reference.state import Space


class Source(NamedTuple):
    """One side, before anything of it is compared."""

    name: str
    quantities: Quantities
    numerics: dict[str, Any]  # the numerics fingerprint; empty where a trace does not say
    lines: Generator[Line, None, Any]


def open_sources(sides: tuple[Side, Side], config: Config, space: Space | None, folder: Path | None) -> list[Source]:
    """Both sides; every trace is read once from end to end, so that a damaged one is refused here.

    Args:
        sides: one of them a trace at least.
        config: of the run.
        space: of the run; None where both are traces.
        folder: where an implementation's run is recorded; None: nowhere.

    Raises:
        InputError: a trace cannot be read, or the sides have no quantity in common.
    """
    traces = {side: read_trace(side) for side in sides if isinstance(side, Path)}
    _refuse_one_file(sides)
    # An implementation keeps the values that the trace has, and no others.
    chosen = frozenset[int]().union(*(trace.valued for trace in traces.values()))
    sources = []
    for side in sides:
        if isinstance(side, Path):
            sources.append(_of_trace(traces[side]))
        else:
            assert space is not None
            lines = implementation_lines(side, config, space, chosen.__contains__, folder and folder / side)
            sources.append(Source(side, QUANTITIES, numerics_fingerprint(), lines))
    left, right = sources
    if not in_common(left.quantities, right.quantities):
        raise InputError(f"{left.name} and {right.name} have no quantity in common: nothing would be compared.")
    return sources


def implementation_lines(
    impl: Impl, config: Config, space: Space, chosen: Chosen, folder: Path | None
) -> Generator[Line, None, None]:
    """An implementation's run as it goes, with its progress on standard error."""
    yield start_line(impl, config, space, chosen)
    run: Generator[Observed[Hashed], None, None] = observe(impl, config, hashed(chosen))
    with (
        closing(run_into(run, config, impl, folder, space)) as episodes,
        RunProgress(config, space.steps_per_episode, impl) as progress,
    ):
        last = perf_counter()
        for episode in episodes:
            progress.show(episode.record, perf_counter() - last)
            yield from episode_lines(episode, config, chosen)
            last = perf_counter()


def numerics_warning(left: Source, right: Source) -> str | None:
    """Words where the two sides were not computed by the same arithmetic; None where they were."""
    for source in (left, right):
        if not source.numerics:
            return f"{source.name} does not say on what numerics it was made: bits may differ for that reason alone."
    apart = [name for name in left.numerics | right.numerics if left.numerics.get(name) != right.numerics.get(name)]
    if not apart:
        return None
    return (
        f"{left.name} and {right.name} differ in numerics ({', '.join(apart)}): bits may differ for that reason alone."
    )


def _of_trace(trace: Trace) -> Source:
    header = trace.header
    numerics = header.versions.get("numerics", {})
    return Source(str(trace.path), header.quantities, numerics, read_lines(trace.path, header))


def _refuse_one_file(sides: tuple[Side, Side]) -> None:
    traces = traces_of(sides)
    if len(traces) == 2 and trace_file(traces[0]).samefile(trace_file(traces[1])):
        raise InputError(f"{traces[0]} and {traces[1]} are one file: comparing it with itself shows nothing.")
