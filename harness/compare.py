"""`ddpg compare`: both implementations in lockstep, to the first differing bit."""

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from harness.console import RunProgress
from harness.fingerprint import numerics_fingerprint
from harness.implementations import Impl
from harness.lockstep import lockstep
from harness.report import write_report
from harness.run_folder import create, read_run
from harness.train import recorded
from harness.watch import Watched, watch
from reference.config import Config
from reference.state import Space

SIDES: tuple[Impl, Impl] = ("reference", "torchrl")


class Comparison(NamedTuple):
    """What a whole comparison came to."""

    episodes: int
    quantities: Counter[str]  # by kind: tensors and plain values compared
    elements: Counter[str]  # by kind: numbers compared
    difference: str | None  # where the first difference is; None: all the same to the bit
    seconds: float


def compare(config: Config, space: Space, folder: Path | None) -> Comparison:
    """Runs both implementations; with a folder, each side is recorded as a run in it."""
    begin, episodes = perf_counter(), 0
    difference = None
    quantities: Counter[str] = Counter()
    elements: Counter[str] = Counter()
    with ExitStack() as stack:
        left, right = (stack.enter_context(closing(_side(config, impl, folder, space))) for impl in SIDES)
        progress = stack.enter_context(RunProgress(config, space.steps_per_episode, "reference = torchrl"))
        last = perf_counter()
        for compared in lockstep(left, right, config):
            episodes, difference = episodes + 1, compared.difference
            quantities.update(compared.quantities)
            elements.update(compared.elements)
            if compared.record is not None:
                progress.show(compared.record, perf_counter() - last)
            last = perf_counter()
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


@contextmanager
def reported(folder: Path | None) -> Iterator[None]:
    """Writes a report over both runs, however the block ends; nothing without a folder."""
    try:
        yield
    finally:
        logs = [] if folder is None else [read_run(folder / impl) for impl in SIDES if (folder / impl).is_dir()]
        if folder is not None and logs:
            write_report(logs, folder / "report.html")


def _side(config: Config, impl: Impl, folder: Path | None, space: Space) -> Generator[Watched, None, None]:
    """One implementation's run, recorded where a folder is given."""
    run = watch(impl, config)
    if folder is None:
        yield from run
        return
    create(folder / impl, config, impl)
    with closing(recorded(run, folder / impl, space)) as steps:
        for episode, _ in steps:
            yield episode
