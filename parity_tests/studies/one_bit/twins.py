"""A run and its twins: one seed, one configuration, but for one bit or one rewritten line."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch

from harness.train import run_space
from parity_tests.rewrites.trial import REWRITES, rewrite_here
from parity_tests.studies.one_bit.starts import greedy_return
from reference.config import Config
from reference.networks import actor
from reference.optim import adam
from reference.soft_update import soft_update
from reference.state import Params
from reference.train import train
from reference.update import Parts

ANGLES, SPEEDS = np.linspace(-np.pi, np.pi, 41), np.linspace(-8.0, 8.0, 25)
"""Pendulum's state space: angle from upright in rad, speed in rad/s."""

LOOKS = sorted({*range(1, 41), *range(40, 1001, 5), *range(1000, 7002, 250), 7001})
"""Updates after which the policy is looked at,"""
JUDGED = (250, 500, 1000, 2000, 3000, 4000, 5000, 6000, 7000)
"""and those after which it is played."""


class Twin(NamedTuple):
    """A run, and what is different about it."""

    seed: int
    change: str = ""  # "": nothing; "bit 17": the last bit of the actor's 17th weight; or the name of a rewrite
    steps: int = 8_000


class Trace(NamedTuple):
    """What a run did."""

    updates: list[int]  # looks
    policies: np.ndarray  # [looks, speeds, angles], float32; torque
    returns: list[float]  # by episode
    judged: list[float]  # by update of JUDGED: the mean return without noise, from the same states in every run


def grid() -> torch.Tensor:
    """Observations over the state space, [speeds * angles, 3]."""
    speed, angle = (x.ravel() for x in np.meshgrid(SPEEDS, ANGLES, indexing="ij"))
    return observed(angle, speed)


def observed(angle: np.ndarray, speed: np.ndarray) -> torch.Tensor:
    """What the networks see of these states, [B, 3]."""
    angles, speeds = torch.from_numpy(angle), torch.from_numpy(speed)
    return torch.stack([angles.cos(), angles.sin(), speeds], dim=1).float()


def trace(twin: Twin) -> Trace:
    """Trains a twin; the process keeps its rewrite, if it has one."""
    if twin.change in REWRITES:
        rewrite_here(REWRITES[twin.change])
    config = Config(seed=twin.seed, total_steps=twin.steps, probe_every_episodes=10**6)
    looks = Looks(config)
    flip = int(twin.change.removeprefix("bit ")) if twin.change.startswith("bit ") else None
    parts = Parts(soft_update=looks.soft_update, adam=adam if flip is None else flipping(flip))
    returns = [float(record.episode_return) for record, _ in train(config, parts=parts)]
    return Trace(looks.updates, np.stack(looks.policies), returns, looks.judged)


def flipping(element: int) -> Callable:
    """Adam that flips one bit, once: the last one of one of the actor's weights, in the first update."""
    calls = 0

    def flipped(*arguments, **options):
        nonlocal calls
        calls += 1
        new, memory = adam(*arguments, **options)
        if calls == 2:  # the critic's step is the first
            new["0.weight"].view(torch.int32).view(-1)[element] ^= 1
        return new, memory

    return flipped


class Looks:
    """Looks at the actor as it goes by in the soft update."""

    def __init__(self, config: Config) -> None:
        self.updates: list[int] = []
        self.policies: list[np.ndarray] = []
        self.judged: list[float] = []
        self._space, self._grid, self._calls = run_space(config), grid(), 0

    def soft_update(self, target, online, tau):
        """As the reference's; the actor's is every first of two."""
        self._calls += 1
        update, second = divmod(self._calls + 1, 2)
        if not second and update in _LOOKS:
            action = actor(online, self._grid, self._space)
            self.updates.append(update)
            self.policies.append(action.view(len(SPEEDS), len(ANGLES)).numpy().copy())
        if not second and update in JUDGED:
            self.judged.append(greedy_return(lambda *state: self._torque(online, *state)))
        return soft_update(target, online, tau)

    def _torque(self, params: Params, angle: np.ndarray, speed: np.ndarray) -> np.ndarray:
        return actor(params, observed(angle, speed), self._space).numpy()[:, 0]


_LOOKS = set(LOOKS)


def distances(ours: Trace, theirs: Trace) -> Iterator[float]:
    """The largest difference between two policies over the state space, at each look."""
    for one, other in zip(ours.policies, theirs.policies, strict=True):
        yield float(np.abs(one - other).max())
