"""Rung: TD targets from n-step rows, by hand and to the bit, on both sides."""

import pytest
import torch
from torchrl.objectives.value import TD0Estimator

from parity_tests.assertions import assert_same_bits
from parity_tests.linear_networks import fill_, linear_loss, no_updater, target_of, transitions
from parity_tests.n_step_material import SIDES, n_step_config, trajectory, written
from reference.targets import discount, td_target
from torchrl_impl.state import STEPS, tensordict_of

RUNG = "targets"
pytestmark = no_updater

each_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["f32", "f64"])

# By hand, with gamma 0.5 and Q' = 100: 1 + 0.5 * 2 where the second step terminated; 2 + 0.5^2 * 100 where it
# was truncated; (1 + 0.5 * 2 + 0.25 * 4) + 0.5^3 * 100 where it goes on.
TARGETS = {"terminated": ({"terminated": [1]}, 2.0), "truncated": ({"truncated": [1]}, 27.0), "goes_on": ({}, 15.5)}
each_end = pytest.mark.parametrize("ends, expected", TARGETS.values(), ids=TARGETS.keys())


def first_rows(side, ends):
    """The rows of three steps that begin with rewards 1, 2 and 4, and the steps that each spans."""
    made = SIDES[side](n_step_config(3))
    made.add_(trajectory([1.0, 2.0, 4.0, 8.0, 16.0], **ends))
    rows, _, _, spans = written(made)
    return rows._replace(next_observation=torch.ones(2, 1)), spans  # so that Q' below is its factor


@each_end
def test_a_target_bootstraps_by_the_steps_of_its_row_unless_that_terminated(ends, expected):
    rows, spans = first_rows("reference", ends)
    gamma = discount(0.5, spans, torch.float32)
    assert td_target(rows.reward, rows.terminated, torch.full((2,), 100.0), gamma)[0] == expected


@each_end
def test_torchrls_target_likewise_with_the_flags_moved_along(ends, expected):
    rows, spans = first_rows("torchrl", ends)
    loss = linear_loss()
    fill_(loss.target_value_network_params, 100.0)
    assert target_of(loss, tensordict_of(rows).set(STEPS, spans))[0] == expected


def test_discount_is_gamma_to_the_power_of_the_steps():
    assert discount(0.5, torch.tensor([1, 3, 2]), torch.float32).tolist() == [0.5, 0.125, 0.25]  # by hand


def test_without_steps_discount_is_gamma_itself():
    assert discount(0.99, None, torch.float32) == 0.99


@each_dtype
def test_gamma_is_rounded_to_the_runs_precision_and_raised_then(dtype):
    found = discount(0.99, torch.tensor([1, 20]), dtype)
    rounded = torch.tensor(0.99, dtype=dtype)
    assert found.dtype == dtype and found[0] == rounded
    assert_same_bits("discount", torch.stack([rounded**1, rounded**20]), found)


def test_to_raise_gamma_before_it_is_rounded_gives_other_bits():
    found = discount(0.99, torch.arange(1, 21), torch.float32)
    raised_first = torch.tensor([0.99**m for m in range(1, 21)], dtype=torch.float32)
    assert found[0] == raised_first[0] and (found != raised_first).any()


@pytest.mark.filterwarnings("ignore:To copy construct from a tensor")
@each_dtype
@pytest.mark.parametrize("gamma", [0.0, 0.3, 0.99, 1.0])
def test_discount_is_torchrls(gamma, dtype):
    estimator, steps = TD0Estimator(gamma=torch.tensor(gamma, dtype=dtype), value_network=None), torch.arange(1, 41)
    batch = transitions(40, reward=torch.zeros(40, 1)).set(STEPS, steps)  # the target is then the discount of 1
    theirs = estimator.value_estimate(batch, next_value=torch.ones(40, 1, dtype=dtype)).squeeze(-1)
    assert_same_bits("discount", discount(gamma, steps, dtype), theirs)
