"""What the figures show, apart from how they are drawn."""

from typing import NamedTuple

import numpy as np

from parity_tests.studies.exercises.bootstrap import interval
from parity_tests.studies.exercises.summaries import STEPS_SHOWN, final

EXERCISES = {
    "ou": ("ddpg", "ou", "ou-dt1"),
    "layer_norm": ("ddpg", "layer_norm"),
    "td3": ("ddpg", "twin_critics", "target_noise", "policy_delay", "td3"),
}
"""Exercise -> the variants that its figure and table compare."""

COLOURS = {
    "ddpg": "#5b6470", "ou": "#3b82d6", "ou-dt1": "#d97706", "layer_norm": "#2a9d6c",
    "twin_critics": "#3b82d6", "target_noise": "#d97706", "policy_delay": "#c2569b", "td3": "#2a9d6c",
}  # fmt: skip

FROM = {"shortfall": 4_000, "bias": 7_000}
"""Environment step that curves are shown from. Before it, warm-up at random, first lessons and a critic that
has yet to learn how large returns are would fill the axis, with a delayed policy the longest."""


class Curve(NamedTuple):
    """A variant's mean over seeds, with the interval around it: [E] each."""

    variant: str
    step: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Points(NamedTuple):
    """A variant's seeds, one point each: [n]."""

    variant: str
    values: np.ndarray


class Panel(NamedTuple):
    """One set of axes."""

    title: str
    y_title: str
    shown: list[Curve] | list[Points]


def panels(study, variants):
    """An exercise's three: learning, the critic's bias, the spread of the seeds."""
    shortfall, bias = ([curve(study, variant, name) for variant in variants] for name in ("shortfall", "bias"))
    points = [Points(variant, np.sort(final(study, variant, "shortfall"))) for variant in variants]
    return [
        Panel("Learning", "return less the best possible", shortfall),
        Panel("Bias of the critic", "Q less the return received", bias),
        Panel("Every seed, at the end", "return less the best possible", points),
    ]


def curve(study, variant, quantity):
    """A quantity over environment steps, from where `FROM` says."""
    first = FROM[quantity]
    shown = first <= STEPS_SHOWN
    values = study.curves[variant][quantity][:, shown]
    return Curve(variant, STEPS_SHOWN[shown], values.mean(0), *interval(values))
