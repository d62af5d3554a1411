"""What the figures draw, as numbers: series out of run logs, averaged and thinned."""

from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.run_log import RunLog
from harness.value_bound import Seen, allowed, largest_value, look

Series = NDArray[np.float64]
Line = tuple[Series, Series]
"""x and y of equal length, y NaN where there is no number; both empty where a run did not log the quantity."""

MOST_POINTS = 5_000  # of one line; beyond it a browser grows slow and the eye sees a band
WINDOW = 10  # episodes of the moving average, as in the notebook


def episode_line(run: RunLog, key: str) -> Line:
    """A quantity of each episode over the environment step that ended it."""
    steps, values = ([episode.get(name) for episode in run.episodes] for name in ("last_step", key))
    return np.array(steps, dtype=float), np.array(values, dtype=float)


def update_line(run: RunLog, key: str) -> Line:
    """A quantity of each update over the update's number, from 1."""
    logged = [(episode["last_update"], episode["updates"].get(key)) for episode in run.episodes]
    lists = [(end, values) for end, values in logged if values is not None]
    numbers = (range(end - len(values) + 1, end + 1) for end, values in lists)
    return np.array([*chain(*numbers)], dtype=float), np.array([*chain(*(values for _, values in lists))], dtype=float)


def largest_value_line(run: RunLog) -> Line:
    """Largest |Q| in the updates of each episode, over the environment step that ended it."""
    steps, _ = episode_line(run, "last_step")
    return steps, np.array([largest_value(episode) for episode in run.episodes], dtype=float)


def bound_line(run: RunLog) -> Line:
    """The largest |Q| that the rewards seen so far allow, where there is a Q beside it; NaN where gamma is 1."""
    steps, values = largest_value_line(run)
    bounds, seen, gamma = np.full(len(steps), np.nan), Seen(), run.config.gamma
    for place, episode in enumerate(run.episodes):
        seen, _ = look(seen, episode, gamma)
        if gamma < 1 and not np.isnan(values[place]):
            bounds[place] = allowed(seen.reward, gamma)
    return steps, bounds


def check_error_line(run: RunLog) -> Line:
    """Mean Q less the mean return received from the same states, in each episode that has both."""
    (steps, value), (_, received) = episode_line(run, "checked_value"), episode_line(run, "checked_return")
    return steps, value - received


def average_return_line(run: RunLog) -> Line:
    """Moving average of the return, over the step that ended its last episode."""
    steps, values = episode_line(run, "return")
    return steps[WINDOW - 1 :], moving_average(values, WINDOW)


def td_error_line(run: RunLog) -> Line:
    """Mean of value - target over each update's batch."""
    (update, value), (_, target) = update_line(run, "value_mean"), update_line(run, "target_mean")
    return update, value - target


def snapshots(run: RunLog) -> list[dict[str, Any]]:
    """The episodes that ended in a snapshot of the probe states."""
    return [episode for episode in run.episodes if episode["probe"] is not None]


def action_statistic(action: list[list[float]]) -> Series:
    """[P] of actions [P, A]: the action itself where A is 1, its Euclidean norm otherwise."""
    table = np.asarray(action, dtype=float)
    return table[:, 0] if table.shape[1] == 1 else np.linalg.norm(table, axis=1)


def moving_average(values: Series, window: int) -> Series:
    """Means of `window` neighbours, the first ending at index window - 1; empty where there are fewer."""
    if len(values) < window:
        return np.empty(0)
    return np.lib.stride_tricks.sliding_window_view(values, window).mean(axis=1)


def bin_width(points: int) -> int:
    """Neighbours that one point must stand for, so that at most MOST_POINTS are drawn."""
    return max(1, -(-points // MOST_POINTS))


def thinned(values: Series, width: int) -> Series:
    """Means over bins of `width` neighbours, what is NaN left out; the last bin may hold fewer.

    NaN where a bin holds no number.
    """
    if not len(values):
        return values
    starts, there = np.arange(0, len(values), width), ~np.isnan(values)
    counts = np.add.reduceat(there.astype(int), starts)
    sums = np.add.reduceat(np.where(there, values, 0.0), starts)
    return np.divide(sums, counts, out=np.full(len(starts), np.nan), where=counts > 0)
