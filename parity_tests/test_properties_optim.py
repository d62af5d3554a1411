"""Rung: Adam, for tensors of any sizes and magnitudes, at any step."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from parity_tests.assertions import assert_same_bits
from parity_tests.strategies import dtypes, examples, magnitudes, seeds, tensors
from parity_tests.test_optim import LR, compare
from reference.optim import adam, init_adam
from reference.state import AdamState

RUNG = "adam"


@st.composite
def steps(draw, dtype=None):
    """Parameters, a gradient for each of one to five steps, and Adam's memory before them."""
    params = draw(tensors(dtype or draw(dtypes)))
    generator = torch.Generator().manual_seed(draw(seeds))

    def like(scale):
        return {k: scale * torch.randn(v.shape, generator=generator, dtype=v.dtype) for k, v in params.items()}

    step, size = draw(st.integers(0, 5_000)), draw(magnitudes)
    remembered = AdamState(like(size), {name: value.square() for name, value in like(size).items()}, step)
    grads = [like(draw(magnitudes)) for _ in range(draw(st.integers(1, 5)))]
    return params, grads, remembered if step else init_adam(params)


@examples(60)
@given(steps())
def test_any_steps_are_torchs(drawn):
    params, grads, state = drawn
    compare(params, state, grads)


def opposite(params):
    return {name: -value for name, value in params.items()}


@examples(60)
@given(steps())
def test_an_opposite_gradient_and_memory_step_the_opposite_way(drawn):
    params, (grads, *_), state = drawn
    origin = {name: torch.zeros_like(value) for name, value in params.items()}
    there, _ = adam(origin, grads, state, LR)
    back, _ = adam(origin, opposite(grads), state._replace(mean=opposite(state.mean)), LR)
    assert_same_bits("params", back, opposite(there))


@examples(60)
@given(steps(dtype="float64"))
def test_the_first_step_moves_each_parameter_by_no_more_than_the_rate_against_its_gradient(drawn):
    params, (grads, *_), _ = drawn
    origin = {name: torch.zeros_like(value) for name, value in params.items()}
    moved, _ = adam(origin, grads, init_adam(params), LR)
    for name, grad in grads.items():
        # Epsilon shortens the step by 1e-14 and more of the rate, which outweighs the rounding.
        assert moved[name].abs().max() <= LR
        assert_same_bits("direction", moved[name].sign(), -grad.sign())


@examples(40)
@given(dtypes.flatmap(tensors), magnitudes)
def test_what_has_neither_gradient_nor_memory_stays_where_it_is(params, size):
    still = {name: torch.arange(value.numel()) % 2 == 0 for name, value in params.items()}
    grads = {name: torch.full_like(value, size).masked_fill(still[name], 0) for name, value in params.items()}
    moved, _ = adam(params, grads, init_adam(params), LR)
    for name, value in params.items():
        assert_same_bits(name, moved[name][still[name]], value[still[name]])
