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


STUDENT = {10: 2.262, 20: 2.093}
"""Runs -> the 97.5 % quantile of Student's t with one degree of freedom less."""


class Spread(NamedTuple):
    """A standard deviation over runs, with its 95 % interval."""

    value: float
    low: float
    high: float
    least: float  # without one of the runs, whichever makes it the least


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


def spread(returns: np.ndarray) -> Spread:
    """Of returns [runs, episodes], averaged over the episodes.

    The interval is Student's, of the logarithm, whose error comes from leaving out each run in turn (the jackknife).
    Drawing runs with replacement would not do: of ten runs, the interval would hold the truth 78 times in a hundred.
    """
    whole = _deviation(returns)
    without = np.array([_deviation(np.delete(returns, run, axis=0)) for run in range(len(returns))])
    error = np.sqrt((len(without) - 1) * np.log(without).var())
    factor = np.exp(STUDENT[len(returns)] * error)
    return Spread(whole, float(whole / factor), float(whole * factor), float(without.min()))


def _deviation(returns: np.ndarray) -> float:
    return float(returns.std(axis=0, ddof=1).mean())
