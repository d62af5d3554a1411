"""Known differences of TorchRL in the losses. linear_networks.py says what the numbers are worked from."""

import pytest
import torch
from tensordict.nn import TensorDictSequential
from torchrl.data import Bounded
from torchrl.modules import AdditiveGaussianModule, ValueOperator
from torchrl.objectives import ValueEstimators
from torchrl.objectives.value import TD0Estimator

from parity_tests.assertions import assert_same_bits
from parity_tests.known_differences import known_difference
from parity_tests.linear_networks import (
    Multiply,
    column,
    linear_actor,
    linear_critic,
    linear_loss,
    no_updater,
    td3_loss,
    transitions,
)

pytestmark = no_updater


def weighted(**fields):
    """Two rows, the first of which counts three times."""
    batch = transitions(**fields)
    return batch.set("priority_weight", torch.tensor([3.0, 1.0]))


@known_difference("priority-weight-on-actor-loss")
def test_priority_weights_weigh_the_actor_loss_too():
    batch = weighted().set("observation", column(1.0, 5.0))
    weights_off = linear_loss(use_prioritized_weights=False)
    assert weights_off.loss_actor(batch)[0].item() == -6.0  # by hand: -(2 * 1 + 2 * 5)/2, as the paper has it
    loss = linear_loss().loss_actor(batch)[0].item()
    assert loss == -4.0  # by hand: -(3 * 2 + 1 * 10)/4
    assert td3_loss([linear_critic(), linear_critic()]).actor_loss(batch)[0].item() == loss
    return loss + 6.0


@known_difference("priority-weight-normalised")
def test_the_weighted_critic_loss_is_divided_by_the_sum_of_the_weights():
    # by hand: the targets are 2 and 6, so the squared errors 0 and 16, and (3 * 0 + 1 * 16)/4 against .../2
    batch = weighted(reward=column(1.0, 5.0))
    loss = linear_loss().loss_value(batch)[0].item()
    assert loss == 4.0
    twins = td3_loss([linear_critic(), linear_critic()], policy_noise=0.0, loss_function="l2")
    with torch.random.fork_rng(devices=[]):
        assert twins.value_loss(batch)[0].item() == 8.0  # twice that
    return 8.0 - loss


def noisy_actor():
    """mu(s) = s, and noise of exactly 3."""
    spec = Bounded(-10.0, 10.0, (1,))
    noise = AdditiveGaussianModule(spec=spec, sigma_init=1.0, sigma_end=1.0, mean=3.0, std=0.0)
    return TensorDictSequential(linear_actor(), noise)


@known_difference("exploration-in-loss-actor")
def test_loss_actor_called_directly_explores():
    loss, batch = linear_loss(noisy_actor()), transitions()
    assert_same_bits("actor loss", linear_loss().loss_actor(batch)[0], loss(batch)["loss_actor"])
    direct = loss.loss_actor(batch)[0].item()
    assert direct == -8.0  # by hand: -2 * (1 + 3), where -2 * 1 is the policy's
    return -2.0 - direct


@known_difference("exploration-in-loss-value")
def test_loss_value_called_directly_explores_in_the_target():
    loss, batch = linear_loss(noisy_actor()), transitions()
    assert loss(batch)["target_value"].tolist() == [2.0, 2.0]
    target = loss.loss_value(batch)[1]["target_value"]
    assert target.tolist() == [5.0, 5.0]  # by hand: 1 + 0.5 * 2 * (1 + 3)
    return target[0].item() - 2.0


@known_difference("td-error-squared")
def test_td_error_is_the_squared_error():
    # by hand: Q = 2 against targets 2 and 6
    error = linear_loss().loss_value(transitions(reward=column(1.0, 5.0)))[1]["td_error"]
    assert error.tolist() == [0.0, 16.0]
    return error[1].item() - -4.0  # value - target


@known_difference("td-error-written-to-input")
def test_loss_value_writes_td_error_into_its_input():
    # The reason for the clone in torchrl_impl/losses.py and targets.py; when this fails, it can go.
    batch = transitions()
    before = set(batch.keys(True, True))
    linear_loss().loss_value(batch)
    added = set(batch.keys(True, True)) - before
    assert added == {"td_error"}
    return len(added)


@known_difference("make-value-estimator-returns-none")
def test_make_value_estimator_returns_none_for_a_name():
    loss = linear_loss()
    answers = [
        loss.make_value_estimator(TD0Estimator, gamma=0.5, value_network=loss.actor_critic),
        loss.make_value_estimator(ValueEstimators.TD0, gamma=0.5),
        loss.make_value_estimator(gamma=0.5),
    ]
    assert answers == [loss, None, None]
    return answers.count(None)


@known_difference("td3-critic-only-keys")
def test_td3_loss_fails_on_a_critic_that_reads_more_than_the_actor():
    def critic():
        return ValueOperator(Multiply(2.0), in_keys=["observation", "action", "goal"])

    batch = transitions(goal=column(1.0, 1.0)).set("goal", column(1.0, 1.0))
    ddpg = linear_loss(critic=critic())
    assert ddpg(batch)["loss_actor"].item() == -2.0  # by hand: -2 * 1
    loss, failed = td3_loss([critic(), critic()]), 0
    for part in (loss, loss.actor_loss, loss.value_loss):
        with pytest.raises(KeyError, match="goal"):
            part(batch)
        failed += 1
    return failed


@known_difference("td3-smooth-l1-default")
def test_td3_loss_is_smooth_l1_by_default():
    batch = transitions(1, reward=column(5.0), terminated=column(True))
    critics = [linear_critic(), linear_critic()]
    squared = td3_loss(critics, loss_function="l2")(batch)["loss_qvalue"].item()
    assert squared == 18.0  # by hand: (2 - 5)^2 for each of two critics, as the paper has it
    loss = td3_loss(critics)(batch)["loss_qvalue"].item()
    assert loss == 5.0  # by hand: |2 - 5| - 1/2 for each
    return squared - loss


@known_difference("td3-empty-batch")
def test_td3_losses_of_an_empty_batch_are_nan():
    nothing = transitions()[:0]
    with pytest.raises(RuntimeError, match=r"max\(\)"):
        linear_loss()(nothing)
    outputs = td3_loss([linear_critic(), linear_critic()])(nothing)
    return sum(outputs[name].isnan().item() for name in ("loss_actor", "loss_qvalue"))
