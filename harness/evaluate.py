"""`ddpg evaluate`: what a run's final policy is worth."""

import statistics
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.errors import InputError, one_line
from harness.guard import explained
from harness.implementations import evaluate_function
from harness.run_folder import load_weights, read_run
from harness.train import space_for
from harness.trust import refuse_unnamed
from reference.config import Config
from reference.networks import init_actor
from reference.state import Params, Space
from reference.streams import open_streams


def evaluate_run(
    folder: Path, episodes: int, max_steps_per_episode: int | None = None, env_id: str | None = None
) -> dict[str, Any]:
    """Returns of `episodes` greedy episodes, played by the implementation that trained the run.

    Raises:
        InputError: no such run, no weights, an environment that does not fit, or one whose code `env_id` does not name.
    """
    if episodes < 1:
        raise InputError(f"episodes must be a whole number of at least 1; got {episodes}.")
    log = read_run(folder)
    refuse_unnamed(log.config.env_id, env_id, folder / "config.json")
    networks = load_weights(folder)
    try:
        limit = log.config.max_steps_per_episode if max_steps_per_episode is None else max_steps_per_episode
        # An evaluation may be shorter than what the first update of training waits for.
        small: dict[str, Any] = {"update_after": 0, "batch_size": 1, "update_every": 1, "replay_size": 1, "probe_n": 1}
        config = replace(log.config, max_steps_per_episode=limit, policy_delay=1, n_step=1, **small)
        space = space_for(config)
        if space.steps_per_episode is None:
            raise InputError(f"{folder} was trained without a time limit; evaluate needs max_steps_per_episode.")
        _check_size(networks["actor"], log.config, folder)
        _check_actor(networks["actor"], config, space, folder)
        with explained(lambda: ""):
            returns = evaluate_function(log.impl)(config, networks["actor"], episodes)
    except ValueError as error:
        raise InputError(one_line(error)) from error
    return {
        "run": str(folder),
        "impl": log.impl,
        "episodes": episodes,
        "mean_return": statistics.fmean(returns),
        "standard_deviation": statistics.pstdev(returns),
        "lowest": min(returns),
        "highest": max(returns),
        "returns": returns,
    }


def _check_size(actor: Params, config: Config, folder: Path) -> None:
    """Refuses weights of other hidden layers before layers are made that the configuration may make large."""
    sizes = [value.shape[0] for name, value in actor.items() if name.endswith(".bias") and value.dim() == 1]
    if not set(config.hidden_sizes) <= set(sizes):
        raise InputError(f"{folder / 'weights.pt'} needs layers of {config.hidden_sizes}; its own have {sizes}.")


def _check_actor(actor: Params, config: Config, space: Space, folder: Path) -> None:
    """Refuses weights of other layers than the configuration's."""
    fresh = init_actor(open_streams(0).init, config, space)
    needed, came = ({name: tuple(value.shape) for name, value in params.items()} for params in (fresh, actor))
    if needed != came:
        raise InputError(f"{folder / 'weights.pt'} needs an actor of {needed}; got {came}. Train the run again.")
