"""What is tried: values of one hyperparameter at a time, from too small to too large, over the notebook's defaults."""

from typing import Any, NamedTuple

from reference.config import Config

SEEDS = range(5)
EPISODES = 40

SWEEPS: dict[str, tuple[Any, ...]] = {
    "gamma": (0.0, 0.9, 1.0),
    "tau": (0.0005, 0.05, 1.0),
    "replay_size": (200, 1_000),
    "batch_size": (8, 512),
    "start_steps": (0, 4_000),
    "update_after": (128, 4_000),
    "updates_per_step": (2, 4),
    "noise_sigma": (0.0, 0.5, 2.0),
    "hidden_sizes": ((8, 8), (64, 64)),
    "grad_clip_norm": (0.01, None),
}
"""The default stands beside each of them."""


class Setting(NamedTuple):
    """One run; name "" is the defaults."""

    name: str
    value: Any
    seed: int


SETTINGS = [
    *(Setting("", None, seed) for seed in SEEDS),
    *(Setting(name, value, seed) for seed in SEEDS for name, values in SWEEPS.items() for value in values),
]
"""Seed by seed, so that a study broken off has whole seeds."""


def config_of(setting: Setting) -> Config:
    """The configuration of a run."""
    fields = {setting.name: setting.value} if setting.name else {}
    return Config(**{"episodes": EPISODES, "seed": setting.seed, **fields})


def words(value: Any) -> str:
    """A value as people write it."""
    if isinstance(value, tuple):
        return "-".join(map(str, value))
    return "none" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:g}"
