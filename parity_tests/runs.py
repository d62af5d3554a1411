"""The whole runs that both implementations must agree on: short in the suite, at full length in `make parity-full`."""

from typing import Any

from reference.config import Config

THREE_ACTIONS = "parity_tests.environments:ThreeActions-v0"

RUNS: dict[str, dict[str, Any]] = {
    "pendulum": {},
    "pendulum-seed_0": {"seed": 0},
    "pendulum-seed_1": {"seed": 1},
    "pendulum-seed_2": {"seed": 2},
    "mountain_car": {"env_id": "MountainCarContinuous-v0"},
    "inverted_pendulum": {"env_id": "InvertedPendulum-v5"},
    "float64": {"dtype": "float64"},
    "three_actions": {"env_id": THREE_ACTIONS},
    "three_actions-float64": {"env_id": THREE_ACTIONS, "dtype": "float64"},
    "two_updates_a_step": {"updates_per_step": 2},
    "rounds_of_updates": {"update_every": 10},
    "no_clipping": {"grad_clip_norm": None},
    "three_hidden_layers": {"hidden_sizes": (256, 256, 256)},
    "truncation_is_terminal": {"truncation_is_terminal": True},
    "replay_wraps": {"replay_size": 1_000},
    "simultaneous": {"update_order": "simultaneous"},
    "ornstein_uhlenbeck": {"noise": "ornstein-uhlenbeck"},
    "annealed": {"noise_sigma": 0.5, "noise_sigma_final": 0.05, "noise_anneal_steps": 500},
    "layer_norm": {"layer_norm": "both"},
    "td3": {"twin_critics": True, "target_noise": 0.4, "target_noise_clip": 1.0, "policy_delay": 2},
    "n_step": {"n_step": 3, "env_id": THREE_ACTIONS},
    "paper": {
        "noise": "ornstein-uhlenbeck", "action_layer": 2, "final_init": 3e-3, "critic_weight_decay": 1e-2,
        "hidden_sizes": (400, 300), "actor_lr": 1e-4, "tau": 1e-3, "batch_size": 64, "grad_clip_norm": None,
    },
}  # fmt: skip
"""Name -> fields that differ from the notebook's fast run."""

_FULL: dict[str, dict[str, Any]] = {
    # It terminates only at the goal, which full throttle either way finds, and seed 0 within these steps.
    "mountain_car": {
        "total_steps": 8_000,
        "episodes": 1_000,
        "seed": 0,
        "noise_sigma": 3.0,
        "start_steps": 1_000,
        "update_after": 200,
        "hidden_sizes": (32, 32),
        "batch_size": 32,
        "actor_lr": 3e-3,
    },
    "inverted_pendulum": {"total_steps": 8_000, "episodes": 10_000},
    "three_actions": {"total_steps": 8_000, "episodes": 1_000},
    "three_actions-float64": {"total_steps": 8_000, "episodes": 1_000},
    "n_step": {"total_steps": 8_000, "episodes": 1_000},
}

_SHORT: dict[str, dict[str, Any]] = {
    "three_hidden_layers": {"hidden_sizes": (64, 64, 64)},
    "replay_wraps": {"replay_size": 200},
    "paper": {"hidden_sizes": (80, 60)},
}


def full(name: str) -> Config:
    """The run at full length."""
    return Config(**{**RUNS[name], **_FULL.get(name, {})})


def short(name: str = "pendulum", **fields: Any) -> Config:
    """The run at 600 steps, with small networks and early updates; `fields` have the last word."""
    small = {
        "total_steps": 600,
        "episodes": 1_000,
        "start_steps": 200,
        "update_after": 300,
        "batch_size": 32,
        "hidden_sizes": (64, 64),
        "replay_size": 5_000,
    }
    return Config(**{**RUNS[name], **small, **_SHORT.get(name, {}), **fields})
