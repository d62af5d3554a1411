"""What a drop-in costs beside the class it replaces: `python -m parity_tests.studies.drop_in_speed [WORD...]`.

Without words every class is timed; a word picks those whose name contains it; `shadow` alone times the shadow.
The two take turns in short blocks on one thread, timed by the processor's time that they take, and the ratio is
the median over the turns: whatever else the machine does then, it does to both.
"""

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from harness.process import prepare_process
from parity_tests.studies.page import write_between_markers

TURNS = 60
BLOCK = 0.02  # seconds of work


class Timing(NamedTuple):
    """Seconds of one piece of work, by two of them in turns."""

    original: float  # median
    replacement: float
    ratio: float  # median over the turns
    low: float  # quartiles of the ratio
    high: float


def interleave(original: Callable[[], object], replacement: Callable[[], object], turns: int = TURNS) -> Timing:
    """Times two functions, a block of each a turn; who begins alternates."""
    works = (original, replacement)
    count = max(1, round(BLOCK / min(_block(work, 3) for work in works for _ in range(2))))
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(turns):
        for place in (0, 1) if turn % 2 else (1, 0):
            seconds[place].append(_block(works[place], count))
    ratios = [new / old for old, new in zip(*seconds, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return Timing(*map(statistics.median, seconds), middle, low, high)


def _block(work: Callable[[], object], count: int) -> float:
    began = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - began) / count


HEADINGS = ("what", "TorchRL's", "drop-in", "ratio", "quartiles")


def lines(timings: dict[str, Timing]) -> list[tuple[str, ...]]:
    """The cells of a table."""
    return [
        (name, f"{t.original * 1e6:,.0f} us", f"{t.replacement * 1e6:,.0f} us", f"{t.ratio:.2f}",
         f"{t.low:.2f} to {t.high:.2f}")
        for name, t in timings.items()
    ]  # fmt: skip


def markdown(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table for a page."""
    ruled = [headings, ("---",) + ("--:",) * (len(headings) - 1), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)


def show(title: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """A table for the terminal."""
    table = Table(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def main(words: list[str]) -> int:
    """Times, prints the table, then its Markdown; 2 on bad input."""
    parser = argparse.ArgumentParser(prog="drop_in_speed", usage=argparse.SUPPRESS, description=__doc__)
    parser.add_argument("names", nargs="*", metavar="WORD", help="a part of a name, or shadow")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table between that page's markers")
    options = parser.parse_args(words)
    if options.turns < 2:
        parser.error(f"--turns must be 2 or more; got {options.turns}")
    if options.write and not options.write.is_file():
        parser.error(f"--write needs a page that is there; got {options.write}")
    prepare_process()
    warnings.filterwarnings("ignore", message="No target network updater|Found an eps value")
    from parity_tests.studies import drop_in_subjects, shadow_speed  # after the process is prepared

    if options.names == ["shadow"]:
        title, table = "What a shadow costs", (shadow_speed.HEADINGS, shadow_speed.lines(options.turns))
    else:
        chosen = {
            name: subject
            for name, subject in drop_in_subjects.SUBJECTS.items()
            if not options.names or any(word.lower() in name.lower() for word in options.names)
        }
        if not chosen:
            parser.error(
                f"no class is named like {' '.join(options.names)}; they are {'; '.join(drop_in_subjects.SUBJECTS)}"
            )
        timings = {name: interleave(make(old), make(new), options.turns) for name, (make, old, new) in chosen.items()}
        title, table = "Drop-ins against the classes they replace", (HEADINGS, lines(timings))
    show(title, *table)
    print(markdown(*table))
    if options.write:
        write_between_markers(options.write, markdown(*table))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
