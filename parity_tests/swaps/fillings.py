"""Which side fills which slot of a loop."""

from itertools import product
from typing import Any

from reference.config import Config
from torchrl_impl.adapters.parts import SLOTS

LOOPS = ("TorchRL pipeline", "plain loop")
"""torchrl_impl's training loop, whose own parts are TorchRL's classes; and the reference's, whose own are functions."""

Filling = tuple[str, ...]
"""The slots that the other side fills."""

OTHER_SIDE = {"TorchRL pipeline": "drop-ins", "plain loop": "TorchRL's classes, in adapters"}

TD3_SLOTS = SLOTS[1:]
"""Without replay, which TD3 uses as DDPG does."""


def fillings(slots: tuple[str, ...]) -> list[Filling]:
    """Every choice of slots, from none to all."""
    return [
        tuple(slot for slot, other in zip(slots, row, strict=True) if other)
        for row in product((False, True), repeat=len(slots))
    ]


def covering(slots: tuple[str, ...]) -> list[Filling]:
    """Each slot alone, and all: any two slots are filled from either side, in all four ways."""
    return [*((slot,) for slot in slots), slots]


_DDPG: dict[str, Any] = {
    "batch_size": 32, "hidden_sizes": (32, 32), "replay_size": 1_500, "start_steps": 1_000, "update_after": 1_500,
    "total_steps": 2_000, "episodes": 1_000,
}  # fmt: skip

_TD3: dict[str, Any] = {
    "twin_critics": True, "target_noise": 0.4, "target_noise_clip": 1.0, "policy_delay": 2,
    "noise": "ornstein-uhlenbeck", "ou_dt": 1.0,
}  # fmt: skip

RUNS: dict[str, tuple[Config, tuple[str, ...]]] = {
    "DDPG": (Config(**_DDPG), SLOTS),
    "TD3": (Config(**{**_DDPG, **_TD3, "total_steps": 1_000, "start_steps": 500, "update_after": 750}), TD3_SLOTS),
}
"""Pendulum-v1: the run that every filling makes, and the slots that are filled."""


def short(name: str) -> Config:
    """The same run at 150 steps and some 50 updates, in three episodes; replay wraps."""
    small = {"total_steps": 150, "max_steps_per_episode": 50, "start_steps": 40, "update_after": 100}
    small |= {"batch_size": 16, "replay_size": 120, "probe_n": 8}
    return Config(**{**_DDPG, **(_TD3 if name == "TD3" else {}), **small})
