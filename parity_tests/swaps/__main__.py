"""`make swaps`: every filling of every slot, trained, hashed and compared, as a table."""

import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track

from harness.process import prepare_process
from parity_tests.studies.page import write_between_markers
from parity_tests.swaps.fillings import LOOPS, RUNS, fillings
from parity_tests.swaps.matrix import line_of, markdown, summary, table
from parity_tests.swaps.run import Outcome, run

USAGE = f"swaps takes the names of runs, out of {', '.join(RUNS)}, and --write PAGE"


def trained(name: str) -> list[Outcome]:
    """Every filling of both loops."""
    config, slots = RUNS[name]
    places = [(loop, filling) for loop in LOOPS for filling in fillings(slots)]
    with ProcessPoolExecutor(2, get_context("spawn"), prepare_process) as pool:
        jobs = [pool.submit(run, *place, config) for place in places]
        for _ in track(as_completed(jobs), name, len(jobs), console=Console(stderr=True)):
            pass
        return [job.result() for job in jobs]


def report(name: str) -> tuple[str, int]:
    """Trains and prints one run's matrix; as Markdown, and how many fillings differ."""
    outcomes, (_, slots) = trained(name), RUNS[name]
    expected = next(outcome for outcome in outcomes if outcome.loop == "plain loop" and not outcome.filling)
    lines = {
        loop: [line_of(outcome, expected, slots) for outcome in outcomes if outcome.loop == loop] for loop in LOOPS
    }
    for loop in LOOPS:
        Console().print(table(name, loop, slots, lines[loop]))
    differing = sum(line[-1] != "none" for rows in lines.values() for line in rows) + (expected.error is not None)
    text = summary(name, outcomes, differing)
    print(text)
    return f"{text}\n\n{markdown(name, slots, lines)}", differing


def arguments(words: list[str]) -> tuple[list[str], Path | None]:
    """Names of runs, all if there are none; and the page to write, between a pair of markers for each run.

    Raises:
        ValueError: anything else.
    """
    page = None
    if "--write" in words:
        place = words.index("--write")
        rest = words[place + 1 :]
        if not rest or not Path(rest[0]).is_file():
            raise ValueError(f"{USAGE}; --write needs a page that is there, got {rest[:1] or 'nothing'}.")
        page, words = Path(rest[0]), words[:place] + rest[1:]
    if unknown := [word for word in words if word not in RUNS]:
        raise ValueError(f"{USAGE}; got {' '.join(unknown)!r}.")
    return words or list(RUNS), page


def main(words: list[str]) -> int:
    """0 if every bit of every filling agrees, 1 if not, 2 on bad input."""
    try:
        names, page = arguments(words)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    differing = 0
    for name in names:
        text, found = report(name)
        differing += found
        if page is not None:
            write_between_markers(page, text, name)
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
