"""How much a batch of neighbours says, against a batch drawn from replay; on Pendulum-v1 under random actions."""

from functools import cache

import gymnasium
import numpy as np
from worked import table

from reference.config import Config

EPISODES, BATCH = 100, Config().batch_size
QUANTITIES = ("cosine of the angle", "sine of the angle", "speed", "reward")


@cache
def series() -> np.ndarray:
    """[episodes, steps, quantities]; episodes of 200 steps, actions uniform and seeded."""
    env = gymnasium.make("Pendulum-v1")
    generator, runs = np.random.default_rng(0), []
    for episode in range(EPISODES):
        observation, _ = env.reset(seed=episode)
        rows = []
        for _ in range(200):
            following, reward, *_ = env.step(generator.uniform(-2.0, 2.0, 1).astype(np.float32))
            rows.append([*observation, reward])
            observation = following
        runs.append(rows)
    env.close()
    return np.array(runs)


def deviations(values: np.ndarray) -> tuple[float, float]:
    """Standard deviation of a batch's mean: of BATCH steps in a row, and of as many drawn with replacement."""
    windows = np.lib.stride_tricks.sliding_window_view(values, BATCH, axis=1)
    return float(windows.mean(axis=-1).std()), float(values.std() / BATCH**0.5)


def batches() -> list[str]:
    """Each quantity: both deviations, and how many independent rows a batch of neighbours is worth."""
    rows = []
    for name, values in zip(QUANTITIES, np.moveaxis(series(), -1, 0), strict=True):
        row, drawn = deviations(values)
        rows.append([name, f"{row:.3f}", f"{drawn:.3f}", f"{BATCH * (drawn / row) ** 2:.1f}"])
    return table(["mean over a batch of", "in a row", "drawn from replay", "rows' worth"], rows)
