"""Slope, clipping and Adam at 50 digits."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from parity_tests.known_answers.exact import EXACT, number, root

Params = dict[str, ndarray]

NUDGE = number("1e-16")
"""Of central differences: an error of its square, 1e-32, from what they leave out, and of 1e-50/1e-16 from rounding."""


def slope(loss: Callable[[Params], Any], params: Params) -> Params:
    """The derivative of `loss` by each parameter, by central differences."""
    found = {}
    for name, values in params.items():
        found[name] = np.empty(values.shape, dtype=object)
        for place in np.ndindex(values.shape):
            ahead, behind = values.copy(), values.copy()
            ahead[place] += NUDGE
            behind[place] -= NUDGE
            found[name][place] = (loss({**params, name: ahead}) - loss({**params, name: behind})) / (2 * NUDGE)
    return found


def length(*gradients: Params) -> Any:
    """The norm of all that is in them."""
    return EXACT.sqrt(sum((g * g).sum() for gradient in gradients for g in gradient.values()))


def step(
    loss: Callable[[Params], Any], params: Params, memory: Any, settings: Any, lr: Any, together: Any = None
) -> tuple[dict[str, Any], Params]:
    """Loss, gradient, norm, clipped gradient and Adam's memory; and the new parameters.

    `together` is the norm that clipping looks at where that is not the gradient's own.
    """
    gradient = slope(loss, params)
    norm = length(gradient)
    largest = settings.grad_clip_norm if settings.conventions.clips_gradients else None
    shrink = EXACT.one if largest is None else min(EXACT.one, largest / ((together or norm) + number("1e-6")))
    clipped = {name: shrink * g for name, g in gradient.items()}
    new, remembered = _adam(params, clipped, memory, lr, settings.conventions)
    found = {"loss": loss(params), "gradient": gradient, "grad_norm": norm, "clipped": clipped, "adam": remembered}
    return found, new


def _adam(params: Params, clipped: Params, memory: Any, lr: Any, choice: Any) -> tuple[Params, dict[str, Any]]:
    t, beta1, beta2, epsilon = memory.step + 1, number("0.9"), number("0.999"), number("1e-8")
    first, second = 1 - beta1**t, 1 - beta2**t
    mean, square, new = {}, {}, {}
    for name, p in params.items():
        g = clipped[name] + choice.weight_decay * p
        mean[name] = m = beta1 * memory.mean[name] + (1 - beta1) * g
        square[name] = v = beta2 * memory.square[name] + (1 - beta2) * g * g
        if choice.adam_epsilon == "outside":
            new[name] = p - lr * (m / first) / (root(v / second) + epsilon)
        else:
            new[name] = p - lr * EXACT.sqrt(second) / first * m / (root(v) + epsilon)
    return new, {"mean": mean, "square": square, "step": t}
