"""Rung: one whole update, and fifty, against the NumPy oracle, which shares no code with either side."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from parity_tests import oracle
from parity_tests.assertions import unchanged
from parity_tests.cases import CASES, build, learner_of
from parity_tests.closeness import assert_close_to_oracle
from parity_tests.oracle_inputs import batch_of, settings_of, state_of
from parity_tests.sides import SIDES, answer
from reference.state import Batch
from reference.update import update
from torchrl_impl.state import tensordict_of
from torchrl_impl.update import train_state, update_

RUNG = "update"

IN_FLOAT64 = {name.replace("f32", "f32_as_f64"): case._replace(dtype="float64") for name, case in CASES.items()}

each_case = pytest.mark.parametrize("name", IN_FLOAT64)
each_order = pytest.mark.parametrize("order", ["sequential", "simultaneous"])
each_side = pytest.mark.parametrize("side", SIDES)


def in_float64(name, order):
    material = build(IN_FLOAT64[name])
    return material._replace(config=replace(material.config, update_order=order))


def oracles_answer(material):
    """On float64 copies: the oracle can change nothing that it is judged against."""
    settings = settings_of(material.config, material.space)
    return oracle.update(state_of(material.state), batch_of(material.batch), settings)


@each_side
@each_order
@each_case
def test_an_update_is_the_oracles(name, order, side):
    material = in_float64(name, order)
    with unchanged("input", material.state, material.batch):
        new, seen = answer(SIDES[side], material)
    expected_new, expected = oracles_answer(material)
    assert_close_to_oracle("seen", seen, expected)
    assert_close_to_oracle("state", new, expected_new)


def fresh_batch(like, generator):
    """As many rows of the same sizes, drawn anew."""

    def normal(column):
        return torch.randn(column.shape, generator=generator, dtype=column.dtype)

    flags = torch.rand(2, len(like.reward), generator=generator) < 0.3
    return Batch(
        normal(like.observation), normal(like.action).tanh(), normal(like.reward), normal(like.next_observation), *flags
    )


def reference_steps(material):
    """A function that makes one more update and returns its metrics and the new state."""
    state = material.state

    def step(batch):
        nonlocal state
        state, metrics = update(state, material.indices, batch, material.space, material.config)
        return metrics, state

    return step


def torchrl_steps(material):
    """The same on one learner, whose gradients and buffers live on from update to update."""
    learner = learner_of(material)

    def step(batch):
        metrics = update_(learner, material.indices, tensordict_of(batch), material.config)
        return metrics, train_state(learner)

    return step


METRICS = "value", "target", "critic_loss", "critic_grad_norm", "actor_loss", "actor_grad_norm"


@pytest.mark.parametrize("steps", [reference_steps, torchrl_steps], ids=["reference", "torchrl"])
@each_order
@pytest.mark.parametrize("name", ["f32_as_f64-b7-mixed-large_rewards-3_actions", "f64-b128-mixed"])
def test_each_of_fifty_updates_is_the_oracles_from_the_same_state(name, order, steps):
    material = in_float64(name, order)
    step, before, generator = steps(material), state_of(material.state), torch.Generator().manual_seed(17)
    settings = settings_of(material.config, material.space)
    for number in range(1, 51):
        batch = fresh_batch(material.batch, generator)
        expected_new, expected = oracle.update(before, batch_of(batch), settings)
        metrics, state = step(batch)
        for field in METRICS:
            assert_close_to_oracle(f"{field} of update {number}", getattr(metrics, field), getattr(expected, field))
        assert_close_to_oracle(f"state after update {number}", state, expected_new)
        before = state_of(state)  # copies: the next update starts from the implementation's own state


MAY_IMPORT = {"numpy", "typing", "collections", "math"}


OWN = "conventions", "oracle", "oracle_layers", "oracle_mlp", "oracle_step", "oracle_variants"


@pytest.mark.parametrize("file", OWN)
def test_the_oracle_imports_neither_torch_nor_an_implementation(file):
    tree = ast.parse((Path(__file__).parent / f"{file}.py").read_text())
    nodes = list(ast.walk(tree))
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    own = {f"parity_tests.{name}" for name in OWN}
    assert {module.split(".")[0] for module in modules - own} <= MAY_IMPORT
    called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"__import__", "eval", "exec"}
