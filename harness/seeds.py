"""`ddpg train --seeds`: runs that differ in their seeds alone, at once, each in a folder of its own."""

import shlex
import statistics
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from harness.arguments import Train
from harness.early_end import early_end, too_few_episodes, warn
from harness.errors import InputError, RunError, one_line
from harness.files import refuse_used
from harness.guard import afterwards
from harness.report import write_report
from harness.run_folder import read_run
from harness.schedule import Schedule
from harness.seeds_job import Episode, Job, run_job, seed_folder
from harness.seeds_plan import Plan, plan
from harness.seeds_pool import run_jobs
from harness.seeds_progress import SeedsProgress
from harness.seeds_words import parse_seeds
from harness.train import space_for
from harness.trust import option
from harness.whole_run import figures, used_update


def train_seeds_into(command: Train, folder: Path, schedule: Schedule) -> dict[str, Any]:
    """Trains all seeds; each run's folder, and the report over all, are written however the runs end.

    Returns:
        The figures of all together, and of each run under "runs", as `--json` prints them.
    """
    assert command.seeds is not None
    config, seeds = command.config, parse_seeds(command.seeds)
    space = space_for(config, command.impl)
    warn(too_few_episodes(config, space.steps_per_episode))
    update = used_update(config, command.update)
    planned = plan(seeds, config, update, command.workers, command.stack)
    _make(folder)
    jobs = [Job(config, command.impl, update, space, folder, stack, schedule) for stack in planned.stacks]
    begin = time.perf_counter()
    with (
        _resumable(folder, schedule, config.env_id),
        afterwards(lambda: _report(folder, seeds), "report.html"),
        SeedsProgress(config, seeds, space.steps_per_episode) as progress,
    ):
        if planned.workers == 1:
            for job in jobs:
                run_job(job, progress.show)
        else:
            with closing(run_jobs(jobs, planned.workers)) as episodes:
                _show(episodes, progress)
    found = _figures(_begun(folder, seeds), folder, planned, time.perf_counter() - begin)
    for run in found["runs"]:
        warn(early_end(config, space.steps_per_episode, run["steps"], run["updates"]), Path(run["run"]).name)
    return found


def _begun(folder: Path, seeds: Sequence[int]) -> list[Path]:
    """The run folders that there are."""
    return [path for path in (seed_folder(folder, seed) for seed in seeds) if (path / "config.json").is_file()]


def _report(folder: Path, seeds: Sequence[int]) -> None:
    begun = _begun(folder, seeds)
    if begun:
        write_report([read_run(path) for path in begun], folder / "report.html")


@contextmanager
def _resumable(folder: Path, schedule: Schedule, env_id: str) -> Iterator[None]:
    """Whatever ends the runs says how to go on with them."""
    try:
        yield
    except (KeyboardInterrupt, RunError, OSError) as error:
        if schedule.wanted:
            error.add_note(
                f"Go on with each seed alone: ddpg resume {shlex.quote(str(folder))}/seed-...{option(env_id)}"
            )
        raise


def _show(episodes: Generator[Episode, None, None], progress: SeedsProgress) -> None:
    for ended in episodes:
        progress.show(ended)


def _make(folder: Path) -> None:
    """Makes the folder of all runs."""
    refuse_used(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"out must be a folder that can be written; got {folder} ({one_line(error)}).") from error


def _figures(runs: list[Path], folder: Path, planned: Plan, seconds: float) -> dict[str, Any]:
    """What all runs came to."""
    each = [figures(run, seconds) for run in runs]
    for of_run in each:  # the time is that of all together
        del of_run["seconds"], of_run["steps_per_second"]
    means = [run["mean_return_of_last_10"] for run in each if run["mean_return_of_last_10"] is not None]
    steps = sum(run["steps"] for run in each)
    return {
        "run": str(folder),
        "impl": each[0]["impl"],
        "update": each[0]["update"],
        "seeds": len(each),
        "workers": planned.workers,
        "stack": max(map(len, planned.stacks)),
        "steps": steps,
        "updates": sum(run["updates"] for run in each),
        "mean_return_of_last_10": statistics.fmean(means) if means else None,
        "lowest_mean_return": min(means, default=None),
        "highest_mean_return": max(means, default=None),
        "seconds": round(seconds, 2),
        "steps_per_second": round(steps / seconds, 1),
        "report": str(folder / "report.html"),
        "runs": each,
    }
