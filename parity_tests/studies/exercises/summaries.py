"""What is shown of the measurements: one array for each variant and quantity."""

import csv
from typing import NamedTuple

import numpy as np

from parity_tests.studies.exercises import results
from parity_tests.studies.exercises.variants import EVALUATION_EVERY, STEPS, VARIANTS

TRAIN = "parity_tests.studies.exercises"
LAST = 5
"""Evaluations whose mean is a run's final figure: one alone would tell of one policy among many."""
STEPS_SHOWN = np.arange(EVALUATION_EVERY, STEPS + 1, EVALUATION_EVERY)


class Study(NamedTuple):
    """The seeds that every variant has finished, n of them, at E evaluations."""

    seeds: list[int]
    curves: dict[str, dict[str, np.ndarray]]  # variant -> quantity -> [n, E]
    best: np.ndarray  # [n], the mean of the best returns from the seed's start states


def load(folder):
    """The study as its CSV files have it.

    Raises:
        ValueError: not one seed is finished.
    """
    rows = results.read(folder)
    seeds = results.whole_seeds(rows)
    if not seeds:
        raise ValueError(f"{folder} must hold one seed that every variant has finished; python -m {TRAIN} makes them.")
    best = read_best(folder / "best.csv")
    best = np.array([best[seed] for seed in seeds])
    found = {(row["variant"], row["seed"], row["step"]): row for row in rows}
    curves = {}
    for variant in VARIANTS:
        grid = [[found[variant, seed, step] for step in STEPS_SHOWN] for seed in seeds]
        names = ("return", "worst_return", "q", "received", "bias", "rmse")
        curves[variant] = {name: np.array([[row[name] for row in line] for line in grid]) for name in names}
        curves[variant]["shortfall"] = curves[variant]["return"] - best[:, None]
    return Study(seeds, curves, best)


def read_best(path):
    """Seed -> the mean over its start states of the best return."""
    returns = {}
    with path.open() as file:
        for row in csv.DictReader(file):
            returns.setdefault(int(row["seed"]), []).append(float(row["best"]))
    return {seed: float(np.mean(values)) for seed, values in returns.items()}


def final(study, variant, quantity):
    """A run's final figure, the mean of its last evaluations: [n]."""
    return study.curves[variant][quantity][:, -LAST:].mean(1)


def against_ddpg(study, variant, quantity):
    """What the variant's final figure has over DDPG's of the same seed: [n]."""
    return final(study, variant, quantity) - final(study, "ddpg", quantity)
