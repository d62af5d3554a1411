"""Pendulum-v1 that stops at chosen steps, and tells what the steps between took.

A loop calls `step` of its environment once an environment step, whichever library it is of. From the begin of one
call to the begin of a later one it has gone round a whole number of times: acting, storing and updating included.
"""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import gymnasium
from gymnasium.envs.classic_control.pendulum import PendulumEnv


class Pace:
    """A clock that counts; at each mark it reports, and goes on when the report returns."""

    def __init__(self, marks: tuple[int, ...], report: Callable[[int, float, float], None]) -> None:
        """`report` is called with how many were counted since the last mark, and their wall and CPU seconds."""
        self._marks: Iterator[int] = iter(marks)
        self._report = report
        self._counted = self._last = 0
        self._next = next(self._marks)
        self.start()

    def start(self) -> None:
        """Sets the clocks to zero."""
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def __call__(self) -> None:
        """One more begins."""
        if self._counted == self._next:
            wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
            self._report(self._counted - self._last, wall, cpu)
            self._last, self._next = self._next, next(self._marks, sys.maxsize)
            self.start()
        self._counted += 1


_pace: list[Pace] = []


def set_pace(pace: Pace) -> None:
    """Lets `pace` count the steps of every paced environment of this process."""
    _pace[:] = [pace]


class PacedPendulum(PendulumEnv):
    """Pendulum-v1 that the process's `Pace` counts the steps of; without one it is Pendulum-v1."""

    def step(self, u: Any) -> tuple[Any, ...]:
        """As the pendulum's own."""
        for pace in _pace:
            pace()
        return super().step(u)


gymnasium.register("PacedPendulum-v1", "harness.bench.paced:PacedPendulum", max_episode_steps=200)
