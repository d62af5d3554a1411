"""An exercise's numbers as Markdown."""

import numpy as np

from parity_tests.studies.exercises.bootstrap import interval
from parity_tests.studies.exercises.summaries import against_ddpg, final

HEADINGS = (
    "variant", "return", "less the best", "95 %", "median", "worst seed", "IQR",
    "less DDPG's", "95 %", "Q's bias", "95 %", "less DDPG's", "95 %",
)  # fmt: skip


def setting(study):
    """How many seeds there are, and how good one can be."""
    counted = f"n = {len(study.seeds)} seeds ({study.seeds[0]} to {study.seeds[-1]}) of each variant"
    return f"{counted}. The best possible mean return from their start states is {study.best.mean():.1f}."


def table(study, variants):
    """One line a variant: final returns over seeds, then the critic's bias."""
    lines = [_row(HEADINGS), _row("---" if name == "variant" else "--:" for name in HEADINGS)]
    return "\n".join([*lines, *(_line(study, variant) for variant in variants)])


def _line(study, variant):
    shortfall, bias = final(study, variant, "shortfall"), final(study, variant, "bias")
    lower, upper = np.percentile(shortfall, [25, 75])
    shown = [variant, f"{final(study, variant, 'return').mean():.1f}", *_mean(shortfall)]
    shown += [f"{np.median(shortfall):.1f}", f"{shortfall.min():.1f}", f"{upper - lower:.1f}"]
    shown += _difference(study, variant, "shortfall")
    shown += [*_mean(bias), *_difference(study, variant, "bias")]
    return _row(shown)


def _difference(study, variant, quantity):
    """Against DDPG, seed by seed; DDPG itself has none."""
    return ["", ""] if variant == "ddpg" else _mean(against_ddpg(study, variant, quantity))


def _mean(values):
    """The mean and its interval."""
    low, high = interval(values)
    return [f"{values.mean():.1f}", f"{low:.1f} to {high:.1f}"]


def _row(cells):
    return f"| {' | '.join(cells)} |"
