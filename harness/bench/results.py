"""From slices to figures: rates, their spread, ratios within a round."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from harness.bench.process import Timed
from harness.bench.work import Contender, Measure

RATIOS: tuple[tuple[Measure, Contender, Contender], ...] = (
    ("updates", "fused", "floor"),
    ("updates", "autograd", "floor"),
    ("updates", "torchrl", "floor"),
    ("updates", "fused", "autograd"),
    ("steps", "fused", "autograd"),
    ("steps", "torchrl", "autograd"),
    ("steps", "fused", "stable_baselines3"),
    ("steps", "fused", "sbx"),
    ("steps", "fused", "cleanrl"),
    ("steps", "fused", "tianshou"),
    ("steps", "fused", "skrl"),
    ("steps", "autograd", "stable_baselines3"),
    ("steps", "autograd", "cleanrl"),
    ("steps", "torchrl", "torchrl_recipe"),
)
"""What is measured, whose rate, over whose."""


def row(timed: Timed) -> dict[str, Any]:
    """What is known of one contender in one cell."""
    job, slices = timed.job, timed.slices
    there = bool(slices)
    return {
        "contender": job.contender,
        "measure": job.measure,
        **asdict(job.cell),
        "first": job.marks[0],
        "last": job.marks[-1],
        "clips_gradients": job.clips,
        "missing": timed.missing,
        "per_second": spread(rates(timed)) if there else None,
        "per_cpu_second": spread(rates(timed, cpu=True)) if there else None,
        "peak_memory_mib": round(timed.memory, 1) if timed.memory is not None else None,
        "repeats": [asdict(each) for each in slices],
        "versions": timed.versions,
    }


def ratios(cell: Sequence[Timed]) -> list[dict[str, Any]]:
    """Of what was measured in one cell, in the rounds of one interleaving, each ratio of `RATIOS`.

    A ratio is taken round by round, and the median is of those: what slows a whole round cancels.
    """
    found = {(timed.job.measure, timed.job.contender): timed for timed in cell if timed.slices}
    return [
        {
            "measure": measure,
            "of": of,
            "to": to,
            **asdict(cell[0].job.cell),
            "wall": spread(quotient(found[measure, of], found[measure, to])),
            "cpu": spread(quotient(found[measure, of], found[measure, to], cpu=True)),
            "repeats": [round(float(each), 3) for each in quotient(found[measure, of], found[measure, to])],
        }
        for measure, of, to in RATIOS
        if (measure, of) in found and (measure, to) in found
    ]


def rates(timed: Timed, cpu: bool = False) -> np.ndarray:
    """How many a second of wall or CPU time, slice by slice."""
    # A slice shorter than the clock's tick would divide by 0.
    return np.array([each.count / max(each.cpu if cpu else each.wall, 1e-9) for each in timed.slices])


def quotient(of: Timed, to: Timed, cpu: bool = False) -> np.ndarray:
    """One rate over the other, round by round."""
    return rates(of, cpu) / rates(to, cpu)


def spread(values: np.ndarray) -> dict[str, float]:
    """Median and the quartiles around it, to four digits."""
    low, middle, high = np.percentile(values, [25, 50, 75])
    return {name: float(f"{each:.4g}") for name, each in (("median", middle), ("q1", low), ("q3", high))}
