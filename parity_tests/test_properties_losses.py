"""Rung: both losses, for any shapes, precisions, bounds, rewards, discounts and flags."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from parity_tests.assertions import assert_no_gradient, assert_same_bits, unchanged
from parity_tests.cases import build, learner_of, reference_target
from parity_tests.strategies import DTYPES, cases, dtypes, examples, magnitudes, powers_of_two, seeds
from reference.losses import actor_loss, critic_loss
from reference.networks import actor, critic
from torchrl_impl import losses as torchrl_losses
from torchrl_impl.state import tensordict_of
from torchrl_impl.update import train_state

RUNG = "losses"


@examples(30)
@given(cases())
def test_any_critic_loss_is_torchrls_and_reaches_no_actor(case):
    material = build(case)
    learner, batch, state = learner_of(material), tensordict_of(material.batch), material.state
    with unchanged("input", material.batch, state, train_state(learner), dict(batch.items(True, True))):
        value = critic(state.critic, material.batch.observation, material.batch.action)
        ours = critic_loss(value, reference_target(material))
        theirs, torchrl_value, _ = torchrl_losses.critic_loss(learner.loss, batch)
        theirs.backward()
    assert_same_bits("value", value, torchrl_value)
    assert_same_bits("critic loss", ours, theirs)
    assert_no_gradient("actor", dict(learner.loss.actor_network_params.items(True, True)))


@examples(30)
@given(cases())
def test_any_actor_loss_is_torchrls_and_reaches_no_critic(case):
    material = build(case)
    learner, batch, state = learner_of(material), tensordict_of(material.batch), material.state
    with unchanged("input", material.batch, state, train_state(learner), dict(batch.items(True, True))):
        action = actor(state.actor, material.batch.observation, material.space)
        ours = actor_loss(critic(state.critic, material.batch.observation, action))
        theirs = torchrl_losses.actor_loss(learner.loss, batch)
        theirs.backward()
    assert_same_bits("actor loss", ours, theirs)
    assert_no_gradient("critic", dict(learner.loss.value_network_params.items(True, True)))


@st.composite
def values_and_targets(draw):
    """Two unlike columns [B]."""
    shape, dtype = (2, draw(st.integers(1, 300))), DTYPES[draw(dtypes)]
    generator = torch.Generator().manual_seed(draw(seeds))
    return draw(magnitudes) * torch.randn(shape, generator=generator, dtype=dtype)


@examples(40)
@given(values_and_targets())
def test_critic_loss_is_zero_on_the_target_alone(columns):
    value, target = columns
    assert critic_loss(value, value).item() == 0.0 < critic_loss(value, target).item()


@examples(40)
@given(values_and_targets())
def test_critic_loss_takes_value_and_target_alike(columns):
    value, target = columns
    assert_same_bits("critic loss", critic_loss(value, target), critic_loss(target, value))


@examples(40)
@given(values_and_targets(), powers_of_two)
def test_losses_are_scaled_as_values_are_and_their_squares(columns, factor):
    (value, target), (scaled, scaled_target) = columns, factor * columns
    assert_same_bits("critic loss", critic_loss(scaled, scaled_target), factor**2 * critic_loss(value, target))
    assert_same_bits("actor loss", actor_loss(scaled), factor * actor_loss(value))


@examples(40)
@given(values_and_targets())
def test_actor_loss_turns_sign_with_the_values(columns):
    value, _ = columns
    assert_same_bits("actor loss", actor_loss(-value), -actor_loss(value))
