"""One update of DDPG's variants in NumPy and float64, every derivative by hand: oracle.py with more in it.

TD3's three (Fujimoto et al. 2018, https://arxiv.org/abs/1802.09477, Algorithm 1), returns of m steps, other costs of
a TD error, importance weights, L2 on the critic, and the networks of oracle_layers.py. With critics k, rows i:

    a'_i = clip(mu'(s'_i) + clip(sigma eps_i, -c, c), l, h)
    y_i = r_i + gamma^m_i (1 - d_i) min_k Q'_k(s'_i, a'_i)
    L_critic = sum_i v_i sum_k rho(Q_k(s_i, a_i) - y_i),    L_actor = -sum_i v_i Q_1(s_i, mu(s_i))

where v_i is 1/B, or w_i / sum(w), and rho(x) is x^2, |x|, or half of x^2 below 1 and |x| - 1/2 beyond.
"""

from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parity_tests.conventions import OURS
from parity_tests.oracle import Batch, Settings, State
from parity_tests.oracle_layers import Params, backward, forward
from parity_tests.oracle_step import adam, clip, soft_update


class Variant(NamedTuple):
    """What is unlike DDPG."""

    critics: int | None  # stacked, each parameter [n, ...]; None: one, plain, whose target is neither noisy nor clipped
    target_noise: float  # sigma
    target_noise_clip: float  # c
    policy_delay: int
    loss_function: str
    critic_weight_decay: float
    action_layer: int


class Extra(NamedTuple):
    """What an update reads beside the batch; None: one step each, equal weights, no noise."""

    steps: ndarray | None  # [B]; m
    weight: ndarray | None  # [B]; w
    draw: ndarray | None  # [B, A]; eps


Seen = dict[str, ndarray | float | Params]
"""What an update computed on the way, by name; nothing of the actor where it waits."""


def rho(kind: str, x: ndarray) -> tuple[ndarray, ndarray]:
    """What a TD error costs, and the derivative of that."""
    if kind == "l2":
        return x**2, 2 * x
    if kind == "l1":
        return np.abs(x), np.sign(x)
    near = np.abs(x) < 1
    return np.where(near, x**2 / 2, np.abs(x) - 0.5), np.where(near, x, np.sign(x))


def unstacked(params: Params, variant: Variant) -> list[Params]:
    """Each critic by itself."""
    if variant.critics is None:
        return [params]
    return [{name: value[k] for name, value in params.items()} for k in range(variant.critics)]


def stacked(each: list[Params], variant: Variant) -> Params:
    """The way back."""
    if variant.critics is None:
        return each[0]
    return {name: np.stack([params[name] for params in each]) for name in each[0]}


def actor(params: Params, observation: ndarray, settings: Settings) -> ndarray:
    """mu(s), [B, A]."""
    u, _ = forward(params, observation)
    return (settings.high - settings.low) / 2 * np.tanh(u) + (settings.high + settings.low) / 2


def critics(params: Params, observation: ndarray, action: ndarray, variant: Variant) -> ndarray:
    """Q_k(s, a), [n, B]."""
    each = unstacked(params, variant)
    return np.stack([forward(one, observation, action, variant.action_layer)[0][:, 0] for one in each])


def td_target(state: State, batch: Batch, extra: Extra, settings: Settings, variant: Variant) -> ndarray:
    """y, [B]."""
    action = actor(state.target_actor, batch.next_observation, settings)
    if variant.critics is not None:
        bound = variant.target_noise_clip
        noise = np.minimum(np.maximum(variant.target_noise * extra.draw, -bound), bound)
        action = np.minimum(np.maximum(action + noise, settings.low), settings.high)
    next_value = critics(state.target_critic, batch.next_observation, action, variant).min(axis=0)
    stops = settings.conventions.truncation_is_terminal
    terminal = batch.terminated | batch.truncated if stops else batch.terminated
    m = np.ones(len(terminal)) if extra.steps is None else extra.steps
    return batch.reward + settings.gamma**m * np.where(terminal, 0.0, next_value)


def shares(batch: Batch, extra: Extra) -> ndarray:
    """v, [B]."""
    weight = np.ones(len(batch.reward)) if extra.weight is None else extra.weight
    return weight / weight.sum()


def critic_gradient(
    phi: Params, target: ndarray, batch: Batch, extra: Extra, variant: Variant
) -> tuple[float, Params, ndarray]:
    """L_critic, its gradient, and the values [n, B]."""
    loss, gradients, values, share = 0.0, [], [], shares(batch, extra)
    for params in unstacked(phi, variant):
        value, seen = forward(params, batch.observation, batch.action, variant.action_layer)
        cost, slope = rho(variant.loss_function, value[:, 0] - target)
        loss += float(share @ cost)
        gradients.append(backward(params, seen, (share * slope)[:, None])[0])
        values.append(value[:, 0])
    return loss, stacked(gradients, variant), np.stack(values)


def actor_gradient(
    theta: Params, phi: Params, batch: Batch, extra: Extra, settings: Settings, variant: Variant
) -> tuple[float, Params]:
    """L_actor and its gradient, through the first critic's action."""
    first, share = unstacked(phi, variant)[0], shares(batch, extra)
    u, actor_seen = forward(theta, batch.observation)
    scale, bias = (settings.high - settings.low) / 2, (settings.high + settings.low) / 2
    value, seen = forward(first, batch.observation, scale * np.tanh(u) + bias, variant.action_layer)
    _, action_gradient = backward(first, seen, -share[:, None])
    decay = np.exp(-2 * np.abs(u))
    tanh_slope = 4 * decay / (1 + decay) ** 2
    gradient, _ = backward(theta, actor_seen, action_gradient * scale * tanh_slope)
    return -float(share @ value[:, 0]), gradient


def update(state: State, batch: Batch, extra: Extra, settings: Settings, variant: Variant) -> tuple[State, Seen]:
    """One update: the new state, and what was computed on the way."""
    max_norm = settings.grad_clip_norm
    target = td_target(state, batch, extra, settings, variant)
    loss, gradient, value = critic_gradient(state.critic, target, batch, extra, variant)
    clipped, norm = clip(gradient, max_norm)
    decays = OURS._replace(weight_decay=variant.critic_weight_decay)
    phi, critic_adam = adam(state.critic, clipped, state.critic_adam, settings.critic_lr, decays)
    seen: Seen = {"target": target, "value": value if variant.critics else value[0], "critic_loss": loss}
    seen |= {"critic_gradient": gradient, "critic_grad_norm": norm, "critic_clipped": clipped}
    if critic_adam.step % variant.policy_delay:
        return state._replace(critic=phi, critic_adam=critic_adam), seen

    judge = state.critic if settings.conventions.order == "simultaneous" else phi
    loss, gradient = actor_gradient(state.actor, judge, batch, extra, settings, variant)
    clipped, norm = clip(gradient, max_norm)
    theta, actor_adam = adam(state.actor, clipped, state.actor_adam, settings.actor_lr)
    seen |= {"actor_loss": loss, "actor_gradient": gradient, "actor_grad_norm": norm, "actor_clipped": clipped}
    targets = soft_update(state.target_actor, theta, settings.tau), soft_update(state.target_critic, phi, settings.tau)
    return State(theta, phi, *targets, actor_adam, critic_adam), seen
