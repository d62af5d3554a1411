"""Numbers of 50 digits, elementwise in NumPy's object arrays."""

from typing import Any

import mpmath
import numpy as np
from numpy import ndarray

EXACT = mpmath.MPContext()
"""A context of our own: mpmath's global one is left alone."""
EXACT.dps = 50

tanh = np.frompyfunc(EXACT.tanh, 1, 1)
root = np.frompyfunc(EXACT.sqrt, 1, 1)


def number(text: str) -> Any:
    """The number that a decimal says."""
    return EXACT.mpf(text)


def exact(tree: Any) -> Any:
    """Every float as the number that its shortest decimal form says; flags and whole numbers as they are."""
    if isinstance(tree, dict):
        return {name: exact(value) for name, value in tree.items()}
    if hasattr(tree, "_fields"):
        return type(tree)(*map(exact, tree))
    if isinstance(tree, ndarray) and tree.dtype == np.float64:
        return np.frompyfunc(lambda value: number(repr(float(value))), 1, 1)(tree)
    return number(repr(tree)) if isinstance(tree, float) else tree


def printed(value: Any) -> str:
    """17 significant digits, as JSON writes a number."""
    return EXACT.nstr(value, 17)
