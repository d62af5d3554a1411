"""One update: critic, actor, targets; of DDPG, of TD3, and of what lies between."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from reference import losses, noise, optim, replay
from reference.config import Config
from reference.networks import actor, critic, init_actor, init_critic
from reference.optim import gradient, init_adam
from reference.soft_update import soft_update
from reference.state import Batch, Extra, Params, Space, TrainState, UpdateMetrics
from reference.targets import discount, td_target, terminal


class Parts(NamedTuple):
    """The exchangeable functions of a run; whatever has the same signature fits."""

    add_: Callable = replay.add_
    sample: Callable = replay.sample
    explore: Callable = noise.explore
    critic_loss: Callable = losses.critic_loss
    actor_loss: Callable = losses.actor_loss
    clip_by_global_norm: Callable = optim.clip_by_global_norm
    adam: Callable = optim.adam
    soft_update: Callable = soft_update
    critic_gradient: Callable | None = None  # None: autograd through `critic_loss`
    actor_gradient: Callable | None = None  # None: autograd through `actor_loss`


default_parts = Parts()

NOTHING_EXTRA = Extra()


def init_networks(generator: torch.Generator, config: Config, space: Space) -> TrainState:
    """Fresh networks, actor drawn first; the targets start as the online networks.

    Mirror: torchrl_impl/update.py, init_networks
    """
    theta = init_actor(generator, config, space)
    phi = init_critic(generator, config, space)
    return TrainState(theta, phi, dict(theta), dict(phi), init_adam(theta), init_adam(phi))


def critic_gradient(
    state: TrainState,
    batch: Batch,
    space: Space,
    config: Config,
    parts: Parts = default_parts,
    extra: Extra = NOTHING_EXTRA,
) -> tuple[Params, Tensor, Tensor, Tensor]:
    r"""Gradient of the critic's loss with respect to the critic.

    .. math:: \nabla_\phi \frac{1}{B} \sum_i (Q_\phi(s_i, a_i) - y_i)^2,
        \quad y_i = r_i + \gamma (1 - d_i) Q_{\phi'}(s'_i, \mu_{\theta'}(s'_i))

    TD3 disturbs the target's action, bootstraps from the smaller of two values, and sums two critics' losses.

    Source: Lillicrap et al. 2016, Algorithm 1, https://arxiv.org/abs/1509.02971; Fujimoto et al. 2018, Algorithm 1
    Mirror: torchrl_impl/update.py, critic_gradient_

    Args:
        state: critic and both targets are read.
        batch: fields [B, ...].
        space: the action bounds.
        config: gamma, what counts as terminal, and the variant.
        parts: the loss.
        extra: steps of each row, weights, and the draw for the target's action.

    Returns:
        The gradient, keyed as the critic; loss []; value [B], or [n, B] of n critics; target [B]; detached.

    Raises:
        ValueError: `extra` lacks the draw that the variant needs.
    """
    if config.critics is not None and extra.draw is None:
        raise ValueError(
            "critic_gradient needs extra.draw, [B, A] from N(0, 1), with target_noise or twin_critics; got None. "
            "Draw it, also for a target_noise of 0: TD3Loss does."
        )
    next_action = actor(state.target_actor, batch.next_observation, space)
    if extra.draw is not None:
        sigma, clip = config.target_noise, config.target_noise_clip
        next_action = noise.smoothing(next_action, extra.draw, sigma, clip, space.low, space.high)
    next_value = critic(state.target_critic, batch.next_observation, next_action)
    if config.critics is not None:
        next_value = next_value.min(0).values
    gamma = discount(config.gamma, extra.steps, next_value.dtype)
    target = td_target(batch.reward, terminal(batch, config.truncation_is_terminal), next_value, gamma)

    def loss(phi: Params) -> tuple[Tensor, Tensor]:
        value = critic(phi, batch.observation, batch.action)
        return parts.critic_loss(value, target, extra.weight, config.loss_function), value

    return *gradient(loss, state.critic), target


def actor_gradient(
    theta: Params,
    phi: Params,
    batch: Batch,
    space: Space,
    parts: Parts = default_parts,
    extra: Extra = NOTHING_EXTRA,
) -> tuple[Params, Tensor, Tensor]:
    r"""Gradient of the actor's loss with respect to the actor: the deterministic policy gradient, downhill.

    .. math:: -\frac{1}{B} \sum_i \nabla_a Q_\phi(s_i, a)|_{a = \mu_\theta(s_i)} \nabla_\theta \mu_\theta(s_i)

    Source: Silver et al. 2014, http://proceedings.mlr.press/v32/silver14.html; Lillicrap et al. 2016
    Mirror: torchrl_impl/update.py, actor_gradient_

    Args:
        theta: the actor.
        phi: the critic that judges it, and gets no gradient; of several stacked, the first judges.
        batch: its observations are read, [B, O].
        space: the action bounds.
        parts: the loss.
        extra: the weights.

    Returns:
        The gradient, keyed as the actor; loss []; value [B], detached.
    """

    def loss(theta: Params) -> tuple[Tensor, Tensor]:
        value = critic(phi, batch.observation, actor(theta, batch.observation, space))
        # All of a stack answer, as in `TD3Loss`; alone, the first one's products round otherwise.
        value = value if value.dim() == 1 else value[0]
        return parts.actor_loss(value, extra.weight), value

    return gradient(loss, theta)


def actor_moves(update: int, config: Config) -> bool:
    """Whether update number `update`, from 1, moves the actor and the targets: every `policy_delay`-th does.

    Source: Fujimoto et al. 2018, Algorithm 1
    Mirror: torchrl_impl/update.py, actor_moves
    """
    return update % config.policy_delay == 0


def update(
    state: TrainState,
    indices: Tensor,
    batch: Batch,
    space: Space,
    config: Config,
    parts: Parts = default_parts,
    extra: Extra = NOTHING_EXTRA,
) -> tuple[TrainState, UpdateMetrics]:
    """One update on one batch.

    Source: Lillicrap et al. 2016, Algorithm 1, https://arxiv.org/abs/1509.02971; Fujimoto et al. 2018, Algorithm 1
    Mirror: torchrl_impl/update.py, update_

    Args:
        state: the four networks and both Adam states; not changed.
        indices: [B]; the rows of replay that `batch` came from, for the record alone.
        batch: fields [B, ...].
        space: the action bounds.
        config: gamma, tau, both rates, clipping, order, and the variant.
        parts: losses or gradients, clipping, optimiser, soft update.
        extra: what a variant reads beside the batch.

    Returns:
        The new state, and what was computed on the way.
    """
    find_critic_gradient = parts.critic_gradient or critic_gradient
    find_actor_gradient = parts.actor_gradient or actor_gradient

    # Critic: regress on r + gamma * Q'(s', mu'(s')).
    grads, critic_loss, value, target = find_critic_gradient(state, batch, space, config, parts, extra)
    grads, critic_norm = parts.clip_by_global_norm(grads, config.grad_clip_norm)
    phi, critic_adam = parts.adam(state.critic, grads, state.critic_adam, config.critic_lr, config.critic_weight_decay)
    if not actor_moves(critic_adam.step, config):
        none = torch.full_like(critic_loss, torch.nan)
        metrics = UpdateMetrics(indices, target, value, critic_loss, critic_norm, none, none)
        return state._replace(critic=phi, critic_adam=critic_adam), metrics

    # Actor: climb Q(s, mu(s)), as the new critic sees it.
    judge = phi if config.update_order == "sequential" else state.critic
    grads, actor_loss, _ = find_actor_gradient(state.actor, judge, batch, space, parts, extra)
    grads, actor_norm = parts.clip_by_global_norm(grads, config.grad_clip_norm)
    theta, actor_adam = parts.adam(state.actor, grads, state.actor_adam, config.actor_lr)

    # Targets. The weight is 1 - (1 - tau), not tau: TorchRL stores eps = 1 - tau and
    # lerps by 1 - eps. In float64 the two differ in the last bit.
    tau = 1.0 - (1.0 - config.tau)
    target_actor = parts.soft_update(state.target_actor, theta, tau)
    target_critic = parts.soft_update(state.target_critic, phi, tau)

    metrics = UpdateMetrics(indices, target, value, critic_loss, critic_norm, actor_loss, actor_norm)
    return TrainState(theta, phi, target_actor, target_critic, actor_adam, critic_adam), metrics
