"""Agreement in correct digits, and which mistakes a case tells apart by it."""

from typing import Any

import numpy as np

from harness.difference import leaves
from parity_tests.known_answers.alter import Mistake
from parity_tests.known_answers.answer import Inputs
from parity_tests.known_answers.mistakes_of_losses import LOSSES
from parity_tests.known_answers.mistakes_of_steps import STEPS
from parity_tests.known_answers.mistakes_of_targets import IN_NETWORKS, TARGETS

MISTAKES: dict[str, Mistake] = {**TARGETS, **IN_NETWORKS, **LOSSES, **STEPS}

DEMANDED = 12
"""In float64; design.md's 1e-12 of a tensor's largest element."""

TELLING = 11
"""A mistake is told apart where it leaves fewer: short of what is demanded by at least a digit."""

ALL = 17.0
"""What equal numbers count for."""


def correct_digits(found: Any, expected: Any) -> float:
    """-log10 of the largest difference over the largest expected element; 0 where shape or size has nothing in common.

    A tensor of zeros is met by zeros alone.
    """
    ours, truth = np.asarray(found, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if ours.shape != truth.shape or not np.isfinite(ours).all():
        return 0.0
    error, largest = np.abs(ours - truth).max(), np.abs(truth).max()
    if error == 0:
        return ALL
    return float(np.clip(-np.log10(error / largest), 0, ALL)) if largest else 0.0


def digits_by_quantity(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, float]:
    """The fewest correct digits in each quantity that was found, in the order of the expected ones."""
    worst = {}
    for name in (name for name in expected if name in found):
        ours, truth = dict(leaves(name, found[name])), dict(leaves(name, expected[name]))
        same_parts = list(ours) == list(truth)
        worst[name] = min(correct_digits(ours[path], truth[path]) for path in truth) if same_parts else 0.0
    return worst


def tells_apart(inputs: Inputs, expected: dict[str, Any]) -> dict[str, list[str]]:
    """The mistakes that would show, under the first quantity in which each does."""
    found: dict[str, list[str]] = {}
    for mistake, run in MISTAKES.items():
        first = first_short(run(inputs), expected)
        if first is not None:
            found.setdefault(first, []).append(mistake)
    return {name: found[name] for name in expected if name in found}


def first_short(found: dict[str, Any], expected: dict[str, Any], digits: float = TELLING) -> str | None:
    """The first quantity with fewer correct digits; None: there is none."""
    return next((name for name, number in digits_by_quantity(found, expected).items() if number < digits), None)
