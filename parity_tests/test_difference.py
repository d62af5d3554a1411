"""The comparison itself: it must fail where something differs, and say where."""

from typing import NamedTuple

import pytest
import torch

from harness.difference import first_difference, leaves
from harness.watch import bit_sums, difference_of_sums
from parity_tests import assertions
from parity_tests.assertions import assert_no_gradient, assert_same_bits, unchanged


class Pair(NamedTuple):
    number: int
    weights: dict


def pair(**changes):
    weights = {"0.weight": torch.arange(12.0).reshape(3, 4), "0.bias": torch.zeros(3)}
    return Pair(7, weights)._replace(**changes)


@pytest.fixture(autouse=True)
def _own_tally(monkeypatch):
    """What fails here on purpose is not the suite's count."""
    monkeypatch.setattr(assertions, "tally", assertions.Counter(compared=0, same=0))


def test_equal_trees_have_no_difference():
    assert first_difference("state", pair(), pair()) is None


def test_one_ulp_is_a_difference_with_its_place():
    theirs = pair()
    theirs.weights["0.weight"][1, 2] = torch.nextafter(torch.tensor(6.0), torch.tensor(7.0))
    assert first_difference("gradient", pair(), theirs) == (
        "gradient.weights[0.weight]: 1 of 12 elements differ, largest 4.768e-07 at (1, 2) "
        "(6.0 against 6.000000476837158); expected the same bits"
    )


def test_minus_zero_is_not_zero():
    assert "elements differ" in first_difference("x", torch.tensor([0.0]), torch.tensor([-0.0]))


def test_nan_is_equal_to_itself():
    assert first_difference("x", torch.tensor([torch.nan]), torch.tensor([torch.nan])) is None


def test_shape_comes_before_values():
    text = first_difference("x", torch.zeros(3), torch.ones(3, 1))
    assert text == "x: shape (3,) against (3, 1)"


def test_dtype_is_a_difference():
    assert first_difference("x", torch.zeros(3), torch.zeros(3, dtype=torch.float64)) == (
        "x: torch.float32 against torch.float64"
    )


def test_plain_values_are_compared():
    assert first_difference("state", pair(), pair(number=8)) == "state.number: 7 against 8"


def test_a_missing_part_is_a_difference():
    text = first_difference("state", pair(), pair(weights={"0.bias": torch.zeros(3)}))
    assert text == "state: structure differs, at state.weights[0.weight]"


def test_assert_same_bits_fails_and_counts():
    with pytest.raises(AssertionError, match=r"state\.number: 7 against 8"):
        assert_same_bits("state", pair(), pair(number=8))
    assert assertions.tally == {"compared": 3, "same": 2}


def test_comparing_nothing_fails():
    with pytest.raises(AssertionError, match="holds nothing"):
        assert_same_bits("state", {}, {})


def test_unchanged_fails_where_an_input_was_written_to():
    state = pair()
    with pytest.raises(AssertionError, match=r"an input was written to.*0\.bias"), unchanged("input", state):
        state.weights["0.bias"].add_(1)


def test_assert_no_gradient_fails_on_a_gradient_of_zeros():
    weight = torch.zeros(2, requires_grad=True)
    (weight * 0).sum().backward()
    with pytest.raises(AssertionError, match=r"critic\[w\] received a gradient"):
        assert_no_gradient("critic", {"w": weight})


def watched(weights):
    return {"actor": bit_sums(weights)}


def test_sums_of_equal_networks_agree():
    assert difference_of_sums(watched(pair().weights), watched(pair().weights)) is None


def test_sums_name_the_one_element_that_differs():
    theirs = pair().weights
    theirs["0.weight"][2, 1] = torch.nextafter(torch.tensor(9.0), torch.tensor(0.0))
    assert difference_of_sums(watched(pair().weights), watched(theirs)) == (
        "actor[0.weight]: 1 element differs, at (2, 1), bit patterns 1 apart; expected the same bits"
    )


def test_sums_name_the_columns_of_several():
    theirs = pair().weights
    theirs["0.weight"][1:] += 1
    text = difference_of_sums(watched(pair().weights), watched(theirs))
    assert (
        text
        == "actor[0.weight]: elements differ in 4 of 4 columns at the least, first in column 0; expected the same bits"
    )


def test_the_digest_sees_what_sums_do_not():
    theirs = pair().weights
    bits = theirs["0.weight"].view(torch.int32)
    bits[1:3, 1:3] += torch.tensor([[1, -1], [-1, 1]], dtype=torch.int32)
    text = difference_of_sums(watched(pair().weights), watched(theirs))
    assert text == "actor: elements differ whose sums over rows and columns are the same; expected the same bits"


@pytest.mark.parametrize("kind", [tuple, list])
def test_a_write_to_a_tensor_in_a_plain_sequence_is_seen(kind):
    inputs = kind([torch.zeros(2), {"weight": torch.zeros(1)}])
    with pytest.raises(AssertionError, match=r"input\[1\]\[weight\]"), unchanged("input", inputs):
        inputs[1]["weight"] += 1.0


def test_sequences_of_plain_values_are_one_leaf():
    assert list(leaves("returns", [1.0, 2.0])) == [("returns", [1.0, 2.0])]
