"""Rung: actor and critic, for any shapes, precisions and bounds."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.cases import build, learner_of
from parity_tests.strategies import cases, examples
from reference.networks import actor, critic
from torchrl_impl.networks import evaluate_networks

RUNG = "networks"


@examples(40)
@given(cases())
def test_any_policy_and_its_value_are_torchrls(case):
    material = build(case)
    state, observation, learner = material.state, material.batch.observation, learner_of(material)
    with unchanged("input", state, observation):
        action = actor(state.actor, observation, material.space)
        ours = action, critic(state.critic, observation, action)
        theirs = evaluate_networks(learner.loss, observation)
    assert_same_bits("action and value", dict(enumerate(ours)), dict(enumerate(theirs)))


@examples(60)
@given(cases(), st.sampled_from([1.0, 10.0, 1e4]))
def test_any_policy_stays_within_rounding_of_its_bounds(case, loudness):
    material = build(case)
    low, high = material.space.low, material.space.high
    theta = {name: loudness * value for name, value in material.state.actor.items()}
    action = actor(theta, material.batch.observation, material.space)
    # Half the width and the middle are each rounded by at most eps/2 of the larger bound, as is their sum.
    rounding = 2 * torch.finfo(action.dtype).eps * torch.maximum(low.abs(), high.abs())
    assert ((low - rounding <= action) & (action <= high + rounding)).all()


@examples(30)
@given(cases(batch_size=st.integers(2, 300)))
def test_each_row_has_an_answer_of_its_own(case):
    material = build(case)
    state, first = material.state, material.batch.observation.clone()
    first[1:] = 0.0
    whole = critic(state.critic, material.batch.observation, material.batch.action)
    alone = critic(state.critic, first, material.batch.action)
    assert_same_bits("first row", alone[:1], whole[:1])
