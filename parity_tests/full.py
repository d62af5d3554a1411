"""`make parity-full`: every whole-run comparison at full length, two at a time, as a table."""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from harness.compare import as_json, compare
from harness.process import prepare_process
from harness.train import run_space
from parity_tests.runs import RUNS, full

RESULT = Path("runs/parity-full.json")


def one(name):
    """Compares one run; what `ddpg compare --json` would print of it."""
    prepare_process()
    config = full(name)
    return as_json(compare(config, run_space(config), None), config)


def main(names):
    """Runs the comparisons named, or all; 0 if every bit of every run agrees."""
    table = Table(title="Whole runs, reference against torchrl", title_justify="left")
    for heading in ("run", "environment", "seed", "episodes", "updates", "compared", "numbers", "differing"):
        table.add_column(heading, justify="left" if heading in ("run", "environment") else "right")
    results = {}
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for name, answer in zip(names, pool.map(one, names), strict=True):
            results[name] = answer
            counts = (answer["compared"]["TD targets"], answer["compared_in_all"], answer["numbers_in_all"])
            words = (name, answer["env_id"].rpartition(":")[2], str(answer["seed"]), str(answer["episodes"]))
            table.add_row(*words, *(f"{count:,}" for count in counts), answer["difference"] or "0")
            RESULT.parent.mkdir(exist_ok=True)
            RESULT.write_text(json.dumps(results, indent=2))
            print(name, "equal" if answer["equal"] else answer["difference"], file=sys.stderr, flush=True)
    Console().print(table)
    return 0 if all(answer["equal"] for answer in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(RUNS)))
