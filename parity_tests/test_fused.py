"""Rung: the update whose backward pass is written by hand, one at a time, against autograd's and the NumPy oracle."""

from dataclasses import replace

import pytest
import torch

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.closeness import assert_close_to_oracle
from parity_tests.fused_sides import FUSED, in_float64, inputs_of, memory_of, metrics_of
from parity_tests.oracle_inputs import state_of
from parity_tests.sides import SIDES, answer
from parity_tests.test_oracle import fresh_batch
from parity_tests.test_oracle_variants import oracles_update
from parity_tests.variants import SHAPES, VARIANTS, each_variant, material_of
from reference.fused import update_
from reference.fused_agents import agent_state
from reference.optim import init_adam

RUNG = "fused"

ORDERS = "sequential", "simultaneous"
DEPTHS = {"1_layer": (24,), "2_layers": (32, 48), "3_layers": (16, 24, 20)}

_EACH = [
    (variant, shape, order, hidden)
    for variant in VARIANTS
    for shape in SHAPES
    for order in ORDERS
    for hidden in DEPTHS
    # All depths on two shapes; the action joins at the second layer only where there is one.
    if (hidden == "2_layers" or shape.startswith(("f32-b7", "f64-b1")))
    and VARIANTS[variant].get("action_layer", 1) <= len(DEPTHS[hidden])
]

each = pytest.mark.parametrize("cell", _EACH, ids=["-".join(cell) for cell in _EACH])
each_order = pytest.mark.parametrize("order", ORDERS)


def material_at(cell):
    variant, shape, order, hidden = cell
    return in_float64(variant, shape, order, hidden_sizes=DEPTHS[hidden])


@each
def test_a_fused_update_is_the_oracles(cell):
    material = material_at(cell)
    new, seen = answer(FUSED, material)
    expected_new, expected = oracles_update(material)
    assert_close_to_oracle("seen", {name: getattr(seen, name) for name in expected}, expected)
    assert_close_to_oracle("state", new, expected_new)


@each
def test_a_fused_update_is_autograds(cell):
    material = material_at(cell)
    new, metrics = FUSED.update(material)
    expected_new, expected = SIDES["reference"].update(material)
    moved = [name for name, value in zip(expected._fields, expected, strict=True) if not value.isnan().any()]
    found = {name: getattr(metrics, name) for name in moved}
    assert all(getattr(metrics, name).isnan() for name in set(expected._fields) - set(moved))
    assert_same_bits("indices", found.pop("indices"), material.indices)
    assert_close_to_oracle("metrics", found, {name: getattr(expected, name) for name in found})
    assert_close_to_oracle("state", new, expected_new)


@each_order
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_fresh_agents_fused_gradients_are_the_oracles(variant, order):
    # Gradients alone: Adam's first step is g / |g|, which has as few correct digits as the smallest g has.
    material = in_float64(variant, "f32-b64", order)
    state = material.state
    fresh = state._replace(actor_adam=init_adam(state.actor), critic_adam=init_adam(state.critic))
    material = material._replace(state=fresh)
    _, expected = oracles_update(material)
    assert_close_to_oracle("critic gradient", FUSED.critic_gradient(material).raw, expected["critic_gradient"])
    judged = in_float64(variant, "f32-b64", "simultaneous")._replace(state=fresh)
    judged = judged._replace(config=replace(judged.config, policy_delay=1))
    _, expected = oracles_update(judged)
    assert_close_to_oracle("actor gradient", FUSED.actor_gradient(judged).raw, expected["actor_gradient"])


@each_order
@pytest.mark.parametrize("variant", ["layer_norm", "td3", "paper", "all"])
def test_each_of_twenty_fused_updates_is_the_oracles_from_the_same_state(variant, order):
    material = in_float64(variant, "f32-b7-3_actions-large_rewards", order)
    fused, before, generator = memory_of(material), state_of(material.state), torch.Generator().manual_seed(17)
    for number in range(1, 21):
        material = material._replace(batch=fresh_batch(material.batch, generator))
        expected_new, expected = oracles_update(material, before)
        metrics = metrics_of(update_(fused, *inputs_of(material)))
        found = {name: getattr(metrics, name) for name in expected if hasattr(metrics, name)}
        state = agent_state(fused, 0)
        assert_close_to_oracle(f"update {number}", found, {name: expected[name] for name in found})
        assert_close_to_oracle(f"state after update {number}", state, expected_new)
        before = state_of(state)


@each_variant
def test_a_fused_update_changes_none_of_its_inputs(pair):
    material = material_of(*pair)
    fused, inputs = memory_of(material), inputs_of(material)
    with unchanged("input", material.state, *inputs):
        update_(fused, *inputs)


@each_variant
def test_a_fused_update_keeps_shapes_and_dtypes_and_is_finite(pair):
    material = material_of(*pair)
    new, metrics = FUSED.update(material)
    expected_new, expected = SIDES["reference"].update(material)
    for ours, theirs in zip(tensors((new, metrics)), tensors((expected_new, expected)), strict=True):
        assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
        assert torch.equal(ours.isfinite(), theirs.isfinite())  # NaN where the actor waits, on both sides


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_fused_update_in_which_the_actor_waits_moves_the_critic_alone(dtype):
    material = material_of("policy_delay-waits", "f32-b64", dtype=dtype)
    new, _ = FUSED.update(material)
    for name in ("actor", "target_actor", "target_critic", "actor_adam"):
        assert_same_bits(name, getattr(new, name), getattr(material.state, name))
    assert not any(torch.equal(new.critic[name], old) for name, old in material.state.critic.items())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("variant", ["layer_norm", "td3", "all"])
def test_with_tau_1_the_fused_targets_are_the_online_networks(variant, dtype):
    new, _ = FUSED.update(material_of(variant, "f32-b64", dtype=dtype, tau=1.0))
    assert_same_bits("targets", (new.target_actor, new.target_critic), (new.actor, new.critic))


def tensors(tree):
    """Every tensor of a tree, in order."""
    if isinstance(tree, torch.Tensor):
        return [tree]
    parts = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, tuple) else []
    return [tensor for part in parts for tensor in tensors(part)]
