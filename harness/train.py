"""One run into one folder: what it works on, and each episode as it ends."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from harness.errors import InputError, one_line
from harness.implementations import Impl, check_env
from harness.recorder import Recorder
from reference import replay as ring
from reference.config import Config
from reference.envs import env_space, make_env
from reference.state import RunState, Space
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


def recorded(
    run: Generator[Episode, None, None], folder: Path, space: Space, config: Config, begun: RunState | None = None
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
    recorder = Recorder(folder, space, config, begun)
    with closing(recorder), closing(run):
        for episode in run:
            yield episode, recorder.note(episode[0], episode[1])
            recorder.begin()
