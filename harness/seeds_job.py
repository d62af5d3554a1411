"""What one process does at a time: a seed, or a stack of them, each into a run folder of its own."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from harness.checkpoints import Checkpoints
from harness.implementations import Impl, train_function
from harness.recorder import Recorder
from harness.report import write_report
from harness.run_folder import create, make_folder, read_run
from harness.run_lock import locked
from harness.schedule import Schedule
from reference.config import Config, Update
from reference.many import train_many
from reference.many_agents import seed_named
from reference.state import EpisodeRecord, RunState, Space


class Job(NamedTuple):
    """Some seeds' runs; more than one are stacked."""

    config: Config  # of all runs but for `seed`
    impl: Impl
    update: Update
    space: Space
    folder: Path  # the runs' folders go into it
    seeds: tuple[int, ...]
    schedule: Schedule  # of each run's checkpoints


class Episode(NamedTuple):
    """What people are told of an episode that ended."""

    seed: int
    episode: int
    last_step: int
    episode_return: float
    length: int
    seconds: float


def seed_folder(folder: Path, seed: int) -> Path:
    """Where the run of one seed lies."""
    return folder / f"seed-{seed}"


def run_job(job: Job, tell: Callable[[Episode], None]) -> None:
    """Trains a job's seeds to their ends; each folder is as `ddpg train` would make it, however they end.

    Args:
        job: what to train.
        tell: called when an episode has ended and is written.
    """
    with ExitStack() as folders:
        recorders = {seed: folders.enter_context(recorded_seed(job, seed)) for seed in job.seeds}
        runs = folders.enter_context(closing(episodes(job)))
        for recorder, _ in recorders.values():
            recorder.begin()
        for seed, record, state in runs:
            recorder, checkpoints = recorders[seed]
            seconds = recorder.note(record, state)
            checkpoints.note(record, state)
            length = len(record.transitions.reward)
            tell(Episode(seed, record.episode, record.last_step, record.episode_return.item(), length, seconds))


@contextmanager
def recorded_seed(job: Job, seed: int) -> Iterator[tuple[Recorder, Checkpoints]]:
    """The run folder of one seed, locked, and its checkpoints; at the end weights and report are written."""
    folder, config = seed_folder(job.folder, seed), replace(job.config, seed=seed)
    make_folder(folder)
    with locked(folder):
        stacked = {"stack": len(job.seeds)} if len(job.seeds) > 1 else {}
        create(folder, config, job.impl, job.update, **stacked, **job.schedule.recorded())
        checkpoints = Checkpoints(folder, config, job.impl, job.update, job.schedule)
        try:
            with closing(Recorder(folder, job.space, config)) as recorder:
                yield recorder, checkpoints
        finally:
            write_report([read_run(folder)], folder / "report.html")


def episodes(job: Job) -> Generator[tuple[int, EpisodeRecord, RunState], None, None]:
    """The job's episodes as they end: seed, record and state."""
    if len(job.seeds) > 1:
        yield from train_many(job.config, job.seeds)
        return
    (seed,) = job.seeds
    arguments = {} if job.impl == "torchrl" else {"update": job.update}
    run = train_function(job.impl)(replace(job.config, seed=seed), **arguments)
    with closing(run), seed_named(seed):
        for record, state in run:
            yield seed, record, state
