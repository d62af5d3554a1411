"""What is trained: each variant's fields over the notebook's configuration."""

from typing import NamedTuple

from reference.config import Config

SEEDS = range(10)
STEPS, EVALUATION_EVERY = 20_000, 1_000
"""Environment steps of a run, and between its evaluations; both fall on ends of episodes."""
CONFIG = {"env_id": "Pendulum-v1", "hidden_sizes": (64, 64), "total_steps": STEPS, "episodes": 100_000}
"""What differs from the notebook's fast run in every variant: networks small enough for two cores, and more steps."""

TWIN, SMOOTHING, DELAY = {"twin_critics": True}, {"target_noise": 0.4, "target_noise_clip": 1.0}, {"policy_delay": 2}
"""TD3's three ingredients; 0.4 and 1.0 are 0.2 and 0.5 of the largest action (Fujimoto 2018, sec. 6.1)."""

VARIANTS = {
    "ddpg": {},
    "ou": {"noise": "ornstein-uhlenbeck", "ou_sigma": 0.2, "ou_dt": 0.01},
    "ou-dt1": {"noise": "ornstein-uhlenbeck", "ou_sigma": 0.2, "ou_dt": 1.0},
    "layer_norm": {"layer_norm": "both"},
    "twin_critics": TWIN,
    "target_noise": SMOOTHING,
    "policy_delay": DELAY,
    "td3": {**TWIN, **SMOOTHING, **DELAY},
}


class Setting(NamedTuple):
    """What varies from run to run."""

    variant: str
    seed: int


SETTINGS = [Setting(variant, seed) for seed in SEEDS for variant in VARIANTS]
"""Seed by seed, so that a study broken off has whole seeds."""


def config_of(setting, **fields):
    """The configuration of a run; `fields` have the last word."""
    return Config(**{**CONFIG, **VARIANTS[setting.variant], "seed": setting.seed, **fields})
