"""Environments in which one run of several goes wrong."""

import numpy as np

from parity_tests.environments import ThreeActions
from reference.streams import episode_seed

UNLUCKY = 4
"""The run's seed."""


class _FailsInTheUnluckyRun(ThreeActions):
    def reset(self, *, seed=None, options=None):
        self._unlucky, self._left = seed == episode_seed(UNLUCKY, 2), 3
        return super().reset(seed=seed)

    def step(self, action):
        self._left -= 1
        if self._unlucky and self._left == 0:
            return self.fail()
        return super().step(action)


class NotFinite(_FailsInTheUnluckyRun):
    """NaN in the third step of the unlucky run's second episode."""

    def fail(self):
        return np.full(4, np.nan), 0.0, False, False, {}


class Raises(_FailsInTheUnluckyRun):
    """An exception there."""

    def fail(self):
        raise ZeroDivisionError("the simulator broke")
