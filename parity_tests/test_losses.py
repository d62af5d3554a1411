"""Rung: both losses, as values."""

import re

import pytest
import torch

from parity_tests.assertions import assert_no_gradient, assert_same_bits, unchanged
from parity_tests.cases import CASES, build, each_case, learner_of, reference_target
from reference.losses import actor_loss, critic_loss
from reference.networks import actor, critic
from reference.update import actor_gradient, critic_gradient
from torchrl_impl import losses as torchrl_losses
from torchrl_impl.state import tensordict_of

RUNG = "losses"


def reference_value_and_target(material):
    value = critic(material.state.critic, material.batch.observation, material.batch.action)
    return value, reference_target(material)


def reference_policy_value(material):
    action = actor(material.state.actor, material.batch.observation, material.space)
    return critic(material.state.critic, material.batch.observation, action)


@each_case
def test_critic_loss_is_torchrls(material):
    learner, batch = learner_of(material), tensordict_of(material.batch)
    with unchanged("input", material.batch, material.state, dict(batch.items(True, True))):
        value, target = reference_value_and_target(material)
        loss, torchrl_value, torchrl_target = torchrl_losses.critic_loss(learner.loss, batch)
    loss.backward()
    assert_same_bits("critic loss", critic_loss(value, target), loss)
    assert_same_bits("value", value, torchrl_value)
    assert_same_bits("target", target, torchrl_target)
    assert_no_gradient("actor", dict(learner.loss.actor_network_params.items(True, True)))


@each_case
def test_actor_loss_is_torchrls(material):
    learner, batch = learner_of(material), tensordict_of(material.batch)
    with unchanged("input", material.batch, material.state, dict(batch.items(True, True))):
        ours = actor_loss(reference_policy_value(material))
        theirs = torchrl_losses.actor_loss(learner.loss, batch)
    theirs.backward()
    assert_same_bits("actor loss", ours, theirs)
    assert_no_gradient("critic", dict(learner.loss.value_network_params.items(True, True)))


@each_case
def test_the_losses_of_an_update_are_torchrls(material):
    learner, batch, state = learner_of(material), tensordict_of(material.batch), material.state
    _, loss, value, _ = critic_gradient(state, material.batch, material.space, material.config)
    torchrl_loss, torchrl_value, _ = torchrl_losses.critic_loss(learner.loss, batch)
    assert_same_bits("value", value, torchrl_value)
    assert_same_bits("critic loss", loss, torchrl_loss)
    _, loss, _ = actor_gradient(state.actor, state.critic, material.batch, material.space)
    assert_same_bits("actor loss", loss, torchrl_losses.actor_loss(learner.loss, batch))


def test_critic_loss_is_the_mean_square_without_one_half():
    loss = critic_loss(torch.tensor([1.0, 2.0]), torch.tensor([4.0, 1.0]))
    assert loss.item() == 5.0  # by hand: ((1 - 4)^2 + (2 - 1)^2) / 2


def test_actor_loss_is_the_negative_mean_value():
    assert actor_loss(torch.tensor([1.0, 4.0])).item() == -2.5  # by hand: -(1 + 4) / 2


def constant(params, value):
    """A network that answers `value` to everything."""
    zeros = {name: torch.zeros_like(tensor) for name, tensor in params.items()}
    *_, last = zeros
    return {**zeros, last: torch.full_like(params[last], value)}


def constant_critics():
    """Two rows of reward 1, the second terminated; Q is 3, the target network's 10, gamma one half."""
    material = build(CASES["f32-b1-none"]._replace(batch_size=2, gamma=0.5))
    state = material.state._replace(
        critic=constant(material.state.critic, 3.0), target_critic=constant(material.state.target_critic, 10.0)
    )
    batch = material.batch._replace(reward=torch.ones(2), terminated=torch.tensor([False, True]))
    return material._replace(state=state, batch=batch)


def test_torchrls_losses_are_ours_by_hand():
    material = constant_critics()
    loss_module, batch = learner_of(material).loss, tensordict_of(material.batch)
    # by hand: targets 1 + 10/2 and 1, so ((3 - 6)^2 + (3 - 1)^2) / 2
    assert torchrl_losses.critic_loss(loss_module, batch)[0].item() == 6.5
    assert torchrl_losses.actor_loss(loss_module, batch).item() == -3.0  # by hand: -(3 + 3) / 2


@pytest.mark.parametrize("shapes", [((3,), (3, 1)), ((3, 1), (3,))], ids=["target", "value"])
def test_critic_loss_refuses_a_trailing_dimension(shapes):
    came = re.escape(f"got {shapes[0]} and {shapes[1]}.")
    with pytest.raises(
        ValueError, match=f"critic_loss needs value and target of one shape \\[B\\]; {came} .* squeezed"
    ):
        critic_loss(*map(torch.zeros, shapes))


def some_loss_and_batch():
    material = build(CASES["f32-b5-mixed-small_rewards"])
    return learner_of(material).loss, tensordict_of(material.batch)


def test_critic_loss_leaves_no_td_error_in_the_callers_batch():
    loss_module, batch = some_loss_and_batch()
    keys = set(batch.keys(True, True))
    torchrl_losses.critic_loss(loss_module, batch)
    assert set(batch.keys(True, True)) == keys


def test_ddpg_loss_returns_its_value_with_a_gradient():
    # So the sum of all that it returns has another gradient than its losses: pick loss_value and loss_actor by name.
    loss_module, batch = some_loss_and_batch()
    returned = loss_module(batch)
    assert [key for key, value in returned.items() if value.requires_grad] == ["loss_actor", "loss_value", "pred_value"]


def test_critic_loss_returns_value_and_target_without_gradient():
    loss_module, batch = some_loss_and_batch()
    loss, value, target = torchrl_losses.critic_loss(loss_module, batch)
    assert loss.requires_grad and not value.requires_grad and not target.requires_grad
