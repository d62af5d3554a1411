"""Rung: clipping by the global norm, for gradients of any sizes and magnitudes."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from parity_tests.assertions import assert_same_bits
from parity_tests.strategies import dtypes, examples, magnitudes, tensors
from parity_tests.test_clipping import compare
from reference.optim import clip_by_global_norm

RUNG = "clipping"

gradients = dtypes.flatmap(tensors)
precise_gradients = tensors("float64")


def flat(params):
    return torch.cat([value.flatten() for value in params.values()])


@examples(100)
@given(gradients, st.none() | magnitudes)
def test_any_clipping_is_torchs(grads, max_norm):
    compare(grads, max_norm)


@examples(60)
@given(precise_gradients, magnitudes)
def test_no_gradient_is_longer_than_the_largest_norm_after_clipping(grads, max_norm):
    clipped, _ = clip_by_global_norm(grads, max_norm)
    assert flat(clipped).norm() <= max_norm * (1 + 1e-12)


@examples(60)
@given(precise_gradients, magnitudes)
def test_clipping_keeps_the_direction(grads, max_norm):
    clipped, norm = clip_by_global_norm(grads, max_norm)
    expected = flat(grads) / norm * flat(clipped).norm()
    assert (flat(clipped) - expected).abs().max() <= 1e-12 * expected.abs().max()


@examples(60)
@given(gradients, st.floats(1.01, 1e3))
def test_a_gradient_shorter_than_the_largest_norm_is_left_as_it_is(grads, room):
    _, norm = clip_by_global_norm(grads, None)
    # What clipping adds to the norm, 1e-6, has to fit as well.
    clipped, _ = clip_by_global_norm(grads, room * norm.item() + 1e-5)
    assert_same_bits("clipped", clipped, grads)


@examples(60)
@given(gradients, magnitudes)
def test_the_norm_told_is_that_before_clipping(grads, max_norm):
    _, told = clip_by_global_norm(grads, max_norm)
    assert_same_bits("norm", told, clip_by_global_norm(grads, None)[1])
