"""How far a mean over seeds would wander, had other seeds been drawn."""

import numpy as np

RESAMPLES = 10_000


def interval(values, resamples=RESAMPLES):
    """The 95 % percentile interval of the mean over the first axis: two arrays without it.

    Args:
        values: [n, ...], one row a seed; rows are drawn whole, with replacement, by a fixed generator,
            so that curves keep their shape and a table can be made again.
        resamples: how often.
    """
    values = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(0).integers(len(values), size=(resamples, len(values)))
    # How often each seed was drawn, which makes a mean a product: [resamples, n] by [n, ...].
    counts = np.stack([(drawn == seed).sum(1) for seed in range(len(values))], axis=1)
    means = np.tensordot(counts, values, axes=1) / len(values)
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return low, high
