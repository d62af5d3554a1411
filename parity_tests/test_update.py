"""Rung: one whole update, and fifty."""

from dataclasses import replace

import pytest
import torch

from harness.difference import leaves
from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.cases import CASES, build, each_case, learner_of
from reference.state import Batch
from reference.update import update
from torchrl_impl.state import tensordict_of
from torchrl_impl.update import train_state, update_

RUNG = "update"

ORDERS = ["sequential", "simultaneous"]

each_order = pytest.mark.parametrize("order", ORDERS)


def in_order(material, order):
    return material._replace(config=replace(material.config, update_order=order))


CAUSES_FIRST = (
    "indices", "target", "value", "critic_loss", "critic_grad_norm", "critic_adam", "critic",
    "actor_loss", "actor_grad_norm", "actor_adam", "actor", "target_critic", "target_actor",
)  # fmt: skip


def result(state, metrics):
    """All that an update gives, each part before what is computed from it: the first to differ is where to look."""
    parts = {**metrics._asdict(), **state._asdict()}
    assert parts.keys() == set(CAUSES_FIRST)
    return {name: parts[name] for name in CAUSES_FIRST}


def updated(material):
    return update(material.state, material.indices, material.batch, material.space, material.config)


@each_order
@each_case
def test_an_update_is_torchrls(material, order):
    material = in_order(material, order)
    learner, batch = learner_of(material), tensordict_of(material.batch)
    with unchanged("input", material.state, material.batch, material.indices, dict(batch.items(True, True))):
        state, metrics = updated(material)
        torchrl_metrics = update_(learner, material.indices, batch, material.config)
    assert_same_bits("update", result(state, metrics), result(train_state(learner), torchrl_metrics))


@each_order
@pytest.mark.parametrize("name", ["f32-b128-mixed", "f64-b5-mixed-large_rewards-3_actions"])
def test_an_update_that_clips_both_gradients_is_torchrls(name, order):
    # In the cases above, the actor's gradient is always shorter than the largest norm allowed.
    material = in_order(build(CASES[name]._replace(grad_clip_norm=1e-4)), order)
    learner = learner_of(material)
    state, metrics = updated(material)
    torchrl_metrics = update_(learner, material.indices, tensordict_of(material.batch), material.config)
    assert min(metrics.actor_grad_norm, metrics.critic_grad_norm) > 1e-3
    assert_same_bits("update", result(state, metrics), result(train_state(learner), torchrl_metrics))


def fresh_batch(like, generator):
    """As many rows of the same sizes, drawn anew."""

    def normal(column):
        return torch.randn(column.shape, generator=generator, dtype=column.dtype)

    def coins(column):
        return torch.rand(column.shape, generator=generator) < 0.3

    return Batch(
        normal(like.observation),
        normal(like.action).tanh(),
        normal(like.reward),
        normal(like.next_observation),
        coins(like.terminated),
        coins(like.truncated),
    )


@each_order
@pytest.mark.parametrize("name", ["f32-b7-mixed-large_rewards-3_actions", "f64-b5-mixed-large_rewards-3_actions"])
def test_fifty_updates_in_a_row_are_torchrls(name, order):
    material, generator = in_order(build(CASES[name]), order), torch.Generator().manual_seed(13)
    learner, state = learner_of(material), material.state
    for number in range(1, 51):
        batch, indices = fresh_batch(material.batch, generator), torch.arange(number, number + 3)
        state, metrics = update(state, indices, batch, material.space, material.config)
        torchrl_metrics = update_(learner, indices, tensordict_of(batch), material.config)
        theirs = result(train_state(learner), torchrl_metrics)
        assert_same_bits(f"update {number}", result(state, metrics), theirs)


@each_case
def test_both_orders_agree_in_the_critic(material):
    sequential, simultaneous = (updated(in_order(material, order))[0] for order in ORDERS)
    assert_same_bits("critic", sequential.critic, simultaneous.critic)
    assert_same_bits("target critic", sequential.target_critic, simultaneous.target_critic)


@each_case
def test_the_orders_part_in_the_actor(material):
    (sequential, first), (simultaneous, second) = (updated(in_order(material, order)) for order in ORDERS)
    assert first.actor_loss != second.actor_loss
    assert not torch.equal(sequential.actor["0.weight"], simultaneous.actor["0.weight"])


@each_order
@each_case
def test_an_update_moves_every_network(material, order):
    state, _ = updated(in_order(material, order))
    for name in ("actor", "critic", "target_actor", "target_critic"):
        before, after = getattr(material.state, name), getattr(state, name)
        assert not any(torch.equal(before[key], after[key]) for key in after), name


@each_case
def test_an_update_counts_one_step_of_adam(material):
    state, _ = updated(material)
    assert (state.actor_adam.step, state.critic_adam.step) == (8, 8)  # by hand: `build` starts at seven


@each_order
@pytest.mark.parametrize("name", ["f64-b128-mixed", "f64-b5-mixed-large_rewards-3_actions", "f64-b16-tau_half"])
def test_the_order_of_rows_does_not_matter(name, order):
    material = in_order(build(CASES[name]), order)
    rows = torch.randperm(len(material.indices), generator=torch.Generator().manual_seed(14))
    shuffled = material._replace(batch=Batch(*(column[rows] for column in material.batch)))
    expected, found = (dict(leaves("state", updated(either)[0])) for either in (material, shuffled))
    for path, value in expected.items():
        if isinstance(value, torch.Tensor):
            assert (found[path] - value).abs().max() <= 1e-12 * value.abs().max(), path
