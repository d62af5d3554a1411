"""Rung: what a TD error costs, and importance weights, by hand on both sides."""

import re

import pytest
import torch

from parity_tests.assertions import unchanged
from parity_tests.linear_networks import column, linear_loss, no_updater, transitions
from reference.losses import actor_loss, critic_loss, mean

RUNG = "losses"

pytestmark = no_updater

ERRORS = [0.5, -0.5, 1.0, -1.0, 3.0, -3.0, 0.0]
COSTS = {
    "l2": [0.25, 0.25, 1.0, 1.0, 9.0, 9.0, 0.0],
    "l1": [0.5, 0.5, 1.0, 1.0, 3.0, 3.0, 0.0],
    "smooth_l1": [0.125, 0.125, 0.5, 0.5, 2.5, 2.5, 0.0],  # half the square below 1, |x| - 1/2 from there on
}

each_kind = pytest.mark.parametrize("kind", COSTS)
each_cost = pytest.mark.parametrize(
    "kind, error, cost", [(kind, *pair) for kind in COSTS for pair in zip(ERRORS, COSTS[kind], strict=True)]
)


@each_cost
def test_a_td_error_costs_what_it_should(kind, error, cost):
    target = torch.tensor([2.0])
    assert critic_loss(target + error, target, kind=kind).item() == cost


@each_cost
def test_a_td_error_costs_as_much_in_ddpg_loss(kind, error, cost):
    # Q = 2 against a target of the reward alone
    batch = transitions(1, terminated=column(True), reward=column(2.0 - error))
    assert linear_loss(loss_function=kind).loss_value(batch)[0].item() == cost


@pytest.mark.parametrize(
    "kind, slopes", [("l2", [1.0, -2.0, 6.0, 0.0]), ("l1", [1.0, -1.0, 1.0, 0.0]), ("smooth_l1", [0.5, -1.0, 1.0, 0.0])]
)
def test_a_td_error_pulls_as_hard_as_it_should(kind, slopes):
    value = torch.tensor([0.5, -1.0, 3.0, 0.0], requires_grad=True)
    critic_loss(value, torch.zeros(4), kind=kind).backward()
    assert (4 * value.grad).tolist() == slopes  # four rows


@each_kind
def test_stacked_values_cost_the_sum_of_what_each_costs(kind):
    value = torch.tensor([ERRORS[:4], ERRORS[2:6]])
    costs = sum(COSTS[kind][:4]) + sum(COSTS[kind][2:6])
    assert critic_loss(value, torch.zeros(4), kind=kind).item() == costs / 4


# Importance weights: 3 and 1, on errors of 0.5 and 3.

WEIGHTED = {"l2": (3 * 0.25 + 9) / 4, "l1": (3 * 0.5 + 3) / 4, "smooth_l1": (3 * 0.125 + 2.5) / 4}
WEIGHT = torch.tensor([3.0, 1.0])


@pytest.mark.parametrize("kind, cost", WEIGHTED.items())
def test_a_weighted_critic_loss_is_divided_by_the_sum_of_the_weights(kind, cost):
    value, target = torch.tensor([2.5, 5.0]), torch.tensor([2.0, 2.0])
    with unchanged("input", value, target, WEIGHT):
        assert critic_loss(value, target, WEIGHT, kind).item() == cost


@pytest.mark.parametrize("kind, cost", WEIGHTED.items())
def test_a_weighted_critic_loss_is_ddpg_losses(kind, cost):
    batch = transitions(2, terminated=column(True, True), reward=column(1.5, -1.0))
    batch["priority_weight"] = WEIGHT
    assert linear_loss(loss_function=kind).loss_value(batch)[0].item() == cost


def test_weights_count_each_row_once_however_many_critics_there_are():
    value = torch.tensor([[1.0, 2.0], [0.0, 3.0]])
    # by hand: (3 * (1 + 0) + 1 * (4 + 9))/4
    assert critic_loss(value, torch.zeros(2), WEIGHT).item() == 4.0


def test_a_weighted_actor_loss_is_ddpg_losses():
    batch = transitions(2).set("observation", column(1.0, 5.0)).set("priority_weight", WEIGHT)
    theirs, _ = linear_loss().loss_actor(batch)
    assert actor_loss(torch.tensor([2.0, 10.0]), WEIGHT).item() == theirs.item() == -4.0  # by hand: -(3 * 2 + 10)/4


def test_a_weight_of_zero_leaves_its_row_out():
    value, target = torch.tensor([1.0, 50.0]), torch.tensor([3.0, 0.0])
    assert critic_loss(value, target, torch.tensor([0.25, 0.0])).item() == 4.0  # by hand: (1 - 3)^2


@pytest.mark.parametrize("shape", [(2, 1), (3,), (1,), ()], ids=str)
def test_weights_of_another_shape_are_refused(shape):
    came = re.escape(f"one weight a row, of shape (2,); got {shape}. Weights of shape [B, 1] must be squeezed.")
    with pytest.raises(ValueError, match=came):
        mean(torch.ones(2), torch.ones(shape))


REFUSED = [((2, 3, 1), (3,)), ((2, 3), (2, 3)), ((2, 3, 4), (4,)), ((3, 2), (3,))]


@pytest.mark.parametrize("value, target", REFUSED, ids=str)
def test_values_that_are_no_stack_of_the_targets_shape_are_refused(value, target):
    with pytest.raises(ValueError, match=re.escape(f"one shape [B]; got {value} and {target}.")):
        critic_loss(torch.zeros(value), torch.zeros(target))


def test_the_actors_loss_refuses_a_stack_of_values():
    with pytest.raises(ValueError, match=re.escape("actor_loss needs value of shape [B]; got (2, 3).")):
        actor_loss(torch.zeros(2, 3))
