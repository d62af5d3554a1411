"""What the figures draw, as numbers: series out of run logs, averaged and thinned."""

from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.run_log import RunLog

Series = NDArray[np.float64]
Line = tuple[Series, Series]
"""x and y of equal length; both empty where a run did not log the quantity."""

MOST_POINTS = 5_000  # of one line; beyond it a browser grows slow and the eye sees a band
WINDOW = 10  # episodes of the moving average, as in the notebook


def episode_line(run: RunLog, key: str) -> Line:
    """A quantity of each episode over the environment step that ended it."""
    steps, values = ([episode[name] for episode in run.episodes] for name in ("last_step", key))
    return np.array(steps, dtype=float), np.array(values, dtype=float)


def update_line(run: RunLog, key: str) -> Line:
    """A quantity of each update over the update's number, from 1."""
    values = [episode["updates"][key] for episode in run.episodes]
    ends = [episode["last_update"] for episode in run.episodes]
    numbers = (range(end - len(some) + 1, end + 1) for end, some in zip(ends, values, strict=True))
    return np.array([*chain(*numbers)], dtype=float), np.array([*chain(*values)], dtype=float)


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
    """Means over bins of `width` neighbours; what remains for the last bin is averaged over its own number."""
    starts = np.arange(0, len(values), width)
    return np.add.reduceat(values, starts) / np.diff(starts, append=len(values)) if len(values) else values
