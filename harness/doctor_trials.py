"""Short runs of both sides in lockstep: whether bits agree here is tried, not concluded."""

from typing import Any, NamedTuple

from harness.errors import one_line
from harness.lockstep import lockstep
from harness.watch import watch
from reference.config import Config

SMALL: dict[str, Any] = {
    "total_steps": 60,
    "max_steps_per_episode": 30,
    "start_steps": 20,
    "update_after": 24,
    "batch_size": 16,
    "hidden_sizes": (32, 32),
    "replay_size": 50,
    "probe_n": 8,
}

TRIALS: dict[str, dict[str, Any]] = {
    "DDPG": {},
    "DDPG in float64": {"dtype": "float64"},
    "TD3": {"twin_critics": True, "target_noise": 0.4, "target_noise_clip": 1.0, "policy_delay": 2},
    "n_step 3": {"n_step": 3},
    "n_step 20": {"n_step": 20},
}
"""Name -> fields beside the small ones."""


class Trial(NamedTuple):
    """How one went."""

    name: str
    compared: int  # quantities
    difference: str | None  # the first, or what went wrong; None: every bit agreed


def attempt(name: str) -> Trial:
    """Runs one trial; what TorchRL's side raises is its outcome."""
    config, compared = Config(**SMALL, **TRIALS[name]), 0
    try:
        for episode in lockstep(watch("reference", config), watch("torchrl", config), config):
            compared += episode.quantities.total()
            if episode.difference is not None:
                return Trial(name, compared, episode.difference)
    except Exception as error:  # whatever a library that does not fit may raise is what is looked for
        return Trial(name, compared, f"{type(error).__name__}: {one_line(error)}")
    return Trial(name, compared, None)
