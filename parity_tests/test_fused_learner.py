"""Rung: which runs the fused update does and which fall back to autograd, and how it acts."""

from dataclasses import fields

import pytest
import torch

from parity_tests.assertions import assert_same_bits
from parity_tests.cases import Case, build
from parity_tests.closeness import assert_close_to_oracle
from parity_tests.fused_sides import in_float64
from parity_tests.variants import SHAPES, VARIANTS, material_of
from reference import learner as module
from reference.config import Config
from reference.learner import FUSED, autograd_learner, fallback, fused_learner, learner
from reference.networks import actor
from reference.state import Extra
from reference.update import default_parts

RUNG = "fused"

BESIDE_CONFIG = {"weight", "parts"}
"""Rows of the table that an update is handed: `Extra.weight`, and the functions of a run."""

ONLY_NUMBERS = {"gamma", "tau", "actor_lr", "critic_lr", "batch_size", "target_noise_clip"}
"""Fields that an update reads as a number, and that choose no other formula."""

NOT_OF_AN_UPDATE = {
    "env_id", "seed", "episodes", "total_steps", "max_steps_per_episode", "replay_size", "start_steps", "update_after",
    "update_every", "updates_per_step", "noise_sigma", "probe_n", "probe_every_episodes", "final_init", "noise",
    "noise_sigma_final", "noise_anneal_steps", "ou_theta", "ou_sigma", "ou_dt", "ou_initial",
}  # fmt: skip
"""Fields of the environment, replay, exploration, initial weights, and of when updates are made."""

OTHERWISE = {
    "hidden_sizes": {"hidden_sizes": (16, 24, 20)}, "layer_norm": {"layer_norm": "both"},
    "action_layer": {"action_layer": 2}, "twin_critics": {"twin_critics": True}, "target_noise": {"target_noise": 0.3},
    "policy_delay": {"policy_delay": 2}, "n_step": {"n_step": 3}, "loss_function": {"loss_function": "smooth_l1"},
    "grad_clip_norm": {"grad_clip_norm": None}, "critic_weight_decay": {"critic_weight_decay": 1e-2},
    "update_order": {"update_order": "simultaneous"}, "truncation_is_terminal": {"truncation_is_terminal": True},
    "dtype": {"dtype": "float64"}, "weight": {},
}  # fmt: skip
"""A row of the table -> fields that make it other than the default."""


def raising(*_, **__):
    raise AssertionError("this update was not to be asked")


def test_every_row_of_the_table_is_a_field_or_handed_to_an_update():
    assert set(FUSED) - {field.name for field in fields(Config)} == BESIDE_CONFIG


def test_every_field_is_in_the_table_or_chooses_no_formula():
    assert {field.name for field in fields(Config)} == set(FUSED) - BESIDE_CONFIG | ONLY_NUMBERS | NOT_OF_AN_UPDATE
    assert not set(FUSED) & (ONLY_NUMBERS | NOT_OF_AN_UPDATE)


def test_the_table_knows_two_answers():
    assert set(FUSED.values()) == {"fused", "fallback"}
    assert {row for row, answer in FUSED.items() if answer == "fused"} == set(OTHERWISE)


@pytest.mark.parametrize("row", OTHERWISE)
def test_what_the_table_calls_fused_is_done_without_autograd(row, monkeypatch):
    material = otherwise(row)
    config = material.config
    monkeypatch.setattr("reference.update.update", raising)
    monkeypatch.setattr("torch.autograd.grad", raising)
    found = learner(material.space, config, default_parts, "fused")
    before = found.state(found.load(material.state))
    networks, metrics = found.update(found.load(material.state), material.indices, material.batch, material.extra)
    assert metrics.critic_loss.isfinite()
    assert not torch.equal(found.state(networks).critic["0.weight"], before.critic["0.weight"])


def otherwise(row):
    """The tensors of an update that departs from the defaults in one row of the table alone."""
    of_case = {name: value for name, value in OTHERWISE[row].items() if name in Case._fields}
    of_config = {name: value for name, value in OTHERWISE[row].items() if name not in Case._fields}
    material = build(SHAPES["f32-b64"]._replace(**of_case), **of_config)
    config, rows = material.config, material.batch.reward.shape
    steps = torch.ones(rows, dtype=torch.int64) if row == "n_step" else None
    weight = torch.linspace(0.1, 2.0, *rows, dtype=config.torch_dtype) if row == "weight" else None
    draw = None if config.critics is None else torch.zeros_like(material.batch.action)
    return material._replace(extra=Extra(steps, weight, draw))


REFUSED = {
    "device": (Config(device="meta"), default_parts, "device 'meta' is not cpu"),
    "parts": (
        Config(), default_parts._replace(soft_update=lambda target, online, tau: online),
        "parts other than DDPG's own were given",
    ),
}  # fmt: skip


def test_every_fallback_of_the_table_is_tried_here():
    assert {row for row, answer in FUSED.items() if answer == "fallback"} == set(REFUSED)


@pytest.mark.parametrize("row", REFUSED)
def test_what_the_table_calls_a_fallback_goes_to_autograd(row, monkeypatch):
    config, parts, reason = REFUSED[row]
    material = material_of("td3", "f32-b64")
    assert fallback(config, parts) == reason
    monkeypatch.setattr(module, "fused_learner", raising)
    assert learner(material.space, config, parts, "fused").load(material.state) is material.state


def test_a_default_run_has_no_reason_to_fall_back():
    assert fallback(Config()) is None


def test_autograd_is_what_it_is_asked_for(monkeypatch):
    material = material_of("td3", "f32-b64")
    monkeypatch.setattr(module, "fused_learner", raising)
    found = learner(material.space, material.config, default_parts, "autograd")
    assert found.load(material.state) is material.state


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_fused_learner_acts_as_the_actor_does(variant):
    material = in_float64(variant, "f32-b7-3_actions-large_rewards")
    found = fused_learner(material.space, material.config)
    networks = found.load(material.state)
    for observation in material.batch.observation:
        before = observation.clone()
        expected = actor(material.state.actor, observation, material.space)
        assert_close_to_oracle("action", found.act(networks, observation), expected)
        assert_same_bits("observation", observation, before)


def test_an_action_outlives_the_next_one():
    material = material_of("td3", "f32-b7-3_actions-large_rewards")
    found = fused_learner(material.space, material.config)
    networks = found.load(material.state)
    first = found.act(networks, material.batch.observation[0])
    kept = first.clone()
    found.act(networks, material.batch.observation[1])
    assert_same_bits("action", first, kept)


@pytest.mark.parametrize("variant", ["layer_norm", "td3", "all"])
def test_the_learners_update_is_autograds(variant):
    material = in_float64(variant, "f32-b64")
    inputs = material.indices, material.batch, material.extra
    ours, theirs = (
        kind(material.space, material.config, *parts)
        for kind, parts in ((fused_learner, ()), (autograd_learner, (default_parts,)))
    )
    new, metrics = ours.update(ours.load(material.state), *inputs)
    expected_new, expected = theirs.update(material.state, *inputs)
    assert_close_to_oracle("metrics", metrics, expected)
    assert_close_to_oracle("state", ours.state(new), expected_new)
