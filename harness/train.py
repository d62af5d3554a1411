"""`ddpg train`: one run into one folder."""

import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from harness.console import RunProgress
from harness.errors import InputError, complain, one_line
from harness.implementations import Impl, check_env, train_function
from harness.other_update import NO_OTHER_UPDATE, other_update
from harness.recorder import Recorder
from harness.report import write_report
from harness.run_folder import create, read_run
from reference import replay as ring
from reference.config import Config, Update
from reference.envs import env_space, make_env
from reference.learner import fallback
from reference.state import Space
from reference.streams import open_streams
from reference.update import init_networks

Episode = TypeVar("Episode", bound=tuple[Any, ...])


def run_space(config: Config) -> Space:
    """The environment's sizes and bounds; made and closed, so that a run that cannot work ends before it begins.

    Raises:
        ValueError: the environment does not fit, or memory does not suffice.
    """
    env = make_env(config)
    try:
        space = env_space(env, config)
    finally:
        env.close()
    _check_memory(config, space)
    return space


def space_for(config: Config, *impls: Impl) -> Space:
    """`run_space`, refused too where one of these implementations could not work on it.

    Raises:
        InputError: in one line.
    """
    try:
        space = run_space(config)
        for impl in impls:
            check_env(impl, config)
        return space
    except ValueError as error:
        raise InputError(one_line(error)) from error


def _check_memory(config: Config, space: Space) -> None:
    """Makes what a run makes first, and lets it go."""
    try:
        init_networks(open_streams(config.seed).init, config, space)
        ring.init(config.replay_size, space.observation_size, space.action_size, config.torch_dtype)
    except RuntimeError as error:  # torch has no narrower word for it
        need = f"replay_size ({config.replay_size}) and hidden_sizes {config.hidden_sizes}"
        raise ValueError(f"{need} must fit into memory; got an error instead ({one_line(error)[:120]}).") from error


def train_into(config: Config, impl: Impl, folder: Path, space: Space, update: Update = "autograd") -> dict[str, Any]:
    """Trains, writing every episode as it ends; weights and report are written however the run ends.

    Returns:
        The run's figures, as `--json` prints them.
    """
    update = used_update(config, update)
    create(folder, config, impl, update)
    begin, state = time.perf_counter(), None
    arguments = {} if impl == "torchrl" else {"update": update}
    try:
        run = recorded(train_function(impl)(config, **arguments), folder, space, config)
        with RunProgress(config, space.steps_per_episode, impl) as progress, closing(run):
            for (record, reached), seconds in run:
                progress.show(record, seconds)
                state = reached
    finally:
        write_report([read_run(folder)], folder / "report.html")
    seconds = time.perf_counter() - begin
    other = None if impl == "torchrl" or state is None else other_update(config, space, state, update)
    return figures(folder, seconds) | (other or NO_OTHER_UPDATE)


def used_update(config: Config, asked: Update) -> Update:
    """The update that a run will use; where that is not the one asked for, a line on standard error says why."""
    reason = fallback(config) if asked == "fused" else None
    if reason is None:
        return asked
    complain(f"update fused cannot do this run, since {reason}; autograd does it.")
    return "autograd"


def recorded(
    run: Generator[Episode, None, None], folder: Path, space: Space, config: Config
) -> Generator[tuple[Episode, float], None, None]:
    """A run that is written to its folder as it goes: a line for each episode, the last weights at the end.

    The first time that Q leaves what rewards allow, a line on standard error says so.

    Yields:
        What the run yielded (an EpisodeRecord and a RunState come first), and the wall time it took in seconds.
    """
    recorder = Recorder(folder, space, config)
    with closing(recorder), closing(run):
        for episode in run:
            yield episode, recorder.note(episode[0], episode[1])
            recorder.begin()


def figures(folder: Path, seconds: float) -> dict[str, Any]:
    """What a run came to."""
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
        "steps_per_second": round(steps / seconds, 1),
        "report": str(folder / "report.html"),
    }
