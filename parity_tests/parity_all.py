"""`make parity-all`: every combination of variants, both sides in lockstep; goes on where it was broken off."""

import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from harness.lockstep import lockstep
from harness.process import prepare_process
from harness.watch import watch
from parity_tests.combinations import LEVELS, Choice, everything, name_of, tiny

RESULT = Path("runs/parity-all.jsonl")

SHORT = {
    "total_steps": 40, "max_steps_per_episode": 14, "start_steps": 10, "update_after": 20, "batch_size": 8,
    "hidden_sizes": (8, 6), "probe_n": 4,
}  # fmt: skip
"""A run of some twenty updates: enough for each variant to act twice, few enough for twelve thousand of them."""


def one(choice: Choice) -> dict:
    """Compares one combination; a line of the result."""
    config = tiny(choice, **SHORT)
    found = list(lockstep(watch("reference", config), watch("torchrl", config), config))
    differences = [episode.difference for episode in found if episode.difference is not None]
    compared = sum(episode.quantities.total() for episode in found)
    return {"choice": choice, "compared": compared, "difference": next(iter(differences), None)}


def table(lines: list[dict]) -> Table:
    """By level: how many combinations with it were compared, and in how many a bit differed."""
    runs, broken = Counter(), Counter()
    for line in lines:
        runs.update(line["choice"].values())
        broken.update(line["choice"].values() if line["difference"] else ())
    rows = Table(title="Combinations of variants, reference against torchrl", title_justify="left")
    for heading in ("variant", "level", "combinations", "differing"):
        rows.add_column(heading, justify="right" if heading in ("combinations", "differing") else "left")
    for factor, levels in LEVELS.items():
        for level in levels:
            rows.add_row(factor, level, f"{runs[level]:,}", f"{broken[level]:,}")
    return rows


def main() -> int:
    """Runs what is missing; 0 if every bit of every combination agrees."""
    RESULT.parent.mkdir(exist_ok=True)
    lines = [json.loads(text) for text in RESULT.read_text().splitlines()] if RESULT.exists() else []
    done = {name_of(line["choice"]) for line in lines}
    missing = iter([choice for choice in everything() if name_of(choice) not in done])
    with ProcessPoolExecutor(2, get_context("spawn"), prepare_process) as pool, RESULT.open("a") as file:
        # A hundred at a time: the rest would lie waiting, pickled.
        while some := list(islice(missing, 100)):
            jobs = [pool.submit(one, choice) for choice in some]
            for job in track(as_completed(jobs), f"{len(lines):,} compared", len(jobs), console=Console(stderr=True)):
                lines.append(job.result())
                print(json.dumps(lines[-1]), file=file, flush=True)
    broken = [line for line in lines if line["difference"]]
    Console().print(table(lines))
    compared = sum(line["compared"] for line in lines)
    print(f"{len(lines):,} combinations, {compared:,} quantities, {len(broken):,} combinations with a difference")
    for line in broken[:10]:
        print(f"{name_of(line['choice'])}: {line['difference']}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
