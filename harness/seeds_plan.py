"""Who trains which seeds: how many processes, and how many agents are stacked in each."""

import os
from typing import NamedTuple

from reference.config import Config, Update
from reference.learner import fallback


class Plan(NamedTuple):
    """Processes, and the seeds that each takes at a time."""

    workers: int
    stacks: tuple[tuple[int, ...], ...]


def cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def plan(seeds: tuple[int, ...], config: Config, update: Update, workers: int | None, stack: int | None) -> Plan:
    """Divides seeds among processes.

    Processes of one thread each gain most, so that the default is one for each core. Stacking gains on small networks
    and nothing at 256-256 and batch 128, where products are as fast alone, and last bits are then those of a stack: so
    it is done when asked for. `python -m harness.bench.seeds` measures it, docs/speed.md has the table.

    Args:
        seeds: one for each run.
        config: of the runs.
        update: autograd's runs are not stacked.
        workers: processes; None: as many as there are cores. There are never more than seeds.
        stack: agents in a stack at the most; None: 1.
    """
    workers = min(workers or cores(), len(seeds))
    most = -(-len(seeds) // workers)
    size = min(stack or 1, most)
    if update != "fused" or fallback(config) is not None:
        size = 1
    # Stacks of one size, or of two that differ by 1, so that no worker waits long for another.
    number = -(-len(seeds) // size)
    edges = [k * len(seeds) // number for k in range(number + 1)]
    return Plan(workers, tuple(seeds[a:b] for a, b in zip(edges, edges[1:], strict=False)))
