"""Rung: importance weights, whatever the values, the weights and how many."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from parity_tests.assertions import assert_same_bits
from parity_tests.closeness import assert_close_to_oracle
from parity_tests.strategies import DTYPES, dtypes, examples, magnitudes, powers_of_two, seeds
from reference.losses import actor_loss, critic_loss, mean

RUNG = "losses"


@st.composite
def weighted(draw, precisions=dtypes):
    """A column [B], and as many weights above 0."""
    rows, dtype = draw(st.integers(1, 300)), DTYPES[draw(precisions)]
    generator = torch.Generator().manual_seed(draw(seeds))
    x = draw(magnitudes) * torch.randn(rows, generator=generator, dtype=dtype)
    return x, draw(magnitudes) * (torch.rand(rows, generator=generator, dtype=dtype) + 0.01)


in_float64 = weighted(st.just("float64"))


@examples(60)
@given(weighted(), powers_of_two)
def test_only_the_ratios_of_weights_matter(columns, factor):
    x, weight = columns
    assert_same_bits("mean", mean(x, factor * weight), mean(x, weight))


@examples(60)
@given(weighted(), powers_of_two)
def test_a_weighted_mean_is_scaled_as_its_values_are(columns, factor):
    x, weight = columns
    assert_same_bits("mean", mean(factor * x, weight), factor * mean(x, weight))


@examples(60)
@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=300), powers_of_two, dtypes)
def test_equal_weights_are_none(numbers, weight, dtype):
    # Whole numbers, whose sums are exact in any order.
    x = torch.tensor(numbers, dtype=DTYPES[dtype])
    assert_same_bits("mean", mean(x, torch.full_like(x, weight)), mean(x, None))


@examples(60)
@given(in_float64)
def test_a_weighted_mean_is_that_of_rows_in_any_order(columns):
    x, weight = columns
    assert_close_to_oracle("mean of sizes", mean(x.abs().flip(0), weight.flip(0)), mean(x.abs(), weight))


@examples(60)
@given(in_float64)
def test_a_weighted_mean_lies_between_the_least_and_the_largest(columns):
    x, weight = columns
    span = 1e-12 * x.abs().max()  # design.md's row for sums in another order
    assert x.min() - span <= mean(x, weight) <= x.max() + span


@examples(60)
@given(weighted(), st.data())
def test_all_the_weight_on_one_row_is_that_row(columns, data):
    x, _ = columns
    row = data.draw(st.integers(0, len(x) - 1))
    weight = torch.zeros_like(x)
    weight[row] = 0.25
    assert_same_bits("mean", mean(x, weight), x[row])


@examples(40)
@given(weighted(), st.sampled_from(["l2", "l1", "smooth_l1"]))
def test_both_losses_weigh_what_each_row_costs(columns, kind):
    x, weight = columns
    zeros = torch.zeros_like(x)
    costs = torch.stack([critic_loss(x[k : k + 1], zeros[:1], kind=kind) for k in range(len(x))])
    assert_same_bits("critic loss", critic_loss(x, zeros, weight, kind), mean(costs, weight))
    assert_same_bits("actor loss", actor_loss(x, weight), -mean(x, weight))
