"""Presets: each has its source's values, each value its source, and the page holds them all."""

from dataclasses import fields

import pytest

from harness.preset import differences
from harness.presets import PRESETS, preset_config
from harness.presets_page import PAGE, page
from reference.config import Config

# By hand, from the sources: the fields in which each is not the notebook's fast run with bootstrap at time limits.
EXPECTED = {
    "notebook": {"truncation_is_terminal": True},
    "notebook-full": {"truncation_is_terminal": True, "episodes": 250},
    "paper": {
        "total_steps": 2_500_000, "episodes": 2_500_000, "hidden_sizes": (400, 300), "action_layer": 2,
        "final_init": 3e-3, "critic_weight_decay": 1e-2, "actor_lr": 1e-4, "tau": 1e-3, "batch_size": 64,
        "replay_size": 1_000_000, "noise": "ornstein-uhlenbeck", "start_steps": 0, "update_after": 0,
        "grad_clip_norm": None,
    },
    "spinningup": {
        "total_steps": 400_000, "episodes": 400_000, "replay_size": 1_000_000, "batch_size": 100,
        "start_steps": 10_000, "update_every": 50, "grad_clip_norm": None, "truncation_is_terminal": True,
    },
    "sb3": {
        "total_steps": 10_000, "episodes": 10_000, "replay_size": 1_000_000, "batch_size": 256, "start_steps": 100,
        "update_after": 100, "noise_sigma": 0.0, "hidden_sizes": (400, 300), "grad_clip_norm": None,
    },
    "stable-baselines-tf": {
        "total_steps": 100_000, "episodes": 100_000, "replay_size": 50_000, "tau": 1e-3, "actor_lr": 1e-4,
        "start_steps": 0, "update_after": 0, "update_every": 100, "noise_sigma": 0.0, "hidden_sizes": (64, 64),
        "action_layer": 2, "final_init": 3e-3, "grad_clip_norm": None, "update_order": "simultaneous",
        "truncation_is_terminal": True,
    },
    "cleanrl": {
        "total_steps": 1_000_000, "episodes": 1_000_000, "replay_size": 1_000_000, "batch_size": 256,
        "actor_lr": 3e-4, "critic_lr": 3e-4, "start_steps": 25_000, "update_after": 25_000, "noise_sigma": 0.2,
        "policy_delay": 2, "grad_clip_norm": None,
    },
    "td3": {
        "total_steps": 1_000_000, "episodes": 1_000_000, "replay_size": 1_000_000, "batch_size": 100,
        "start_steps": 1_000, "noise_sigma": 0.2, "hidden_sizes": (400, 300), "twin_critics": True,
        "target_noise": 0.4, "target_noise_clip": 1.0, "policy_delay": 2, "grad_clip_norm": None,
    },
    "rl-zoo-pendulum": {
        "total_steps": 20_000, "episodes": 20_000, "batch_size": 256, "gamma": 0.98, "start_steps": 10_000,
        "update_after": 10_000, "noise_sigma": 0.2, "hidden_sizes": (400, 300), "grad_clip_norm": None,
    },
}  # fmt: skip

# What every source decides, one way or the other.
NEEDED = {
    "episodes", "total_steps", "replay_size", "batch_size", "gamma", "tau", "actor_lr", "critic_lr", "start_steps",
    "update_after", "update_every", "updates_per_step", "noise", "hidden_sizes", "grad_clip_norm",
    "truncation_is_terminal",
}  # fmt: skip

each_preset = pytest.mark.parametrize("name", PRESETS)


def test_the_presets_are_those_expected():
    assert set(PRESETS) == set(EXPECTED)


@each_preset
def test_preset_has_the_values_of_its_source(name):
    assert preset_config(name) == Config(**EXPECTED[name])


def test_paper_has_the_values_that_are_the_defaults_too():
    config = preset_config("paper")
    assert (config.critic_lr, config.gamma, config.ou_theta, config.ou_sigma) == (1e-3, 0.99, 0.15, 0.2)


@each_preset
def test_preset_names_every_field_that_its_source_decides(name):
    assert set(PRESETS[name].given) >= NEEDED


@each_preset
def test_preset_has_a_source_for_every_value(name):
    preset = PRESETS[name]
    for source in [given.source for given in preset.given.values()] + [missing.source for missing in preset.missing]:
        assert source.place
        assert source.link.startswith("https://") or source.place.startswith("the notebook")


@each_preset
def test_preset_lists_exactly_the_fields_that_differ_from_the_default(name):
    config = preset_config(name)
    differing = [item.name for item in fields(Config) if getattr(config, item.name) != item.default]
    assert [row.field for row in differences(PRESETS[name])] == differing


def test_the_page_is_what_python_m_harness_presets_page_writes():
    if not PAGE.is_file():
        pytest.skip("the pages are in the repository, not in the package")
    assert PAGE.read_text() == page()


def test_the_page_says_that_batch_normalisation_is_left_out_and_why():
    section = page().split("## paper")[1].split("\n## ")[0]
    assert "**Batch normalisation is left out**" in section and "pull/2046" in section
