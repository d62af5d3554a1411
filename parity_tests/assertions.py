"""What parity tests assert, and the count of it."""

from collections import Counter
from contextlib import contextmanager

import torch

from harness.difference import first_difference, leaves

tally = Counter(compared=0, same=0)
"""Quantities compared in this process, and how many of them were the same to the bit."""


def assert_same_bits(name, ours, theirs):
    """Fails at the first leaf of two trees that differs in structure, shape, dtype or any bit."""
    __tracebackhide__ = True
    left, right = list(leaves(name, ours)), list(leaves(name, theirs))
    assert left, f"{name} holds nothing to compare"
    tally["compared"] += len(left)
    found = first_difference(name, ours, theirs)
    if found is None:
        tally["same"] += len(left)
        return
    if [path for path, _ in left] == [path for path, _ in right]:
        pairs = zip(left, right, strict=True)
        tally["same"] += sum(first_difference("", a, b) is None for (_, a), (_, b) in pairs)
    raise AssertionError(found)


def assert_no_gradient(name, params):
    """Fails where any tensor of a network received a gradient, even one of zeros."""
    __tracebackhide__ = True
    reached = [key for key, value in leaves(name, params) if value.grad is not None]
    assert not reached, f"{', '.join(reached)} received a gradient; the other network's loss must not reach it"


@contextmanager
def unchanged(name, *trees):
    """Fails if the block writes to any tensor of `trees`."""
    __tracebackhide__ = True
    before = [{path: _copy(value) for path, value in leaves(name, tree)} for tree in trees]
    yield
    for copies, tree in zip(before, trees, strict=True):
        found = first_difference(f"{name}, before against after", copies, dict(leaves(name, tree)))
        assert found is None, f"an input was written to: {found}"


def _copy(value):
    return value.detach().clone() if isinstance(value, torch.Tensor) else value
