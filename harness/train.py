"""`ddpg train`: one run into one folder."""

import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from harness.checkpoints import Checkpoints
from harness.console import RunProgress
from harness.errors import InputError, complain, one_line
from harness.files import refuse_used
from harness.implementations import Impl, check_env, train_function
from harness.metrics import summarise
from harness.report import write_report
from harness.run_folder import append_metrics, create, make_folder, read_run, save_weights
from harness.run_lock import locked
from harness.schedule import Schedule
from harness.value_bound import look, seen_in, warning
from reference import replay as ring
from reference.config import Config
from reference.envs import env_space, make_env
from reference.state import RunState, Space, TrainState
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


def train_into(
    config: Config, impl: Impl, folder: Path, space: Space, schedule: Schedule, update: str = "autograd"
) -> dict[str, Any]:
    """Trains into a new run folder.

    Returns:
        The run's figures, as `--json` prints them.

    Raises:
        InputError: something is in the folder already, another process is, or it cannot be written.
    """
    refuse_used(folder)
    make_folder(folder)
    with locked(folder):
        create(folder, config, impl, update=update, **schedule.recorded())
        return go_on(config, impl, update, folder, space, Checkpoints(folder, config, impl, update, schedule))


def go_on(
    config: Config,
    impl: Impl,
    update: str,
    folder: Path,
    space: Space,
    checkpoints: Checkpoints,
    run_state: RunState | None = None,
) -> dict[str, Any]:
    """Trains to the run's end, writing every episode as it ends; weights and report are written however it ends.

    Returns:
        The run's figures, as `--json` prints them.
    """
    begin, first = time.perf_counter(), 0 if run_state is None else run_state.step
    try:
        # Only one of the two implementations has another way to update than autograd.
        chosen = {} if update == "autograd" else {"update": update}
        run = recorded(train_function(impl)(config, run_state, **chosen), folder, space, config, run_state)
        with RunProgress(config, space.steps_per_episode, impl) as progress, closing(run):
            for (record, state), seconds in run:
                checkpoints.note(record, state)
                progress.show(record, seconds)
    finally:
        write_report([read_run(folder)], folder / "report.html")
    return figures(folder, time.perf_counter() - begin, first)


def recorded(
    run: Generator[Episode, None, None],
    folder: Path,
    space: Space,
    config: Config,
    begun: RunState | None = None,
) -> Generator[tuple[Episode, float], None, None]:
    """A run that is written to its folder as it goes: a line for each episode, the last weights at the end.

    The first time that Q leaves what rewards allow, a line on standard error says so.

    Args:
        run: what an implementation's `train` gave.
        folder: with the lines of the episodes so far.
        space: of the run.
        config: of the run.
        begun: the state that the run goes on from; None: it begins.

    Yields:
        What the run yielded (an EpisodeRecord and a RunState come first), and the wall time it took in seconds.
    """
    networks = None if begun is None else copy_networks(begun.networks)
    seen, warned = seen_in(read_run(folder).episodes, config.gamma), False
    begin = time.perf_counter()
    try:
        with closing(run):
            for episode in run:
                seconds = time.perf_counter() - begin
                line = summarise(episode[0], episode[1], space, config, seconds)
                append_metrics(folder, line)
                seen, outside = look(seen, line, config.gamma)
                if outside is not None and not warned:
                    complain(f"warning: in {folder.name} {warning(outside, config.gamma)}")
                    warned = True
                networks = copy_networks(episode[1].networks)
                yield episode, seconds
                begin = time.perf_counter()
    finally:
        if networks is not None:
            save_weights(folder, networks)


def copy_networks(networks: TrainState) -> TrainState:
    """The four networks apart from the run, which may write into its own; Adam's state is left behind."""
    copies = [{name: value.clone() for name, value in params.items()} for params in networks[:4]]
    return networks._replace(actor=copies[0], critic=copies[1], target_actor=copies[2], target_critic=copies[3])


def figures(folder: Path, seconds: float, first: int = 0) -> dict[str, Any]:
    """What a run came to; `seconds` are those since step `first`."""
    log = read_run(folder)
    returns = [episode["return"] for episode in log.episodes]
    steps = log.episodes[-1]["last_step"] if log.episodes else 0
    return {
        "run": str(folder),
        "impl": log.impl,
        "episodes": len(returns),
        "steps": steps,
        "updates": log.episodes[-1]["last_update"] if log.episodes else 0,
        "last_return": returns[-1] if returns else None,
        "mean_return_of_last_10": sum(returns[-10:]) / len(returns[-10:]) if returns else None,
        "seconds": round(seconds, 2),
        "steps_per_second": round((steps - first) / seconds, 1),
        "report": str(folder / "report.html"),
    }
