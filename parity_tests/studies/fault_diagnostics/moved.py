"""Which diagnostics a fault moved the most, and their curves beside the right run's."""

import numpy as np

WORDS = {
    "value_mean": "mean Q", "target_mean": "mean TD target", "critic_loss": "critic loss",
    "actor_loss": "actor loss", "critic_grad_norm": "critic gradient norm",
    "actor_grad_norm": "actor gradient norm", "td_error_50": "median TD error", "return": "return",
    "critic_distance": "target critic's distance", "actor_distance": "target actor's distance",
    "saturated": "actions on a bound", "effective_cells": "replay coverage",
}  # fmt: skip
"""Key of a series -> what the browser calls it."""

MOST = 3
LEAST = 0.02
"""Of the right curve's own size: what moved less shows in no figure."""


def moved(right, faulty):
    """[key, size, curve of x, right y, faulty y], the largest first; none where no curve moved by LEAST."""
    found = [(key, *curve(right, faulty, key)) for key in WORDS]
    sized = [(distance(ours, theirs), key, x, ours, theirs) for key, x, ours, theirs in found if len(x) > 1]
    sized = sorted((one for one in sized if one[0] >= LEAST), key=lambda one: -one[0])[:MOST]
    return [{"key": key, "moved": float(f"{size:.3g}"), "x": x, "right": ours, "faulty": theirs}
            for size, key, x, ours, theirs in sized]  # fmt: skip


def curve(right, faulty, key):
    """x and both y, where both runs have the quantity and are as long."""
    kind, axis = ("updates", "update") if key in right["updates"] else ("episodes", "step")
    ours, theirs = right[kind], faulty[kind]
    if axis not in ours or axis not in theirs:
        return [], [], []
    same = dict(zip(theirs[axis], theirs[key], strict=True))
    pairs = [
        (x, y, same[x]) for x, y in zip(ours[axis], ours[key], strict=True) if y is not None and same.get(x) is not None
    ]
    return tuple([one[place] if place == 0 else float(f"{one[place]:.4g}") for one in pairs] for place in range(3))


def distance(ours, theirs):
    """Mean distance of two curves over the right one's size: its spread, or its level where that is larger."""
    ours, theirs = np.array(ours), np.array(theirs)
    scale = max(np.ptp(ours), np.abs(ours).mean() / 4, 1e-12)
    return float(min(np.abs(ours - theirs).mean() / scale, 1e9))
