"""Gymnasium environments as tensors: spaces, seeded resets, steps."""

import math
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium.spaces import Box
from torch import Tensor

from reference.config import Config, check_device, check_length
from reference.env_id import gymnasium_id, has_old_interface
from reference.state import Batch, Space
from reference.streams import episode_seed


def make_env(config: Config) -> gymnasium.Env:
    """The environment of a run, refused where DDPG cannot work on it.

    Mirror: torchrl_impl/envs.py, make_env

    Raises:
        ValueError: the device or the id is unknown, a dependency is missing, a factory fails, the spaces
            do not fit, episodes have no end, or the run ends before its first update.
    """
    check_device(config)
    env = _make(config)
    space = env_space(env, config)
    check_length(config, space.steps_per_episode)
    if space.steps_per_episode is None and config.total_steps is None:
        raise ValueError(
            f"env_id {config.env_id!r} has no time limit, so an episode may never end; "
            "max_steps_per_episode or total_steps must be given."
        )
    return env


def env_space(env: gymnasium.Env, config: Config) -> Space:
    """Sizes and action bounds, in the run's dtype and on its device.

    Raises:
        ValueError: observations are no one-dimensional Box, or actions no bounded one.
    """
    actions, observations = env.action_space, env.observation_space
    _check_box("action", actions, "DDPG needs continuous actions")
    _check_box("observation", observations, "wrap the environment so that it gives one vector of floats")
    assert isinstance(actions, Box)
    # Bounds of the largest float are meant to be none, and their distance is infinite.
    with np.errstate(over="ignore", invalid="ignore"):
        width = actions.high.astype(np.float32) - actions.low.astype(np.float32)
    if not np.isfinite(width).all():
        raise ValueError(
            f"action space must be bounded, since tanh is scaled to its bounds; got {actions}. "
            "Usual cure: gymnasium.wrappers.RescaleAction."
        )
    low, high = (
        torch.as_tensor(bound, dtype=config.torch_dtype, device=config.device) for bound in (actions.low, actions.high)
    )
    limit = env.spec.max_episode_steps if env.spec is not None else None
    assert observations.shape is not None
    return Space(observations.shape[0], low, high, limit)


def reset(env: gymnasium.Env, config: Config, episode: int) -> Tensor:
    """First observation of episode number `episode`, from 1, which its own seed decides: [O].

    Mirror: torchrl_impl/envs.py, SeededGymEnv
    """
    observation, _ = env.reset(seed=episode_seed(config.seed, episode))
    return observe(env, observation, config)


def observe(env: gymnasium.Env, observation: Any, config: Config) -> Tensor:
    """What the environment returned as a tensor of the run's dtype: [O].

    It passes through the dtype that the space declares, as it does in TorchRL: an environment
    that declares float32 and returns float64 would keep more digits on one side than on the other.

    Raises:
        ValueError: it is no array of numbers of the space's shape. Whether it lies within the space's bounds
            is not looked at: nothing reads those.
    """
    space = env.observation_space
    require_numbers("observation", observation, space.shape)
    declared = np.asarray(observation, dtype=space.dtype)
    return torch.tensor(declared, dtype=config.torch_dtype)


def step(env: gymnasium.Env, observation: Tensor, action: Tensor, config: Config) -> Batch:
    """One environment step.

    Args:
        env: moves on.
        observation: [O], what the action was chosen on.
        action: [A], in environment units, inside the bounds; cast to the environment's own dtype.
        config: the precision of observations.

    Returns:
        The transition, fields without the leading [B]; the reward as float32.

    Raises:
        ValueError: the environment's answer is none.
    """
    executed = action.cpu().numpy().astype(env.action_space.dtype)
    next_observation, reward, terminated, truncated, _ = require_answer(env.step(executed))
    return Batch(
        observation=observation,
        action=action.cpu(),
        reward=torch.tensor(np.asarray(reward).item(), dtype=torch.float32),
        next_observation=observe(env, next_observation, config),
        terminated=torch.tensor(bool(terminated)),
        truncated=torch.tensor(bool(truncated)),
    )


def require_answer(answer: Any) -> Any:
    """What `step` gave, refused where it is not five values, of which reward and both ends are one number each.

    Mirror: torchrl_impl/envs.py, require_answer

    Raises:
        ValueError: the message says what came.
    """
    if not isinstance(answer, tuple | list) or len(answer) != 5:
        came = f"{len(answer)} values" if isinstance(answer, tuple | list) else type(answer).__name__
        raise ValueError(f"step must give observation, reward, terminated, truncated and info; it gave {came}.")
    for name, value in zip(("reward", "terminated", "truncated"), answer[1:4], strict=True):
        require_numbers(name, value, None)
    return answer


def require_numbers(name: str, value: Any, shape: tuple[int, ...] | None) -> None:
    """Refuses what is no array of real numbers of a shape; None: one number, in whatever array.

    Raises:
        ValueError: a smaller array would spread over a row of replay, one of another dtype lose what it holds.
    """
    came = np.asarray(value)
    if came.dtype.kind not in "biuf" or (came.size != 1 if shape is None else came.shape != shape):
        need = "one number" if shape is None else f"numbers of shape {shape}, as its space declares"
        raise ValueError(f"the environment's {name} must be {need}; got {came.dtype} of shape {came.shape}.")


def require_finite(quantity: str, value: Tensor, place: str) -> None:
    """Stops a run at the first number that is not finite.

    Raises:
        FloatingPointError: `value` holds NaN or infinity; the message names quantity and place.
    """
    # Of few numbers Python knows it sooner than torch.
    if not all(map(math.isfinite, value.flatten().tolist())):
        raise FloatingPointError(f"{quantity} is not finite at {place}.")


def _make(config: Config) -> gymnasium.Env:
    env_id, limit = config.env_id, config.max_steps_per_episode
    name = gymnasium_id(env_id)
    if name != env_id:  # what fails there has said why
        return gymnasium.make(name, max_episode_steps=limit, disable_env_checker=True)
    try:
        env = gymnasium.make(name, max_episode_steps=limit, disable_env_checker=True)
    except (gymnasium.error.Error, ImportError, TypeError, ValueError) as error:
        raise ValueError(_refusal(env_id, error)) from error
    if has_old_interface(env):
        raise ValueError(f"env_id {env_id!r} has the interface of gym before 0.26. {_OLD_CURE}.")
    return env


_OLD_CURE = "Usual cure: name its class, factory=package.module:Class, and shimmy translates"


def _refusal(env_id: str, error: Exception) -> str:
    """Why Gymnasium could not make an environment, and what to do."""
    reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    missing = isinstance(error, ModuleNotFoundError) and (error.name or "") not in env_id.partition(":")[0].split(".")
    if missing or isinstance(error, gymnasium.error.DependencyNotInstalled):
        cure = "pip install 'gymnasium[mujoco]'" if "mujoco" in str(error).lower() else "install what it names"
        return f"env_id {env_id!r} needs a package that is missing ({reason}). Usual cure: {cure}."
    cure = "Usual cure: check its spelling and version, or write module:Id for one of your own"
    if "gymnasium.Env" in reason:
        cure = _OLD_CURE
    return f"env_id must name an environment that Gymnasium can make; got {env_id!r} ({reason}). {cure}."


def _check_box(name: str, space: Any, cure: str) -> None:
    if (
        isinstance(space, Box)
        and len(space.shape) == 1
        and space.shape[0] > 0
        and space.dtype in (np.float32, np.float64)
    ):
        return
    kind = type(space).__name__
    if isinstance(space, Box):
        kind = f"an image or array of shape {space.shape}" if len(space.shape) != 1 else f"{space.dtype} numbers"
    raise ValueError(f"{name} space must be a one-dimensional Box of floats; got {kind}. Usual cure: {cure}.")
