"""The same configuration, trained with Stable-Baselines3's DDPG: what of it can be matched, and what comes out.

python examples/train_stable_baselines3.py                      # the default run: 8,000 steps of Pendulum-v1
python examples/train_stable_baselines3.py --total-steps 2500   # half a minute or less
"""

import statistics
import sys
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec

import gymnasium
import numpy as np
import tyro
from gymnasium.spaces import Box
from rich.console import Console
from rich.table import Table
from tyro import _errors as tyro_errors

from harness.errors import InputError, one_line
from harness.parser import refuse
from harness.process import prepare_process
from reference.config import Config, last_step
from reference.envs import env_space, make_env
from reference.evaluate import evaluate
from reference.state import Params, Space

PROGRAM = "examples/train_stable_baselines3.py"


@dataclass(frozen=True)
class Options:
    """Train Stable-Baselines3's DDPG with the fields of our Config, as far as it has them."""

    config: tyro.conf.OmitArgPrefixes[Config] = field(default_factory=Config)
    evaluation_episodes: int = 10
    """Greedy episodes after training; 10 tell little on Pendulum, where the start decides most of a return."""


def arguments(config: Config, space: Space) -> dict[str, object]:
    """Stable-Baselines3's arguments for our fields."""
    from stable_baselines3.common.noise import NormalActionNoise

    # It adds noise to actions scaled to [-1, 1]: the notebook's 0.1 is 0.05 of Pendulum's 2, and 0.1 would be twice it.
    sigma = config.noise_sigma / ((space.high - space.low) / 2).numpy()
    return {
        "learning_rate": config.critic_lr,
        "buffer_size": config.replay_size,
        "learning_starts": config.start_steps,
        "batch_size": config.batch_size,
        "tau": config.tau,
        "gamma": config.gamma,
        "train_freq": config.update_every,
        "gradient_steps": config.update_every * config.updates_per_step,
        "action_noise": NormalActionNoise(np.zeros_like(sigma), sigma),
        "replay_buffer_kwargs": {"handle_timeout_termination": not config.truncation_is_terminal},
        "policy_kwargs": {"net_arch": list(config.hidden_sizes)},
        "seed": config.seed,
        "device": config.device,
    }


def unmatched(config: Config) -> list[tuple[str, str, str]]:
    """Field, our value, and what Stable-Baselines3 does."""
    first = f"after {config.update_after} steps", f"after {config.start_steps} steps: learning_starts is for both"
    rows = [
        ("first update", *first),
        ("noise in warm-up", "none", "added to the random actions as well"),
        ("actions in replay", "in environment units", "scaled to [-1, 1], and the critic learns on those"),
        ("episode seeds", "one for each episode", "one for the run"),
        ("random draws", "named torch generators", "NumPy's and torch's global generators"),
    ]
    if config.grad_clip_norm is not None:
        rows.insert(0, ("grad_clip_norm", f"{config.grad_clip_norm:g}", "no clipping"))
    if config.actor_lr != config.critic_lr:
        rows.insert(0, ("actor_lr", f"{config.actor_lr:g}", f"{config.critic_lr:g}: one rate for both networks"))
    if config.update_order != "sequential":
        rows.insert(0, ("update_order", config.update_order, "sequential"))
    return rows


def train(config: Config, steps: int) -> tuple[Params, int]:
    """The trained actor under our names, and the number of updates made."""
    from stable_baselines3 import DDPG

    env = gymnasium.make(config.env_id, max_episode_steps=config.max_steps_per_episode)
    assert isinstance(env.action_space, Box)
    model = DDPG("MlpPolicy", env, **arguments(config, env_space(env, config)))
    model.learn(total_timesteps=steps)
    env.close()
    # Its actor ends in tanh and is scaled to the bounds outside; its layers are numbered as ours.
    return {name: value.detach() for name, value in model.actor.mu.named_parameters()}, model._n_updates


def run(options: Options) -> None:
    """Trains, evaluates and prints.

    Raises:
        InputError: the environment or a field does not fit.
    """
    config, console = options.config, Console(highlight=False)
    if find_spec("stable_baselines3") is None:
        raise InputError("stable_baselines3 is not installed. pip install 'ddpg-parity[peers]'.")
    if config.dtype != "float32":
        raise InputError("dtype must be float32: Stable-Baselines3 computes in no other.")
    if options.evaluation_episodes < 1:
        raise InputError(f"evaluation_episodes must be at least 1; got {options.evaluation_episodes}.")
    try:
        env = make_env(config)
    except ValueError as error:
        raise InputError(one_line(error)) from error
    steps = last_step(config, env_space(env, config).steps_per_episode)
    env.close()
    if steps is None:
        raise InputError("total_steps must be given: the environment's episodes have no limit.")
    table = Table("what", "here", "Stable-Baselines3", title="What cannot be matched", title_justify="left")
    for row in unmatched(config):
        table.add_row(*row)
    console.print(table)
    actor, updates = train(config, steps)
    short = replace(config, update_after=0, batch_size=1, update_every=1)  # what evaluating does not wait for
    returns = evaluate(short, actor, options.evaluation_episodes)
    console.print(f"{config.env_id}, seed {config.seed}: {steps:,} steps, {updates:,} updates")
    console.print(f"mean return of {len(returns)} greedy episodes: {statistics.fmean(returns):.1f}")


def main() -> int:
    """0; 2 on bad input."""
    prepare_process()
    try:
        with tyro_errors.on_parse_error(partial(refuse, f"python {PROGRAM}")):
            options = tyro.cli(Options, prog=PROGRAM)
        run(options)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
