"""`make fuzz`: run folders, checkpoints, logs and traces are damaged, and every command must end as it should.

Two processes; a case that goes wrong is made as small as can be, and printed.
"""

import os
import sys
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")  # before anything imports torchrl

import tyro
from hypothesis import HealthCheck, Phase, given, seed, settings
from rich.console import Console
from rich.table import Table

from harness.process import prepare_process
from parity_tests.faults.processes import Lost, each
from parity_tests.fuzzing import CASES, Case, Ground

A_PART = 500
"""Cases a process judges, from a seed of its own."""


@dataclass(frozen=True)
class Fuzz:
    """Damage run folders and judge what commands make of them."""

    cases: int = 10_000
    """At least so many."""
    seed: int = 0
    """Of the first part; each further one has the next."""


class Judged(NamedTuple):
    """What one part came to."""

    kinds: Counter[tuple[str, bool, int]]  # command, whether signed, exit status
    wrong: str  # the smallest case that went wrong, and how; "": none did


def part(number: int) -> Judged:
    """One part, in a process of its own."""
    prepare_process()
    kinds: Counter[tuple[str, bool, int]] = Counter()
    ground = Ground(draw=number % 10 == 0)  # drawing takes longer than all the rest

    @seed(number)
    @settings(
        max_examples=A_PART, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(CASES)
    def judge(case: Case) -> None:
        kinds[case.command, case.signed, ground.judge(case).status] += 1

    try:
        judge()
    except BaseException as error:  # whatever it is, it is what was looked for
        notes = " ".join(getattr(error, "__notes__", []))
        return Judged(kinds, f"seed {number}: {type(error).__name__}: {str(error)[:500]} {notes}")
    finally:
        ground.close()
    return Judged(kinds, "")


def table(kinds: Counter[tuple[str, bool, int]]) -> Table:
    """How many ended how."""
    shown = Table("command", "signed anew", "cases", "exit 0", "exit 1", "exit 2", title_justify="left")
    for command, signed in sorted({kind[:2] for kind in kinds}):
        counts = [kinds[command, signed, status] for status in (0, 1, 2)]
        shown.add_row(command, "yes" if signed else "no", *(f"{count:,}" for count in (sum(counts), *counts)))
    return shown


def main(words: list[str] | None = None) -> int:
    """0: no case went wrong; 1: some did; 2: bad input."""
    options = tyro.cli(Fuzz, args=words, prog="fuzz", description=__doc__)
    if options.cases < 1:
        print(f"fuzz: cases must be at least 1; got {options.cases}.", file=sys.stderr)
        return 2
    kinds: Counter[tuple[str, bool, int]] = Counter()
    wrong = []
    parts = range(options.seed, options.seed - (-options.cases // A_PART))
    for number, judged in each(part, parts):
        found = Judged(Counter(), f"seed {number}: {judged}") if isinstance(judged, Lost) else judged
        kinds.update(found.kinds)
        wrong += [found.wrong] if found.wrong else []
        print(f"part {number}: {found.kinds.total():,} cases {found.wrong}", file=sys.stderr, flush=True)
    Console(width=None if sys.stdout.isatty() else 120).print(table(kinds))
    signed = sum(count for kind, count in kinds.items() if kind[1])
    print(f"{kinds.total():,} cases, {signed:,} of them signed anew; {len(wrong)} of {len(parts)} parts found a fault.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
