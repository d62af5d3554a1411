"""`ddpg compare`: both implementations in lockstep, to the first differing bit."""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from harness.console import RunProgress
from harness.early_end import early_end, warn
from harness.fingerprint import numerics_fingerprint
from harness.guard import afterwards, guarded
from harness.implementations import Impl
from harness.lockstep import lockstep
from harness.report import write_report
from harness.run_folder import create, read_run
from harness.train import Episode, recorded
from harness.watch import watch
from reference.config import Config
from reference.state import Space


class Comparison(NamedTuple):
    """What a whole comparison came to."""

    episodes: int
    quantities: Counter[str]  # by kind: tensors and plain values compared
    elements: Counter[str]  # by kind: numbers compared
    difference: str | None  # where the first difference is; None: all the same to the bit
    seconds: float


def compare(
    config: Config, space: Space, folder: Path | None, sides: tuple[Impl, Impl] = ("reference", "torchrl")
) -> Comparison:
    """Runs two implementations; with a folder, each side is recorded as a run in it."""
    begin, episodes, steps = perf_counter(), 0, 0
    difference = None
    quantities: Counter[str] = Counter()
    elements: Counter[str] = Counter()
    with ExitStack() as stack:
        left, right = (
            stack.enter_context(closing(run_into(watch(impl, config), config, impl, folder and folder / name, space)))
            for impl, name in zip(sides, folder_names(sides), strict=True)
        )
        progress = stack.enter_context(RunProgress(config, space.steps_per_episode, " = ".join(sides)))
        last = perf_counter()
        for compared in lockstep(left, right, config):
            episodes, difference = episodes + 1, compared.difference
            quantities.update(compared.quantities)
            elements.update(compared.elements)
            if compared.record is not None:
                progress.show(compared.record, perf_counter() - last)
                steps = compared.record.last_step
            last = perf_counter()
    if difference is None:
        warn(early_end(config, space.steps_per_episode, steps, quantities["critic losses"]))
    return Comparison(episodes, quantities, elements, difference, perf_counter() - begin)


def as_json(comparison: Comparison, config: Config) -> dict[str, Any]:
    """The comparison as `--json` prints it."""
    return {
        "equal": comparison.difference is None,
        "difference": comparison.difference,
        "env_id": config.env_id,
        "seed": config.seed,
        "episodes": comparison.episodes,
        "compared": dict(comparison.quantities),
        "numbers": dict(comparison.elements),
        "compared_in_all": comparison.quantities.total(),
        "numbers_in_all": comparison.elements.total(),
        "seconds": round(comparison.seconds, 1),
        "numerics": numerics_fingerprint(),
    }


def folder_names(impls: Sequence[Impl]) -> list[str]:
    """Under which name each implementation's run is recorded."""
    return [impl if impl not in impls[:place] else f"{impl}-again" for place, impl in enumerate(impls)]


@contextmanager
def reported(folder: Path | None, names: list[str]) -> Iterator[None]:
    """Writes a report over the runs of these names, however the block ends; nothing without a folder."""
    if folder is None:
        yield
        return
    with afterwards(lambda: _report(folder, names), "report.html"):
        yield


def _report(folder: Path, names: list[str]) -> None:
    logs = [read_run(folder / name) for name in names if (folder / name / "config.json").is_file()]
    if logs:
        write_report(logs, folder / "report.html")


def run_into(
    run: Generator[Episode, None, None], config: Config, impl: Impl, folder: Path | None, space: Space
) -> Generator[Episode, None, None]:
    """One implementation's run, recorded where a folder is given."""
    if folder is None:
        yield from guarded(run)
        return
    create(folder, config, impl)
    with closing(recorded(run, folder, space, config)) as steps:
        for episode, _ in steps:
            yield episode
