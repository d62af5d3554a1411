"""Config: the notebook's values, and refusals that say what was needed."""

import dataclasses

import pytest

from reference.config import Config


def test_the_defaults_are_the_notebooks_fast_run():
    config = Config()
    assert (config.env_id, config.seed, config.episodes) == ("Pendulum-v1", 42, 40)
    assert (config.replay_size, config.batch_size, config.gamma, config.tau) == (200_000, 128, 0.99, 0.005)
    assert (config.actor_lr, config.critic_lr, config.noise_sigma) == (1e-3, 1e-3, 0.1)
    assert (config.start_steps, config.update_after, config.updates_per_step) == (2_000, 1_000, 1)
    assert (config.hidden_sizes, config.grad_clip_norm) == ((256, 256), 1.0)
    assert (config.probe_n, config.probe_every_episodes, config.max_steps_per_episode) == (32, 5, None)


def test_a_config_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().gamma = 0.5


REFUSED = {
    "text_for_number": ({"batch_size": "128"}, "batch_size must be a whole number; got '128'"),
    "truth_for_number": ({"seed": True}, "seed must be a whole number; got True"),
    "fraction_for_whole": ({"episodes": 40.0}, "episodes must be a whole number; got 40.0"),
    "number_for_text": ({"env_id": 1}, "env_id must be a text; got 1"),
    "number_for_truth": ({"truncation_is_terminal": 1}, "truncation_is_terminal must be True or False; got 1"),
    "infinite": ({"actor_lr": float("inf")}, "actor_lr must be a finite number; got inf"),
    "none_where_there_is_none": ({"gamma": None}, "gamma must be a finite number; got None"),
    "list_for_tuple": ({"hidden_sizes": [64, 64]}, r"hidden_sizes must be a tuple of whole numbers; got \[64, 64\]"),
    "unknown_choice": ({"dtype": "half"}, "dtype must be one of float32, float64; got 'half'"),
    "seed_too_large": ({"seed": 2**32}, r"seed must be below 2\*\*32; got 4294967296"),
    "probes_beyond_replay": ({"probe_n": 300_000}, r"probe_n must be at most replay_size \(200000\); got 300000"),
    "first_round_beyond_run": (
        {"total_steps": 1_100, "update_every": 600},
        "update_every must be such that the first round of updates, after step 1200, falls into the 1100 steps",
    ),
    "update_after_beyond_run": (
        {"max_steps_per_episode": 10},
        "update_after must be at most the 400 steps of the run; got 1000",
    ),
}


@pytest.mark.parametrize("fields, message", REFUSED.values(), ids=REFUSED.keys())
def test_config_refuses(fields, message):
    with pytest.raises(ValueError, match=message):
        Config(**fields)


def test_a_run_may_end_with_its_first_update():
    assert Config(total_steps=1_000).update_after == 1_000
