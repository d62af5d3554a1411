"""`ddpg train` and `ddpg resume`: one run to its end, with its checkpoints, report and figures."""

import shlex
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from harness.checkpoints import Checkpoints
from harness.console import RunProgress
from harness.early_end import early_end, warn
from harness.errors import RunError, complain
from harness.files import refuse_used
from harness.guard import afterwards
from harness.implementations import Impl, train_function
from harness.other_update import NO_OTHER_UPDATE, other_update
from harness.report import write_report
from harness.run_folder import create, make_folder, read_run
from harness.run_lock import locked
from harness.schedule import Schedule
from harness.train import recorded
from harness.trust import option
from reference.config import Config, Update
from reference.learner import fallback
from reference.state import RunState, Space


def train_into(
    config: Config, impl: Impl, folder: Path, space: Space, schedule: Schedule, update: Update = "autograd"
) -> dict[str, Any]:
    """Trains into a new run folder.

    Returns:
        The run's figures, as `--json` prints them.

    Raises:
        InputError: something is in the folder already, another process is, or it cannot be written.
    """
    update = used_update(config, update)
    refuse_used(folder)
    make_folder(folder)
    with locked(folder):
        checkpoints = Checkpoints(folder, config, impl, update, schedule)
        with resumable(folder, checkpoints):
            create(folder, config, impl, update, **schedule.recorded())
        return go_on(folder, space, checkpoints)


def go_on(folder: Path, space: Space, checkpoints: Checkpoints, state: RunState | None = None) -> dict[str, Any]:
    """Trains to the run's end, writing every episode as it ends; weights and report are written however it ends.

    Args:
        folder: the run's.
        space: of the run.
        checkpoints: of the run; they know what is trained, and how.
        state: where to go on from; None: from the beginning.

    Returns:
        The run's figures, as `--json` prints them.
    """
    config, impl, update = checkpoints.config, checkpoints.impl, checkpoints.update
    begin, first = time.perf_counter(), 0 if state is None else state.step
    arguments = {} if impl == "torchrl" else {"update": update}
    with resumable(folder, checkpoints), afterwards(lambda: _report(folder), "report.html"):
        run = recorded(train_function(impl)(config, state, **arguments), folder, space, config, state)
        with RunProgress(config, space.steps_per_episode, impl) as progress, closing(run):
            for (record, reached), seconds in run:
                checkpoints.note(record, reached)
                progress.show(record, seconds)
                state = reached
    seconds = time.perf_counter() - begin
    other = None if impl == "torchrl" or state is None else other_update(config, space, state, update)
    found = figures(folder, seconds, first)
    warn(early_end(config, space.steps_per_episode, found["steps"], found["updates"]))
    return found | (other or NO_OTHER_UPDATE)


def _report(folder: Path) -> None:
    write_report([read_run(folder)], folder / "report.html")


@contextmanager
def resumable(folder: Path, checkpoints: Checkpoints) -> Iterator[None]:
    """Whatever ends a run that can be gone on with says how, unless the same would end it again.

    No checkpoint is written on the way out: replay and TorchRL's networks have moved on since the last episode ended.
    """
    try:
        yield
    except (KeyboardInterrupt, RunError, OSError) as error:
        if checkpoints.wanted and (folder / "config.json").is_file():
            error.add_note(f"Go on with: ddpg resume {shlex.quote(str(folder))}{option(checkpoints.config.env_id)}")
        raise


def used_update(config: Config, asked: Update) -> Update:
    """The update that a run will use; where that is not the one asked for, a line on standard error says why."""
    reason = fallback(config) if asked == "fused" else None
    if reason is None:
        return asked
    complain(f"update fused cannot do this run, since {reason}; autograd does it.")
    return "autograd"


def figures(folder: Path, seconds: float, first: int = 0) -> dict[str, Any]:
    """What a run came to; `seconds` are those since step `first`."""
    log = read_run(folder)
    returns = [episode["return"] for episode in log.episodes]
    steps = log.episodes[-1]["last_step"] if log.episodes else 0
    return {
        "run": str(folder),
        "impl": log.impl,
        "update": log.update,
        "episodes": len(returns),
        "steps": steps,
        "updates": log.episodes[-1]["last_update"] if log.episodes else 0,
        "last_return": returns[-1] if returns else None,
        "mean_return_of_last_10": sum(returns[-10:]) / len(returns[-10:]) if returns else None,
        "seconds": round(seconds, 2),
        "steps_per_second": round((steps - first) / seconds, 1),
        "report": str(folder / "report.html"),
    }
