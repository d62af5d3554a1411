"""Rung: both gradients, for any shapes, precisions, bounds, rewards, discounts and flags.

The algebra is asked of the reference alone: to the bit, TorchRL's gradients are the same.
"""

import torch
from hypothesis import given
from hypothesis import strategies as st

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.cases import build, learner_of
from parity_tests.strategies import cases, examples, magnitudes, powers_of_two, seeds
from parity_tests.test_gradients import assert_no_gradient_but_for, grads_of
from reference.state import Batch
from reference.update import actor_gradient, critic_gradient
from torchrl_impl.state import tensordict_of
from torchrl_impl.update import actor_gradient_, critic_gradient_, train_state

RUNG = "gradients"


def gradients(material):
    """The critic's and the actor's, at the networks as they are."""
    state, batch, space = material.state, material.batch, material.space
    of_critic, *_ = critic_gradient(state, batch, space, material.config)
    of_actor, *_ = actor_gradient(state.actor, state.critic, batch, space)
    return {"critic": of_critic, "actor": of_actor}


@examples(40)
@given(cases())
def test_any_critic_gradient_is_torchrls_and_reaches_the_critic_alone(case):
    material = build(case)
    learner, batch = learner_of(material), tensordict_of(material.batch)
    with unchanged("input", material.state, material.batch, train_state(learner), dict(batch.items(True, True))):
        grads, *ours = critic_gradient(material.state, material.batch, material.space, material.config)
        theirs = critic_gradient_(learner, batch)
    assert_same_bits("critic gradient", grads, grads_of(learner.loss.value_network_params))
    assert_same_bits("loss, value and target", dict(enumerate(ours)), dict(enumerate(theirs)))
    assert_no_gradient_but_for(learner, "value_network")


@examples(40)
@given(cases())
def test_any_actor_gradient_is_torchrls_and_reaches_the_actor_alone(case):
    material = build(case)
    learner, batch, state = learner_of(material), tensordict_of(material.batch), material.state
    with unchanged("input", state, material.batch, train_state(learner), dict(batch.items(True, True))):
        grads, loss, _ = actor_gradient(state.actor, state.critic, material.batch, material.space)
        torchrl_loss = actor_gradient_(learner, batch)
    assert_same_bits("actor gradient", grads, grads_of(learner.loss.actor_network_params))
    assert_same_bits("actor loss", loss, torchrl_loss)
    assert_no_gradient_but_for(learner, "actor_network")


@examples(30)
@given(cases(), magnitudes)
def test_the_actors_gradient_sees_observations_alone(case, other):
    material = build(case)
    batch = material.batch
    changed = Batch(
        batch.observation, -batch.action, other * batch.reward, other + batch.next_observation, ~batch.terminated,
        ~batch.truncated,
    )  # fmt: skip
    assert_same_bits(
        "actor gradient", gradients(material)["actor"], gradients(material._replace(batch=changed))["actor"]
    )


def louder(material, factor):
    """Rewards, and both critics by their last layers, times `factor`: so are all values and targets."""

    def scaled(phi):
        *_, weight, bias = phi
        return {**phi, weight: factor * phi[weight], bias: factor * phi[bias]}

    state, batch = material.state, material.batch
    state = state._replace(critic=scaled(state.critic), target_critic=scaled(state.target_critic))
    return material._replace(state=state, batch=batch._replace(reward=factor * batch.reward))


@examples(30)
@given(cases(), powers_of_two)
def test_gradients_are_scaled_as_rewards_and_values_are(case, factor):
    material = build(case)
    before, after = gradients(material), gradients(louder(material, factor))
    *_, weight, bias = before["critic"]
    # By the chain rule: the error is scaled, and once more where it passes through the last layer.
    powers = {name: factor if name in (weight, bias) else factor**2 for name in before["critic"]}
    expected = {name: powers[name] * grad for name, grad in before["critic"].items()}
    assert_same_bits("critic gradient", after["critic"], expected)
    assert_same_bits("actor gradient", after["actor"], {name: factor * grad for name, grad in before["actor"].items()})


@examples(40)
@given(cases(dtype=st.just("float64")), seeds)
def test_the_order_of_rows_does_not_matter_to_any_gradient(case, seed):
    material = build(case)
    rows = torch.randperm(case.batch_size, generator=torch.Generator().manual_seed(seed))
    shuffled = material._replace(batch=Batch(*(column[rows] for column in material.batch)))
    expected, found = gradients(material), gradients(shuffled)
    for network, grads in expected.items():
        for name, grad in grads.items():
            assert (found[network][name] - grad).abs().max() <= 1e-12 * grad.abs().max(), (network, name)
