"""Targets of rows that end in every way, by `reference/` and by the equation."""

import numpy as np
import torch
from worked import table

from reference.state import Batch
from reference.targets import td_target, terminal

REWARD, GAMMA, NEXT_VALUE = -2.0, 0.99, -100.0

FLAGS = {"goes on": (False, False), "truncated": (False, True), "terminated": (True, False), "both": (True, True)}
"""How a step ends -> terminated, truncated."""


def by_code(terminated: bool, truncated: bool, truncation_is_terminal: bool = False) -> float:
    """The reference's functions on one row."""
    nothing = torch.zeros(1, 1)
    flags = {"terminated": torch.tensor([terminated]), "truncated": torch.tensor([truncated])}
    reward, next_value = (torch.tensor([number], dtype=torch.float64) for number in (REWARD, NEXT_VALUE))
    row = Batch(nothing, nothing, reward, nothing, **flags)
    return float(td_target(reward, terminal(row, truncation_is_terminal), next_value, GAMMA))


def by_equation(terminal: bool) -> float:
    """Equation 4, in NumPy."""
    return float(REWARD + GAMMA * np.where(terminal, 0.0, NEXT_VALUE))


def targets() -> list[str]:
    """Each way a step can end: the flags, the target, and the target of one that stops at limits, too."""
    rows = []
    for words, flags in FLAGS.items():
        found = by_code(*flags), by_code(*flags, truncation_is_terminal=True)
        if found != (by_equation(flags[0]), by_equation(any(flags))):
            raise ValueError(f"td_target and equation 4 differ where a step is {words}: {found}")
        ours, wrong = found
        rows.append([words, *map(str, flags), f"{ours:.2f}", f"{wrong:.2f}", f"{wrong - ours:+.2f}"])
    header = ["the step", "`terminated`", "`truncated`", "y", "y, limits as ends", "off by"]
    return table(header, rows)


def learnt(gamma: float, limit: int, reward: float = -1.0) -> tuple[float, float]:
    """Value of a state that never changes: what it is, and what a critic learns that takes limits for ends.

    The observation does not tell how late it is, so one row in `limit` has no bootstrap: Q = r + gamma (1 - 1/T) Q.
    """
    return reward / (1 - gamma), reward / (1 - gamma * (1 - 1 / limit))


def values() -> list[str]:
    """The same over several limits."""
    rows = []
    for limit in (50, 200, 1_000, 10_000):
        right, wrong = learnt(GAMMA, limit)
        rows.append([f"{limit:,}", f"{right:.1f}", f"{wrong:.1f}", f"{100 * (1 - wrong / right):.0f} %"])
    return table(["steps until the limit", "Q", "Q, limits as ends", "missing"], rows)
