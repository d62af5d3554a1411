"""The figures of the tables: how fast twins part, and how widely their returns spread."""

from typing import NamedTuple

import numpy as np

from parity_tests.studies.one_bit.results import runs
from parity_tests.studies.one_bit.twins import Twin

FAR = 0.1
"""Of torque, of 2 at the most: one can see it in a figure."""


class Parting(NamedTuple):
    """How the twins of one change parted; each value is of one seed."""

    far: list[float]  # updates until the policies differ by more than FAR somewhere; infinite: not in this run
    fold: list[float]  # updates in which the distance grows e-fold
    last: list[float]  # distance at the end


class Spread(NamedTuple):
    """A standard deviation over runs, with its 95 % interval."""

    value: float
    low: float
    high: float


def partings() -> dict[str, Parting]:
    """By change, over the seeds that there are."""
    found: dict[str, Parting] = {}
    for twin, line in runs().items():
        if "distances" not in line:
            continue
        updates, distances = np.array(line["updates"]), np.array(line["distances"])
        parting = found.setdefault(twin.change, Parting([], [], []))
        beyond = np.flatnonzero(distances > FAR)
        parting.far.append(float(updates[beyond[0]]) if len(beyond) else np.inf)
        parting.fold.append(_fold(updates, distances))
        parting.last.append(float(distances[-1]))
    return found


def _fold(updates: np.ndarray, distances: np.ndarray) -> float:
    """Updates an e-fold, on average, from the first difference until FAR; not a number where that is one look."""
    apart, far = np.flatnonzero(distances > 0), np.flatnonzero(distances > FAR)
    if not len(far) or far[0] == apart[0]:
        return float("nan")
    first, last = apart[0], far[0]
    return float((updates[last] - updates[first]) / np.log(distances[last] / distances[first]))


def returns_of(twins: list[Twin]) -> np.ndarray:
    """[runs, episodes]"""
    there = runs()
    return np.array([there[twin]["returns"] for twin in twins])


def judged(twins: list[Twin]) -> np.ndarray:
    """[runs, updates of `twins.JUDGED`]: mean returns from the same states."""
    there = runs()
    return np.array([there[twin]["judged"] for twin in twins])


def spread(returns: np.ndarray, resamples: int = 2_000) -> Spread:
    """Of returns [runs, episodes], averaged over the episodes; the interval by drawing runs with replacement."""
    generator = np.random.default_rng(0)
    drawn = (returns[generator.integers(len(returns), size=len(returns))] for _ in range(resamples))
    low, high = np.percentile([sample.std(axis=0, ddof=1).mean() for sample in drawn], [2.5, 97.5])
    return Spread(float(returns.std(axis=0, ddof=1).mean()), float(low), float(high))
