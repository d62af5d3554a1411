"""Rung: one update, for any shapes, precisions, bounds, rewards, discounts, rates of the targets and flags.

The algebra is asked of the reference alone: to the bit, TorchRL's update is the same.
"""

from dataclasses import replace
from typing import NamedTuple

import torch
from hypothesis import given
from hypothesis import strategies as st

from harness.difference import leaves
from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.cases import build, learner_of
from parity_tests.strategies import cases, examples, magnitudes, seeds
from reference.state import Batch, TrainState, UpdateMetrics
from reference.update import update
from torchrl_impl.state import tensordict_of
from torchrl_impl.update import train_state, update_

RUNG = "update"

orders = st.sampled_from(["sequential", "simultaneous"])


class Updated(NamedTuple):
    """What an update returns."""

    state: TrainState
    metrics: UpdateMetrics


def built(case, order):
    material = build(case)
    return material._replace(config=replace(material.config, update_order=order))


def updated(material, **columns):
    """After one update on a batch with these columns in place of its own."""
    batch = material.batch._replace(**columns)
    return Updated(*update(material.state, material.indices, batch, material.space, material.config))


@examples(60)
@given(cases(), orders)
def test_any_update_is_torchrls(case, order):
    material = built(case, order)
    learner, batch = learner_of(material), tensordict_of(material.batch)
    with unchanged("input", material.state, material.batch, material.indices, dict(batch.items(True, True))):
        state, metrics = updated(material)
        torchrl_metrics = update_(learner, material.indices, batch, material.config)
    assert_same_bits("metrics", metrics, torchrl_metrics)
    assert_same_bits("state", state, train_state(learner))


@examples(30)
@given(cases(truncation_is_terminal=st.just(False)), orders)
def test_an_update_ignores_truncation(case, order):
    material = built(case, order)
    assert_same_bits("update", updated(material, truncated=~material.batch.truncated), updated(material))


@examples(30)
@given(cases(flags=st.just("terminated")), magnitudes, orders)
def test_an_update_ignores_what_follows_a_termination(case, other, order):
    material = built(case, order)
    elsewhere = other + material.batch.next_observation
    assert_same_bits("update", updated(material, next_observation=elsewhere), updated(material))


@examples(30)
@given(cases(gamma=st.just(0.0)), magnitudes, orders)
def test_an_update_without_discount_ignores_what_follows(case, other, order):
    material = built(case, order)
    changed = {"next_observation": other + material.batch.next_observation, "terminated": ~material.batch.terminated}
    assert_same_bits("update", updated(material, **changed), updated(material))


@examples(30)
@given(cases(tau=st.just(1.0)), orders)
def test_an_update_with_tau_one_leaves_targets_equal_to_the_new_online_networks(case, order):
    state, _ = updated(built(case, order))
    assert_same_bits("actor", state.target_actor, state.actor)
    assert_same_bits("critic", state.target_critic, state.critic)


@examples(30)
@given(cases(), magnitudes)
def test_rewards_reach_the_actor_by_the_new_critic_alone(case, other):
    material = built(case, "simultaneous")
    before, after = updated(material).state, updated(material, reward=other * material.batch.reward).state
    for name in ("actor", "actor_adam", "target_actor"):
        assert_same_bits(name, getattr(after, name), getattr(before, name))


# Adam divides a gradient's rounding by the root of its second moment. Clipped to the size of the moments that
# `build` gives (1e-2), the quotient stays rounding; a gradient of 1e6 with elements near 0 would be amplified.
smooth = cases(dtype=st.just("float64"), grad_clip_norm=st.sampled_from([1e-3, 1.0]))


@examples(40)
@given(smooth, orders, seeds)
def test_the_order_of_rows_does_not_matter_to_any_update(case, order, seed):
    material = built(case, order)
    rows = torch.randperm(case.batch_size, generator=torch.Generator().manual_seed(seed))
    shuffled = Batch(*(column[rows] for column in material.batch))
    found = dict(leaves("state", updated(material, **shuffled._asdict()).state))
    for path, value in leaves("state", updated(material).state):
        if isinstance(value, torch.Tensor):
            assert (found[path] - value).abs().max() <= 1e-12 * value.abs().max(), path
