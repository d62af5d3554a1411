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
    "annealed_to_nowhere": ({"noise_anneal_steps": 5}, "noise_sigma_final must be given where noise_sigma_final and"),
    "annealed_in_no_time": ({"noise_sigma_final": 0.0}, "noise_anneal_steps must be given where noise_sigma_final and"),
    "annealed_upwards": (
        {"noise_sigma_final": 0.2, "noise_anneal_steps": 5},
        r"noise_sigma_final must be at least 0 and at most noise_sigma \(0.1\); got 0.2",
    ),
    "ornstein_uhlenbeck_annealed_upwards": (
        {"noise": "ornstein-uhlenbeck", "noise_sigma_final": 0.3, "noise_anneal_steps": 5},
        r"noise_sigma_final must be at least 0 and at most ou_sigma \(0.2\); got 0.3",
    ),
    "nothing_to_anneal": (
        {"noise_sigma": 0.0, "noise_sigma_final": 0.0, "noise_anneal_steps": 5},
        "noise_sigma must be above 0 where noise is annealed; got 0.0",
    ),
    "process_runs_away": (
        {"ou_theta": 2.5, "ou_dt": 1.0},
        r"ou_theta must be such that ou_theta \* ou_dt is below 2, not 2.5; got 2.5",
    ),
    "action_joins_behind_the_last_layer": (
        {"action_layer": 3},
        "action_layer must be at most the 2 hidden layers of hidden_sizes; got 3",
    ),
    "negative_decay": ({"critic_weight_decay": -0.1}, "critic_weight_decay must be at least 0; got -0.1. 0 is none."),
    "no_room_for_the_last_layer": ({"final_init": 0.0}, "final_init must be above 0, or None; got 0.0"),
    "actor_never_moves": (
        {"total_steps": 1_020, "policy_delay": 22},
        "policy_delay must be at most the 21 updates of the run; got 22",
    ),
    "rows_never_enough": (
        {"total_steps": 1_000, "n_step": 900},
        "n_step must be such that batch_size rows, which are there after 1028 steps, fall into the 1000 steps",
    ),
}


@pytest.mark.parametrize("fields, message", REFUSED.values(), ids=REFUSED.keys())
def test_config_refuses(fields, message):
    with pytest.raises(ValueError, match=message):
        Config(**fields)


def test_a_run_may_end_with_its_first_update():
    assert Config(total_steps=1_000).update_after == 1_000
