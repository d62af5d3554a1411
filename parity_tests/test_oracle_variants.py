"""Rung: one update of every variant, and twenty, against a NumPy oracle, which shares no code with either side."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from parity_tests import oracle_layers, oracle_variants
from parity_tests.assertions import unchanged
from parity_tests.cases import learner_of
from parity_tests.closeness import assert_close_to_oracle
from parity_tests.oracle_inputs import array_of, batch_of, settings_of, state_of
from parity_tests.sides import SIDES, answer
from parity_tests.test_oracle import fresh_batch
from parity_tests.variants import SHAPES, VARIANTS, drawing, frames_of, material_of
from reference.update import update
from torchrl_impl.update import train_state, update_

RUNG = "update"

each_side = pytest.mark.parametrize("side", SIDES)
each_order = pytest.mark.parametrize("order", ["sequential", "simultaneous"])


def in_float64(variant, shape, order):
    material = material_of(variant, shape, dtype="float64")
    return material._replace(config=replace(material.config, update_order=order))


def oracles_update(material, state=None):
    """On float64 copies: the oracle can change nothing that it is judged against."""
    config = material.config
    extra = (None if column is None else array_of(column) for column in material.extra)
    variant = {name: getattr(config, name) for name in oracle_variants.Variant._fields}
    return oracle_variants.update(
        state or state_of(material.state),
        batch_of(material.batch),
        oracle_variants.Extra(*extra),
        settings_of(config, material.space),
        oracle_variants.Variant(**variant),
    )


@each_side
@each_order
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variants_update_is_the_oracles(variant, shape, order, side):
    material = in_float64(variant, shape, order)
    with unchanged("input", material.state, material.batch, material.extra):
        new, seen = answer(SIDES[side], material)
    expected_new, expected = oracles_update(material)
    assert ("actor_loss" in expected) == (variant != "policy_delay-waits")
    assert_close_to_oracle("seen", {name: getattr(seen, name) for name in expected}, expected)
    assert_close_to_oracle("state", new, expected_new)


def reference_steps(material):
    """A function that makes one more update and returns its metrics and the new state."""
    state = material.state

    def step(material):
        nonlocal state
        arguments = material.indices, material.batch, material.space, material.config
        state, metrics = update(state, *arguments, extra=material.extra)
        return metrics, state

    return step


def torchrl_steps(material):
    """The same on one learner, whose gradients and buffers live on from update to update."""
    learner = learner_of(material)

    def step(material):
        with drawing(material):
            metrics = update_(learner, material.indices, frames_of(material), material.config)
        return metrics, train_state(learner)

    return step


@pytest.mark.parametrize("steps", [reference_steps, torchrl_steps], ids=["reference", "torchrl"])
@each_order
@pytest.mark.parametrize("variant", ["td3", "paper", "all"])
def test_each_of_twenty_updates_is_the_oracles_from_the_same_state(variant, order, steps):
    material = in_float64(variant, "f32-b7-3_actions-large_rewards", order)
    step, before, generator = steps(material), state_of(material.state), torch.Generator().manual_seed(17)
    for number in range(1, 21):
        material = material._replace(batch=fresh_batch(material.batch, generator))
        expected_new, expected = oracles_update(material, before)
        metrics, state = step(material)
        both = [name for name in expected if hasattr(metrics, name)]
        found = {name: getattr(metrics, name) for name in both}
        assert_close_to_oracle(f"update {number}", found, {name: expected[name] for name in both})
        assert_close_to_oracle(f"state after update {number}", state, expected_new)
        before = state_of(state)  # copies: the next update starts from the implementation's own state


def test_the_oracles_layer_norm_is_the_slope_of_its_loss():
    # In its own terms, by differences: the formula of its docstring, and the late action's derivative.
    generator = np.random.default_rng(3)
    params = {
        "0.weight": generator.normal(size=(6, 4)), "0.bias": generator.normal(size=6),
        "1.weight": generator.normal(size=6), "1.bias": generator.normal(size=6),
        "3.weight": generator.normal(size=(5, 8)), "3.bias": generator.normal(size=5),
        "4.weight": generator.normal(size=5), "4.bias": generator.normal(size=5),
        "6.weight": generator.normal(size=(1, 5)), "6.bias": generator.normal(size=1),
    }  # fmt: skip
    x, action = generator.normal(size=(3, 4)), generator.normal(size=(3, 2))

    def output(params, action):
        return oracle_layers.forward(params, x, action, 2)[0].sum()

    _, seen = oracle_layers.forward(params, x, action, 2)
    gradient, action_gradient = oracle_layers.backward(params, seen, np.ones((3, 1)))
    for name, value in {**params, "action": action}.items():
        direction = generator.normal(size=value.shape)
        ends = []
        for size in (1e-5, -1e-5):
            shifted = {**params, "action": action, name: value + size * direction}
            ends.append(output(shifted, shifted.pop("action")))
        expected = ((action_gradient if name == "action" else gradient[name]) * direction).sum()
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(expected, rel=1e-6), name
