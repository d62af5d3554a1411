"""The same update at 50 digits, in mpmath, with derivatives by differences: no chain rule, no code of the oracle's.

A known-answer case is printed only where the oracle and this agree; what is printed are these digits.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from parity_tests.known_answers.answer import Inputs
from parity_tests.known_answers.exact import exact, tanh
from parity_tests.known_answers.exact_step import length, slope, step

Params = dict[str, ndarray]


class Pass(NamedTuple):
    """One network's pass: its output [B, out], and its hidden layers by number, [B, units]."""

    output: ndarray
    hidden: dict[str, ndarray]


def certified(inputs: Inputs) -> dict[str, Any]:
    """As `answer.answer`, in mpmath's numbers."""
    state, batch, settings = exact(inputs)
    bootstrap = _target(state, batch, settings)
    critic_loss = _critic_loss(batch, settings, bootstrap["target"])
    together = None
    if settings.conventions.clips_together:
        at_the_old = slope(critic_loss, state.critic), slope(_actor_loss(batch, settings, state.critic), state.actor)
        together = length(*at_the_old)
    critic, phi = step(critic_loss, state.critic, state.critic_adam, settings, settings.critic_lr, together)
    judge = state.critic if settings.conventions.order == "simultaneous" else phi
    actor_loss = _actor_loss(batch, settings, judge)
    actor, theta = step(actor_loss, state.actor, state.actor_adam, settings, settings.actor_lr, together)
    followed = state.actor if settings.conventions.order == "targets_first" else theta
    return {
        **bootstrap,
        **_critic_seen(state, batch, bootstrap["target"]),
        **{f"critic_{name}": part for name, part in critic.items()},
        "critic": phi,
        **_actor_seen(state, batch, settings, judge),
        **{f"actor_{name}": part for name, part in actor.items()},
        "actor": theta,
        "target_critic": _towards(state.target_critic, phi, settings.tau),
        "target_actor": _towards(state.target_actor, followed, settings.tau),
    }


def _target(state: Any, batch: Any, settings: Any) -> dict[str, Any]:
    choice = settings.conventions
    actor = _mlp(state.target_actor if choice.target_actor else state.actor, batch.next_observation)
    action = _act(actor, settings)
    critic = _mlp(state.target_critic, _joined(batch.next_observation, action))
    ends = batch.terminated | (batch.truncated & choice.truncation_is_terminal)
    rows = zip(batch.reward, critic.output[:, 0], ends, strict=True)
    return {
        "hidden_next_actor": actor.hidden,
        "next_action": action,
        "hidden_next_critic": critic.hidden,
        "next_value": critic.output[:, 0],
        "target": np.array([r if end else r + settings.gamma * q for r, q, end in rows]),
    }


def _critic_loss(batch: Any, settings: Any, target: ndarray) -> Callable[[Params], Any]:
    def loss(phi: Params) -> Any:
        errors = _mlp(phi, _joined(batch.observation, batch.action)).output[:, 0] - target
        return settings.conventions.critic_loss_factor * sum(errors * errors) / len(target)

    return loss


def _actor_loss(batch: Any, settings: Any, judge: Params) -> Callable[[Params], Any]:
    def loss(theta: Params) -> Any:
        action = _act(_mlp(theta, batch.observation), settings)
        return -sum(_mlp(judge, _joined(batch.observation, action)).output[:, 0]) / len(action)

    return loss


def _critic_seen(state: Any, batch: Any, target: ndarray) -> dict[str, Any]:
    critic = _mlp(state.critic, _joined(batch.observation, batch.action))
    value = critic.output[:, 0]
    return {"hidden_critic": critic.hidden, "value": value, "td_error": value - target}


def _actor_seen(state: Any, batch: Any, settings: Any, judge: Params) -> dict[str, Any]:
    actor = _mlp(state.actor, batch.observation)
    action = _act(actor, settings)
    critic = _mlp(judge, _joined(batch.observation, action))
    return {
        "hidden_actor": actor.hidden,
        "policy_action": action,
        "hidden_policy_critic": critic.hidden,
        "policy_value": critic.output[:, 0],
    }


def _joined(observation: ndarray, action: ndarray) -> ndarray:
    return np.concatenate([observation, action], axis=1)


def _mlp(params: Params, x: ndarray) -> Pass:
    hidden: dict[str, ndarray] = {}
    layers = len(params) // 2
    for number in range(layers):
        z = x @ params[f"{2 * number}.weight"].T + params[f"{2 * number}.bias"]
        if number == layers - 1:
            break
        hidden[str(number + 1)] = x = np.where(z > 0, z, 0 * z)
    return Pass(z, hidden)


def _act(found: Pass, settings: Any) -> ndarray:
    middle, reach = (settings.high + settings.low) / 2, (settings.high - settings.low) / 2
    return middle + reach * tanh(found.output)


def _towards(target: Params, online: Params, tau: Any) -> Params:
    return {name: target[name] + tau * (online[name] - target[name]) for name in target}
