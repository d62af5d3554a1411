"""One update: critic, actor, targets; of DDPG, of TD3, and of what lies between.

Mirror: reference/update.py
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives import DDPGLoss, SoftUpdate, TD3Loss

from reference.config import Config
from reference.state import Space, TrainState, UpdateMetrics
from torchrl_impl import noise, replay
from torchrl_impl.losses import actor_loss, critic_loss, make_loss
from torchrl_impl.networks import actor, critic
from torchrl_impl.optim import adam, clip_by_global_norm_
from torchrl_impl.soft_update import make_updater, soft_update_
from torchrl_impl.state import (
    adam_state_of,
    critic_params,
    load_adam_state_,
    load_params_,
    params_of,
    target_critic_params,
)


class Parts(NamedTuple):
    """The makers of a run's TorchRL objects; a maker of anything with the same interface fits."""

    replay: Callable = replay.init
    explore: Callable = noise.explore
    loss: Callable = make_loss
    adam: Callable = adam
    soft_update: Callable = make_updater


default_parts = Parts()


class Learner(NamedTuple):
    """All that an update changes, in place."""

    loss: DDPGLoss | TD3Loss  # holds the four networks
    updater: SoftUpdate
    actor_adam: torch.optim.Adam
    critic_adam: torch.optim.Adam


def init_networks(config: Config, space: Space, parts: Parts = default_parts) -> Learner:
    """Fresh networks, actor drawn first, from torch's global generator; the targets start as the online networks."""
    theta = actor(config, space)
    phi = [critic(config, space) for _ in range(config.critics or 1)]
    loss = parts.loss(config, space, theta, phi)
    return Learner(
        loss,
        parts.soft_update(loss, config.tau),
        parts.adam(loss.actor_network_params, config.actor_lr),
        parts.adam(critic_params(loss), config.critic_lr, config.critic_weight_decay),
    )


def critic_gradient_(learner: Learner, batch: TensorDictBase) -> tuple[Tensor, Tensor, Tensor]:
    """Leaves the gradient of the critic's loss in its parameters' `.grad`; loss [], value [B] or [n, B], target [B]."""
    loss, value, target = critic_loss(learner.loss, batch)
    learner.critic_adam.zero_grad()
    loss.backward()
    return loss.detach(), value, target


def actor_gradient_(learner: Learner, batch: TensorDictBase) -> Tensor:
    """Leaves the gradient of the actor's loss in its parameters' `.grad`; loss []."""
    loss = actor_loss(learner.loss, batch)
    learner.actor_adam.zero_grad()
    loss.backward()
    return loss.detach()


def actor_moves(update: int, config: Config) -> bool:
    """Whether update number `update`, from 1, moves the actor and the targets; no loss of TorchRL's knows of it."""
    return update % config.policy_delay == 0


def update_(learner: Learner, indices: Tensor, batch: TensorDictBase, config: Config) -> UpdateMetrics:
    """One update on one batch, changing `learner`; what was computed on the way."""
    # Critic: regress on r + gamma * Q'(s', mu'(s')).
    loss_value, value, target = critic_gradient_(learner, batch)
    moves = actor_moves(updates_made(learner) + 1, config)
    if moves and config.update_order == "simultaneous":
        loss_actor = actor_gradient_(learner, batch)  # as the old critic sees it
    critic_norm = clip_by_global_norm_(critic_params(learner.loss), config.grad_clip_norm)
    learner.critic_adam.step()
    if not moves:
        none = torch.full_like(loss_value, torch.nan)
        return UpdateMetrics(indices, target, value, loss_value, critic_norm, none, none)

    # Actor: climb Q(s, mu(s)), as the new critic sees it.
    if config.update_order == "sequential":
        loss_actor = actor_gradient_(learner, batch)
    actor_norm = clip_by_global_norm_(learner.loss.actor_network_params, config.grad_clip_norm)
    learner.actor_adam.step()

    # Targets.
    soft_update_(learner.updater)

    return UpdateMetrics(indices, target, value, loss_value, critic_norm, loss_actor, actor_norm)


def updates_made(learner: Learner) -> int:
    """Updates that `learner` has had: the critic's optimiser counts them."""
    return int(next((memory["step"] for memory in learner.critic_adam.state.values()), 0))


def train_state(learner: Learner) -> TrainState:
    """The networks and Adam states as the reference's `TrainState`; views, which the next update changes."""
    loss = learner.loss
    return TrainState(
        actor=params_of(loss.actor_network_params),
        critic=params_of(critic_params(loss)),
        target_actor=params_of(loss.target_actor_network_params),
        target_critic=params_of(target_critic_params(loss)),
        actor_adam=adam_state_of(learner.actor_adam, loss.actor_network_params),
        critic_adam=adam_state_of(learner.critic_adam, critic_params(loss)),
    )


def load_train_state_(learner: Learner, state: TrainState) -> None:
    """Writes a `TrainState` into the learner; after the updater was built, which would overwrite the targets."""
    loss = learner.loss
    load_params_(loss.actor_network_params, state.actor)
    load_params_(critic_params(loss), state.critic)
    load_params_(loss.target_actor_network_params, state.target_actor)
    load_params_(target_critic_params(loss), state.target_critic)
    load_adam_state_(learner.actor_adam, loss.actor_network_params, state.actor_adam)
    load_adam_state_(learner.critic_adam, critic_params(loss), state.critic_adam)
