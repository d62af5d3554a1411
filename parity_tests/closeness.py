"""Closeness in float64: of two tensors, the largest difference against the largest element."""

import numpy as np
from torch import Tensor

from harness.difference import leaves
from parity_tests.assertions import tally

ALLOWED = 1e-12
"""design.md's row for what sums in another order; element by element, correct gradients differ by more."""


def assert_close_to_oracle(name, ours, oracle):
    """Fails at the first tensor of two trees whose largest difference exceeds 1e-12 of the oracle's largest element."""
    __tracebackhide__ = True
    found, expected = dict(leaves(name, ours)), dict(leaves(name, oracle))
    assert list(found) == list(expected), f"{name}: {list(found)} against the oracle's {list(expected)}"
    assert found, f"{name} holds nothing to compare"
    tally["close"] += len(found)
    for path, value in found.items():
        problem = distance(path, _array(value), _array(expected[path]))
        if problem is not None:
            raise AssertionError(problem)


def distance(path: str, ours: np.ndarray, oracle: np.ndarray) -> str | None:
    """What is wrong, in words; None where the two are close."""
    if ours.dtype != np.float64:
        return f"{path}: {ours.dtype}; closeness is for float64"
    if ours.shape != oracle.shape:
        return f"{path}: shape {ours.shape} in place of {oracle.shape}"
    if not (np.isfinite(ours).all() and np.isfinite(oracle).all()):
        return f"{path}: not finite"
    error, largest = np.abs(ours - oracle), np.abs(oracle).max()
    if error.max() <= ALLOWED * largest:
        return None
    place = tuple(map(int, np.unravel_index(error.argmax(), error.shape)))
    return (
        f"{path}: {float(ours[place])!r} against the oracle's {float(oracle[place])!r} at {place}, "
        f"{error[place]:.3e} apart; expected at most {ALLOWED:g} of its largest element, {largest:.3e}"
    )


def _array(value) -> np.ndarray:
    """Whole numbers, such as Adam's step, count as float64."""
    array = value.detach().cpu().numpy() if isinstance(value, Tensor) else np.asarray(value)
    return array if array.dtype.kind == "f" else array.astype(np.float64)
