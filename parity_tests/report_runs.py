"""Runs made of seeded numbers, for what reads run logs."""

import numpy as np

from harness.run_log import RunLog
from reference.config import Config

OF_UPDATES = (
    "target_mean", "value_mean", "value_largest", "critic_loss", "critic_grad_norm", "actor_loss", "actor_grad_norm",
    "td_error_5", "td_error_25", "td_error_50", "td_error_75", "td_error_95",
)  # fmt: skip
SHARES = ("policy_saturated", "occupied_cells", "effective_cells", "actor_distance", "critic_distance")
VALUES = ("largest_reward", "checked_value", "checked_return", "checked_bootstrap")


def run_log(name="run", episodes=12, updates=3, probe_every=4, action_size=1, seed=0, **config):
    """A run of five steps an episode; `probe_every` 0: no snapshots."""
    random = np.random.default_rng(seed)
    twins = config.get("twin_critics", False)
    lines = [
        {
            "episode": episode,
            "last_step": 5 * episode,
            "last_update": updates * episode,
            "return": random.normal(),
            "length": 5,
            "terminated": False,
            "truncated": True,
            "seconds": 0.1,
            "saturated": random.uniform(),
            **dict(zip(SHARES, random.uniform(size=len(SHARES)).tolist(), strict=True)),
            **dict(zip(VALUES, random.uniform(size=len(VALUES)).tolist(), strict=True)),
            "updates": {key: random.exponential(size=updates).tolist() for key in OF_UPDATES}
            | {"critics_gap": random.exponential(size=updates).tolist() if twins else None},
            "probe": {"action": random.normal(size=(3, action_size)).tolist(), "value": random.normal(size=3).tolist()}
            if probe_every and episode % probe_every == 0
            else None,
        }
        for episode in range(1, episodes + 1)
    ]
    versions = {"packages": {"torch": "2.13.0"}, "numerics": {"hash": "0123456789abcdef"}}
    return RunLog(name, "reference", "autograd", Config(**config), versions, lines)


def as_once_logged(run):
    """The run as its folder was written before the diagnostics of the pitfalls were logged."""
    new = {*SHARES, *VALUES}
    kept = ("target_mean", "value_mean", "critic_loss", "critic_grad_norm", "actor_loss", "actor_grad_norm")
    lines = [{key: value for key, value in line.items() if key not in new} for line in run.episodes]
    return run._replace(episodes=[line | {"updates": {key: line["updates"][key] for key in kept}} for line in lines])
