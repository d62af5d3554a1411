"""Mistakes in the two losses and their gradients."""

from collections.abc import Callable
from typing import Any

import numpy as np

from parity_tests import oracle
from parity_tests.known_answers.alter import Mistake, convention, function
from parity_tests.known_answers.answer import Inputs


def squares_summed(right: Callable, inputs: Inputs) -> Callable:
    def wrong(phi: oracle.Params, target: np.ndarray, *rest: Any) -> tuple:
        loss, gradient, value = right(phi, target, *rest)
        return loss * len(target), {name: g * len(target) for name, g in gradient.items()}, value

    return wrong


def towards(shift: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable:
    """The gradient that another target would give, by value and target; the loss as it is."""

    def make(right: Callable, inputs: Inputs) -> Callable:
        def wrong(phi: oracle.Params, target: np.ndarray, *rest: Any) -> tuple:
            loss, _, value = right(phi, target, *rest)
            return loss, right(phi, shift(value, target), *rest)[1], value

        return wrong

    return make


def actor_scaled(factor: Callable[[oracle.Settings], float]) -> Callable:
    """The actor's gradient, multiplied."""

    def make(right: Callable, inputs: Inputs) -> Callable:
        def wrong(*given: Any) -> tuple:
            loss, gradient = right(*given)
            return loss, {name: factor(inputs.settings) * g for name, g in gradient.items()}

        return wrong

    return make


def target_critic_judges(right: Callable, inputs: Inputs) -> Callable:
    return lambda theta, phi, *rest: right(theta, inputs.state.target_critic, *rest)


def without_tanh_slope(right: Callable, inputs: Inputs) -> Callable:
    def wrong(theta: oracle.Params, phi: oracle.Params, b: oracle.Batch, s: oracle.Settings) -> tuple:
        loss, _ = right(theta, phi, b, s)
        action, (_, read) = oracle.actor(theta, b.observation, s), oracle.forward(theta, b.observation)
        _, critic_read = oracle.forward(phi, np.hstack([b.observation, action]))
        _, slope = oracle.backward(phi, critic_read, np.full((len(action), 1), -1 / len(action)))
        action_slope = slope[:, b.observation.shape[1] :]
        return loss, oracle.backward(theta, read, action_slope * (s.high - s.low) / 2)[0]

    return wrong


def closed_units_pass(right: Callable, inputs: Inputs) -> Callable:
    """ReLU's slope taken as 1 everywhere."""

    def wrong(params: oracle.Params, read: list[np.ndarray], slope: np.ndarray) -> tuple:
        gradient = {}
        for name, x in reversed(list(zip(range(0, len(params), 2), read, strict=True))):
            gradient |= {f"{name}.weight": slope.T @ x, f"{name}.bias": slope.sum(axis=0)}
            slope = slope @ params[f"{name}.weight"]
        return {name: gradient[name] for name in params}, slope

    return wrong


LOSSES: dict[str, Mistake] = {
    "mean_square_halved": convention(critic_loss_factor=0.5),
    "mean_square_not_halved": convention(critic_loss_factor=1.0),
    "squares_summed": function("critic_gradient", squares_summed),
    # The sum of Q over the batch added to the loss: each row's derivative, 2/B (Q - y), gains 1.
    "value_summed_into_the_loss": function("critic_gradient", towards(lambda value, y: y - len(y) / 2)),
    "td_error_clipped": function("critic_gradient", towards(lambda value, y: value - (value - y).clip(-1, 1))),
    # [B] against [B, 1]: every value meets every target, and so their mean.
    "values_against_all_targets": function("critic_gradient", towards(lambda value, y: 0 * y + y.mean())),
    "actor_loss_of_the_wrong_sign": function("actor_gradient", actor_scaled(lambda s: -1.0)),
    "action_detached": function("actor_gradient", actor_scaled(lambda s: 0.0)),
    "actor_judged_by_the_target_critic": function("actor_gradient", target_critic_judges),
    "scale_not_differentiated": function("actor_gradient", actor_scaled(lambda s: 2 / (s.high - s.low)[0])),
    "tanh_not_differentiated": function("actor_gradient", without_tanh_slope),
    "relu_not_differentiated": function("backward", closed_units_pass),
}
