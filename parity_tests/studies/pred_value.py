"""`make pred-value`: what the sum of Q in the recipe's loss does to training; writes `docs/upstream/pred_value.md`.

Resumable: each finished run is a line of `pred_value.jsonl`, and runs that have theirs are not repeated.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import torch

from harness.fingerprint import versions
from parity_tests.studies.kept import append, lines
from parity_tests.studies.page import write_between_markers
from parity_tests.studies.pred_value_run import CONFIG, PARTS, STEPS, Setting, measure
from parity_tests.studies.pred_value_table import table

FOLDER = Path("docs/upstream")
SEEDS, BATCH_SIZES = range(5), (32, 128, 256)
SETTINGS = [Setting(*choice) for choice in product(SEEDS, STEPS, BATCH_SIZES, PARTS)]
"""Seed by seed, so that a study broken off has whole seeds."""


def results(path):
    """What is measured already: Setting -> row."""
    return {Setting(*(row[field] for field in Setting._fields)): row for row in lines(path)}


def begin(path):
    """Writes beside the results what they depend on.

    Raises:
        ValueError: results are there that were made otherwise.
    """
    found = {name: value for name, value in versions().items() if name != "platform"}
    made_with = json.loads(json.dumps({"steps": STEPS, "config": CONFIG, **found}))
    if path.exists() and json.loads(path.read_text()) != made_with:
        raise ValueError(f"{path} says that its results were made with other versions, arithmetic or settings.")
    path.write_text(json.dumps(made_with, indent=2) + "\n")


def run(path, processes):
    """Makes the runs that are missing."""
    missing = [setting for setting in SETTINGS if setting not in results(path)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for done in as_completed([pool.submit(measure, setting) for setting in missing]):
            append(path, done.result())
            print(json.dumps(done.result()), file=sys.stderr, flush=True)


def main(arguments):
    """Runs what is missing; 2 on bad input."""
    if arguments or not FOLDER.is_dir():
        print(f"pred_value takes no arguments, and writes to {FOLDER}/ of the repository's root.", file=sys.stderr)
        return 2
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # as in every run: it saves time, and the fingerprint tells
    try:
        begin(FOLDER / "pred_value.versions.json")
    except ValueError as error:
        print(f"{error} Remove pred_value.jsonl and it to begin anew.", file=sys.stderr)
        return 2
    run(FOLDER / "pred_value.jsonl", processes=2)
    write_between_markers(FOLDER / "pred_value.md", table(results(FOLDER / "pred_value.jsonl").values()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
