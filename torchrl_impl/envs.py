"""`GymEnv` with transforms, seeded for each episode, and `Collector`.

Mirror: reference/envs.py
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from tensordict import TensorDictBase
from tensordict.nn import TensorDictModule, TensorDictModuleBase, TensorDictSequential
from torch import Tensor
from torchrl.collectors import Collector
from torchrl.envs import (
    Compose,
    DTypeCastTransform,
    EnvBase,
    GymEnv,
    InitTracker,
    TransformedEnv,
)

from reference.config import Config
from reference.state import Space
from torchrl_impl.config import collector_arguments
from torchrl_impl.env_id import gym_env
from torchrl_impl.streams import episode_seed


class SeededGymEnv(GymEnv):
    """A `GymEnv` whose k-th reset is seeded with `seeds(run_seed, k)`.

    `set_seed` would do the seeded reset itself, and the next `reset` would give the second episode.
    """

    _seeds: Callable[[int, int], int] = staticmethod(episode_seed)
    _run_seed = 0
    _episode = 0

    def __init__(
        self, env_id: str, seeds: Callable[[int, int], int], run_seed: int, episode: int, **kwargs: Any
    ) -> None:
        super().__init__(env_id, **kwargs)
        # Set here, not above: building the environment may reset it.
        self._seeds, self._run_seed, self._episode = seeds, run_seed, episode

    def _reset(self, tensordict: TensorDictBase | None = None, **kwargs: Any) -> TensorDictBase:
        self._episode += 1
        kwargs["seed"] = self._seeds(self._run_seed, self._episode)
        return super()._reset(tensordict, **kwargs)

    def _output_transform(self, step_outputs_tuple: Any) -> Any:
        """What `step` gave; TorchRL would reshape an observation to fit, and take a missing reward for 0."""
        observation, *rest = require_answer(step_outputs_tuple)
        require_numbers("observation", observation, self._env.observation_space.shape)
        return super()._output_transform((observation, *rest))

    def _reset_output_transform(self, reset_data: Any) -> Any:
        """What `reset` gave."""
        observation, info = super()._reset_output_transform(reset_data)
        require_numbers("observation", observation, self._env.observation_space.shape)
        return observation, info


def make_env(config: Config, episode: int = 0, seeds: Callable[[int, int], int] = episode_seed) -> EnvBase:
    """The environment of a run after `episode` episodes, behind the transforms that its variant needs, often none.

    Each transform costs every step some tenths of a millisecond, and so does the wrapping; a return can be summed
    once an episode, and `RewardSum` and `StepCounter` are left out.
    """
    env = gym_env(config, partial(SeededGymEnv, seeds=seeds, run_seed=config.seed, episode=episode))
    # It writes `is_init`, at which Ornstein-Uhlenbeck noise starts anew.
    tracker = [InitTracker()] if config.noise == "ornstein-uhlenbeck" else []
    transforms = _casts(env, config) + tracker
    return TransformedEnv(env, Compose(*transforms)) if transforms else env


def _casts(env: EnvBase, config: Config) -> list[DTypeCastTransform]:
    """Between the environment's precision and the run's; noise and rewards stay float32."""
    other = torch.float32 if config.dtype == "float64" else torch.float64
    read = ["observation"] if env.observation_spec["observation"].dtype == other else []
    written = ["action"] if env.action_spec.dtype == other else []
    if not read and not written:
        return []
    return [DTypeCastTransform(other, config.torch_dtype, in_keys=read, in_keys_inv=written)]


def env_space(env: EnvBase, config: Config) -> Space:
    """Sizes and action bounds, as TorchRL's specs state them."""
    bounds, base = env.action_spec.space, env.base_env if isinstance(env, TransformedEnv) else env
    gymnasium_spec = base._env.spec
    limit = None if gymnasium_spec is None else gymnasium_spec.max_episode_steps
    low, high = bounds.low.to(config.device), bounds.high.to(config.device)
    return Space(env.observation_spec["observation"].shape[-1], low, high, limit)


def make_collector(
    env: EnvBase, actor: TensorDictModule, noise: TensorDictModuleBase, config: Config, steps: int
) -> Collector:
    """The collector of a run after `steps` environment steps: random actions at first, then actor and noise.

    Building one resets the environment, and runs the policy once on torch's global generator, which
    is put back here: no stream pays for that draw.
    """
    policy = TensorDictSequential(actor, noise)
    with torch.random.fork_rng(devices=[]):
        return Collector(env, policy, **collector_arguments(config, steps))


def episode_return(reward: Tensor) -> Tensor:
    """The undiscounted sum [] of an episode's rewards [T], oldest first in float32, as `RewardSum` has it."""
    total = torch.zeros((), dtype=torch.float32)
    for term in reward:
        total = total + term
    return total


def require_answer(answer: Any) -> Any:
    """What `step` gave, refused where it is not five values, of which reward and both ends are one number each."""
    if not isinstance(answer, tuple | list) or len(answer) != 5:
        came = f"{len(answer)} values" if isinstance(answer, tuple | list) else type(answer).__name__
        raise ValueError(f"step must give observation, reward, terminated, truncated and info; it gave {came}.")
    for name, value in zip(("reward", "terminated", "truncated"), answer[1:4], strict=True):
        require_numbers(name, value, None)
    return answer


def require_numbers(name: str, value: Any, shape: tuple[int, ...] | None) -> None:
    """Refuses what is no array of real numbers of a shape; None: one number, in whatever array."""
    came = np.asarray(value)
    if came.dtype.kind not in "biuf" or (came.size != 1 if shape is None else came.shape != shape):
        need = "one number" if shape is None else f"numbers of shape {shape}, as its space declares"
        raise ValueError(f"the environment's {name} must be {need}; got {came.dtype} of shape {came.shape}.")


def require_finite(quantity: str, value: Tensor, place: str) -> None:
    """Stops a run at the first number that is not finite."""
    # Of a few numbers, faster than `torch.isfinite(value).all()`.
    if not all(map(math.isfinite, value.flatten().tolist())):
        raise FloatingPointError(f"{quantity} is not finite at {place}.")
