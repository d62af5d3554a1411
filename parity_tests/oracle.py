"""One update of DDPG in NumPy and float64, every derivative by hand.

Equation numbers are those of `../docs/derivation.md`, from which alone this file was written: no automatic
differentiation, no code of the implementations that it judges.
"""

from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parity_tests.conventions import OURS, Conventions
from parity_tests.oracle_mlp import Params, backward, forward
from parity_tests.oracle_step import Adam, adam, clip, soft_update


class Batch(NamedTuple):
    """Transitions; B rows, O observation and A action sizes."""

    observation: ndarray  # [B, O]
    action: ndarray  # [B, A], in environment units
    reward: ndarray  # [B]
    next_observation: ndarray  # [B, O]
    terminated: ndarray  # [B], bool
    truncated: ndarray  # [B], bool


class State(NamedTuple):
    """All that an update changes."""

    actor: Params
    critic: Params
    target_actor: Params
    target_critic: Params
    actor_adam: Adam
    critic_adam: Adam


class Settings(NamedTuple):
    """What an update is told."""

    low: ndarray  # [A]
    high: ndarray  # [A]
    gamma: float
    tau: float
    actor_lr: float
    critic_lr: float
    grad_clip_norm: float | None
    conventions: Conventions = OURS


class Quantities(NamedTuple):
    """What an update computed on the way; gradients as they came and as clipped, norms before clipping."""

    value: ndarray  # [B]
    target: ndarray  # [B]
    td_error: ndarray  # [B]
    critic_loss: float
    critic_gradient: Params
    critic_grad_norm: float
    critic_clipped: Params
    actor_loss: float
    actor_gradient: Params
    actor_grad_norm: float
    actor_clipped: Params


def actor(params: Params, observation: ndarray, settings: Settings) -> ndarray:
    """Equation 2, [B, A]."""
    u, _ = forward(params, observation)
    return (settings.high - settings.low) / 2 * np.tanh(u) + (settings.high + settings.low) / 2


def critic(params: Params, observation: ndarray, action: ndarray) -> ndarray:
    """Equation 3, [B]."""
    value, _ = forward(params, np.hstack([observation, action]))
    return value[:, 0]


def td_target(state: State, batch: Batch, settings: Settings) -> ndarray:
    """Equation 4, [B]."""
    conventions = settings.conventions
    policy = state.target_actor if conventions.target_actor else state.actor
    next_action = actor(policy, batch.next_observation, settings)
    next_value = critic(state.target_critic, batch.next_observation, next_action)
    terminal = batch.terminated | batch.truncated if conventions.truncation_is_terminal else batch.terminated
    return batch.reward + settings.gamma * np.where(terminal, 0.0, next_value)


def critic_gradient(phi: Params, target: ndarray, batch: Batch, settings: Settings) -> tuple[float, Params, ndarray]:
    """Equations 5 and 9: the loss, its gradient, and the value [B]."""
    factor = settings.conventions.critic_loss_factor
    value, read = forward(phi, np.hstack([batch.observation, batch.action]))
    td_error = value[:, 0] - target
    gradient, _ = backward(phi, read, factor * 2 / len(target) * td_error[:, None])
    return factor * float(np.mean(td_error**2)), gradient, value[:, 0]


def actor_gradient(theta: Params, phi: Params, batch: Batch, settings: Settings) -> tuple[float, Params]:
    """Equations 6, 10 and 11: the loss and its gradient."""
    rows, observation_size = batch.observation.shape
    u, actor_read = forward(theta, batch.observation)
    scale, bias = (settings.high - settings.low) / 2, (settings.high + settings.low) / 2
    value, critic_read = forward(phi, np.hstack([batch.observation, scale * np.tanh(u) + bias]))
    _, input_gradient = backward(phi, critic_read, np.full((rows, 1), -1 / rows))
    action_gradient = input_gradient[:, observation_size:]
    decay = np.exp(-2 * np.abs(u))
    tanh_slope = 4 * decay / (1 + decay) ** 2
    gradient, _ = backward(theta, actor_read, action_gradient * scale * tanh_slope)
    return -float(np.mean(value)), gradient


def update(state: State, batch: Batch, settings: Settings) -> tuple[State, Quantities]:
    """One update in the order that the conventions name: the new state, and what was computed on the way."""
    order = settings.conventions.order
    max_norm = settings.grad_clip_norm if settings.conventions.clips_gradients else None

    target = td_target(state, batch, settings)
    critic_loss, critic_grad, value = critic_gradient(state.critic, target, batch, settings)
    together = None
    if settings.conventions.clips_together:
        _, actor_grad = actor_gradient(state.actor, state.critic, batch, settings)
        together = float(np.hypot(clip(critic_grad, None)[1], clip(actor_grad, None)[1]))
    critic_clipped, critic_norm = clip(critic_grad, max_norm, together)
    phi, critic_adam = adam(state.critic, critic_clipped, state.critic_adam, settings.critic_lr, settings.conventions)

    judge = state.critic if order == "simultaneous" else phi
    actor_loss, actor_grad = actor_gradient(state.actor, judge, batch, settings)
    actor_clipped, actor_norm = clip(actor_grad, max_norm, together)
    theta, actor_adam = adam(state.actor, actor_clipped, state.actor_adam, settings.actor_lr, settings.conventions)

    followed = state.actor if order == "targets_first" else theta
    target_actor = soft_update(state.target_actor, followed, settings.tau)
    target_critic = soft_update(state.target_critic, phi, settings.tau)

    critic_half = value, target, value - target, critic_loss, critic_grad, critic_norm, critic_clipped
    actor_half = actor_loss, actor_grad, actor_norm, actor_clipped
    return State(theta, phi, target_actor, target_critic, actor_adam, critic_adam), Quantities(
        *critic_half, *actor_half
    )
