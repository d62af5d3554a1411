"""Mistakes after the gradients: order, clipping, Adam, the targets' soft update."""

from collections.abc import Callable
from typing import Any

import numpy as np

from parity_tests import oracle
from parity_tests.known_answers.alter import Mistake, convention, function, order, settings, state
from parity_tests.known_answers.answer import Inputs


def clip_as(clipped: Callable[[oracle.Params, float], oracle.Params]) -> Callable:
    """Another clipping; the norm as it is."""

    def make(right: Callable, inputs: Inputs) -> Callable:
        def clip(gradient: oracle.Params, max_norm: float | None, *together: float | None) -> tuple:
            norm = right(gradient, max_norm)[1]
            return (gradient if max_norm is None else clipped(gradient, max_norm)), norm

        return clip

    return make


def by_value(gradient: oracle.Params, largest: float) -> oracle.Params:
    return {name: g.clip(-largest, largest) for name, g in gradient.items()}


def tensor_by_tensor(gradient: oracle.Params, largest: float) -> oracle.Params:
    return {name: g * min(1.0, largest / (np.linalg.norm(g) + 1e-6)) for name, g in gradient.items()}


def without_epsilon(gradient: oracle.Params, largest: float) -> oracle.Params:
    norm = np.sqrt(sum(np.sum(g**2) for g in gradient.values()))
    return {name: g * min(1.0, largest / norm) if norm else g for name, g in gradient.items()}


def always_scaled(gradient: oracle.Params, largest: float) -> oracle.Params:
    norm = np.sqrt(sum(np.sum(g**2) for g in gradient.values()))
    return {name: g * largest / (norm + 1e-6) for name, g in gradient.items()}


def norm_after(right: Callable, inputs: Inputs) -> Callable:
    def wrong(gradient: oracle.Params, max_norm: float | None, *together: float | None) -> tuple:
        clipped, _ = right(gradient, max_norm, *together)
        return clipped, right(clipped, None)[1]

    return wrong


def fresh(memory: oracle.Adam) -> oracle.Adam:
    zeros = {name: 0 * value for name, value in memory.mean.items()}
    return oracle.Adam(zeros, dict(zeros), 0)


def adam_as(move: Callable[..., Any]) -> Callable:
    """Another line in place of equation 15; `move` gets gradient, both moments, step and rate."""

    def make(right: Callable, inputs: Inputs) -> Callable:
        def adam(params: oracle.Params, gradient: oracle.Params, memory: oracle.Adam, lr: float, *rest: Any) -> tuple:
            _, new = right(params, gradient, memory, lr, *rest)
            given = {name: (gradient[name], new.mean[name], new.square[name], new.step, lr) for name in params}
            return {name: p - move(*given[name]) for name, p in params.items()}, new

        return adam

    return make


def textbook(g: Any, m: Any, v: Any, t: int, lr: float, epsilon: float = 1e-8, under: float = 0.0) -> Any:
    return lr * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t) + under) + epsilon)


def decoupled(right: Callable, inputs: Inputs) -> Callable:
    def adam(params: oracle.Params, gradient: oracle.Params, memory: oracle.Adam, lr: float, choice: Any) -> tuple:
        new, memory = right(params, gradient, memory, lr, choice._replace(weight_decay=0.0))
        return {name: new[name] - lr * choice.weight_decay * p for name, p in params.items()}, memory

    return adam


def away(right: Callable, inputs: Inputs) -> Callable:
    return lambda target, online, tau: right(target, online, -tau)


def weights_alone(right: Callable, inputs: Inputs) -> Callable:
    def wrong(target: oracle.Params, online: oracle.Params, tau: float) -> oracle.Params:
        moved = right(target, online, tau)
        return {name: value if name.endswith("bias") else moved[name] for name, value in target.items()}

    return wrong


def towards_the_old(right: Callable, inputs: Inputs) -> Callable:
    """Both targets follow the online networks of before the update."""
    before = {id(inputs.state.target_actor): inputs.state.actor, id(inputs.state.target_critic): inputs.state.critic}
    return lambda target, online, tau: right(target, before[id(target)], tau)


STEPS: dict[str, Mistake] = {
    "actor_meets_the_old_critic": convention(order="simultaneous"),
    "actor_meets_the_new_critic": order("simultaneous", "sequential"),
    "targets_moved_before_the_actor": order("sequential", "targets_first"),
    "targets_moved_after_the_actor": order("targets_first", "sequential"),
    "not_clipped": settings(lambda s: {"grad_clip_norm": None}),
    "clipped_together": convention(clips_together=True),
    "clipped_apart": convention(clips_together=False),
    "clipped_by_value": function("clip", clip_as(by_value)),
    "clipped_tensor_by_tensor": function("clip", clip_as(tensor_by_tensor)),
    "lengthened_to_the_largest_norm": function("clip", clip_as(always_scaled)),
    "clipped_without_epsilon": function("clip", clip_as(without_epsilon)),
    "norm_taken_after_clipping": function("clip", norm_after),
    "rates_swapped": settings(lambda s: {"actor_lr": s.critic_lr, "critic_lr": s.actor_lr}),
    "moments_forgotten": state(lambda s: {"actor_adam": fresh(s.actor_adam), "critic_adam": fresh(s.critic_adam)}),
    "epsilon_inside_the_correction": convention(adam_epsilon="inside"),
    "epsilon_outside_the_correction": convention(adam_epsilon="outside"),
    "epsilon_under_the_root": function("adam", adam_as(lambda *g: textbook(*g, epsilon=0.0, under=1e-8))),
    "adam_without_epsilon": function("adam", adam_as(lambda *g: textbook(*g, epsilon=0.0))),
    "adam_one_step_behind": function("adam", adam_as(lambda g, m, v, t, lr: textbook(g, m, v, max(t - 1, 1), lr))),
    "bias_not_corrected": function("adam", adam_as(lambda g, m, v, t, lr: lr * m / (np.sqrt(v) + 1e-8))),
    "adam_climbs": function("adam", adam_as(lambda *g: -textbook(*g))),
    "plain_gradient_descent": function("adam", adam_as(lambda g, m, v, t, lr: lr * g)),
    "weight_decay_forgotten": convention(weight_decay=0.0),
    "weight_decay_decoupled": function("adam", decoupled),
    "tau_swapped": settings(lambda s: {"tau": 1 - s.tau}),
    "tau_in_float32": settings(lambda s: {"tau": float(np.float32(s.tau))}),
    "targets_copied": settings(lambda s: {"tau": 1.0}),
    "targets_not_moved": settings(lambda s: {"tau": 0.0}),
    "targets_moved_away": function("soft_update", away),
    "biases_of_targets_skipped": function("soft_update", weights_alone),
    "targets_follow_the_old_networks": function("soft_update", towards_the_old),
}
