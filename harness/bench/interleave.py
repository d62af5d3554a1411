"""Round robin: every contender of a cell does a slice before any does its next, so that all meet the same weather."""

from collections.abc import Callable
from pathlib import Path

from harness.bench.process import ContenderProcess, Timed
from harness.bench.work import Job


def interleave(jobs: list[Job], python: Path, repeats: int, say: Callable[[str], None]) -> list[Timed]:
    """Times all jobs in turns; only one process works at a time, and the others wait for their input.

    Args:
        jobs: one process each.
        python: the interpreter that they run in.
        repeats: slices of each; `jobs` have a mark more.
        say: is told what goes on.

    Returns:
        What became of each, in the order given; what a contender did before it failed is not kept.
    """
    contenders: list[ContenderProcess] = []
    try:
        for job in jobs:
            say(f"{job.contender}: {job.measure}, warm-up to {job.marks[0]:,}")
            contenders.append(ContenderProcess(python, job))
            contenders[-1].begin()
        for turn in range(repeats):
            say(f"round {turn + 1} of {repeats}")
            # Another begins each time, so that nobody always follows the same one.
            first = turn % len(contenders)
            for contender in contenders[first:] + contenders[:first]:
                contender.work()
    finally:
        for contender in contenders:
            contender.close()
    for contender in contenders:
        if contender.timed.missing is not None:
            contender.timed.slices.clear()
    return [contender.timed for contender in contenders]
