"""Rung: TD3's two critics, by hand on both sides; td3_by_hand.py and linear_networks.py have the networks."""

import torch

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.linear_networks import column, linear_critic, no_updater, td3_loss, transitions
from parity_tests.rungs import rung
from parity_tests.td3_by_hand import SPACE, answers_of, batch_of, configured, stacked_critics, state_of
from reference.losses import critic_loss
from reference.state import Extra
from reference.update import actor_gradient, update

pytestmark = no_updater


def quiet_td3_loss(*factors):
    """`TD3Loss` of critics Q_k(s, a) = factor_k a, without smoothing and under squared errors."""
    return td3_loss([linear_critic(factor) for factor in factors], policy_noise=0.0, loss_function="l2")


def value_loss(loss, batch):
    with torch.random.fork_rng(devices=[]):  # it draws noise of size 0
        return loss.value_loss(batch)


@rung("targets")
def test_the_target_bootstraps_from_the_smaller_of_two_values_row_by_row():
    critics = stacked_critics((7.0, 7.0), (7.0, 7.0)), stacked_critics((3.0, 1.0), (5.0, 1.0))
    *_, target = answers_of(*critics, next_observation=(1.0, -1.0))
    assert target.tolist() == [2.5, -1.5]  # by hand: 1 + min(3, 5)/2 and 1 + min(-3, -5)/2


@rung("targets")
def test_td3_loss_bootstraps_from_the_smaller_value_too():
    _, seen = value_loss(quiet_td3_loss(3.0, 5.0), transitions(2, observation=column(1.0, -1.0)))
    assert seen["target_value"].tolist() == [2.5, -1.5]


@rung("losses")
def test_the_losses_of_two_critics_are_summed():
    value, target = torch.tensor([[1.0, 2.0], [0.0, 5.0]]), torch.tensor([2.0, 2.0])
    assert critic_loss(value, target).item() == 7.0  # by hand: (1 + 0)/2 + (4 + 9)/2


@rung("losses")
def test_td3_loss_sums_them_too():
    loss, seen = value_loss(quiet_td3_loss(3.0, 5.0), transitions(2, terminated=column(True, False)))
    assert seen["target_value"].tolist() == [1.0, 2.5]
    assert loss.item() == 13.25  # by hand: (2^2 + 0.5^2)/2 for Q = 3, and (4^2 + 2.5^2)/2 for Q = 5


@rung("gradients")
def test_each_critic_has_the_gradient_of_its_own_error():
    # The targets are those of a target network that answers 0: the reward alone.
    critics = stacked_critics((2.0, 0.0), (5.0, 0.0)), stacked_critics((0.0, 0.0), (0.0, 0.0))
    grads, *_ = answers_of(*critics)
    assert grads["2.bias"].tolist() == [[2.0], [8.0]]  # by hand: 2 (2 - 1) and 2 (5 - 1)


def judged(*rows):
    """Gradient, loss and value of the actor, whom these critics judge."""
    critics = stacked_critics(*rows)
    return actor_gradient(state_of(critics, critics).actor, critics, batch_of(), SPACE)


@rung("losses")
def test_the_first_critic_alone_judges_the_actor():
    _, loss, value = judged((1.0, 1.0), (9.0, 9.0))
    assert loss.item() == -1.0 and value.tolist() == [1.0, 1.0]  # by hand: Q_1(1, 0) = 1


@rung("gradients")
def test_the_actors_gradient_does_not_know_the_second_critic():
    grads, *_ = judged((1.0, 3.0), (9.0, 9.0))
    assert_same_bits("actor gradient", grads, judged((1.0, 3.0), (-4.0, 0.5))[0])
    assert grads["0.bias"].item() == -6.0  # by hand: minus q_1 = 3, times 2, the scale of tanh, whose slope is 1 at 0
    assert judged((1.0, 4.0), (9.0, 9.0))[0]["0.bias"].item() == -8.0


@rung("losses")
def test_td3_losses_actor_does_not_know_the_second_critic_either():
    for second in (9.0, -4.0):
        assert quiet_td3_loss(3.0, second).actor_loss(transitions())[0].item() == -3.0  # by hand: Q_1(1, 1) = 3


@rung("update")
def test_an_update_of_td3_writes_to_none_of_its_inputs():
    state = state_of(stacked_critics((1.0, 3.0), (9.0, 9.0)), stacked_critics((3.0, 1.0), (5.0, 1.0)))
    batch, draw = batch_of(), torch.ones(2, 1)
    with unchanged("input", state, batch, draw):
        update(state, torch.arange(2), batch, SPACE, configured(target_noise=0.5), extra=Extra(draw=draw))
