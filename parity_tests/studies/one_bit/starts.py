"""How good a policy is, apart from luck: its mean return from the same states of Pendulum-v1, without noise.

A training episode's return hangs on the state that it begins in, and that on the seed: among seeds those differ, among
twins of one seed they do not. So for a fair comparison every policy begins in the same ones.
"""

from collections.abc import Callable

import numpy as np

from parity_tests.studies.exercises.best_return import move

STARTS, STEPS = 200, 200
"""States begun in, drawn as the environment's reset draws them; steps of an episode."""


def greedy_return(torque: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> float:
    """Mean over the starts of the sum of rewards, undiscounted; `torque(angle, speed)` acts, [STARTS] each."""
    generator = np.random.default_rng(0)
    angle, speed = generator.uniform(-np.pi, np.pi, STARTS), generator.uniform(-1.0, 1.0, STARTS)
    total = np.zeros(STARTS)
    for _ in range(STEPS):
        angle, speed, reward = move(angle, speed, torque(angle, speed))
        total += reward
    return float(total.mean())
