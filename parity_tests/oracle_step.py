"""The oracle's steps: clipping, Adam, targets; equation numbers are those of `../docs/derivation.md`."""

from typing import NamedTuple

import numpy as np

from parity_tests.conventions import OURS, Conventions
from parity_tests.oracle_mlp import Params


class Adam(NamedTuple):
    """Adam's memory of one network."""

    mean: Params
    square: Params
    step: int  # made so far


def clip(gradient: Params, max_norm: float | None, together: float | None = None) -> tuple[Params, float]:
    """Equation 12: the gradient, scaled down where it is longer than `max_norm`, and its norm before.

    `together` is the norm of both networks' gradients, where that is what must not exceed `max_norm`.
    """
    norm = float(np.sqrt(sum(np.sum(g**2) for g in gradient.values())))
    length = norm if together is None else together
    factor = 1.0 if max_norm is None else min(1.0, max_norm / (length + 1e-6))
    return {name: factor * g for name, g in gradient.items()}, norm


def adam(
    params: Params, gradient: Params, memory: Adam, lr: float, conventions: Conventions = OURS
) -> tuple[Params, Adam]:
    """Equations 13 to 16: the parameters after one step, and the memory."""
    step = memory.step + 1
    mean, square, new = {}, {}, {}
    for name, p in params.items():
        g = gradient[name] + conventions.weight_decay * p
        mean[name] = 0.9 * memory.mean[name] + 0.1 * g
        square[name] = 0.999 * memory.square[name] + 0.001 * g**2
        mean_scale, square_scale = 1 - 0.9**step, 1 - 0.999**step
        if conventions.adam_epsilon == "outside":
            move = mean[name] / mean_scale / (np.sqrt(square[name] / square_scale) + 1e-8)
        else:
            move = np.sqrt(square_scale) / mean_scale * mean[name] / (np.sqrt(square[name]) + 1e-8)
        new[name] = p - lr * move
    return new, Adam(mean, square, step)


def soft_update(target: Params, online: Params, tau: float) -> Params:
    """Equation 17."""
    return {name: tau * online[name] + (1 - tau) * target[name] for name in target}
