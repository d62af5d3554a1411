"""Makes the runs that are missing: `python -m parity_tests.studies.exercises.train`.

Resumable: a run whose rows are in the CSV files is not repeated.
"""

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import torch

from harness.fingerprint import versions
from parity_tests.studies.exercises import results
from parity_tests.studies.exercises.evaluation import EPISODES, PLAYED, SCORED
from parity_tests.studies.exercises.run import measure
from parity_tests.studies.exercises.variants import CONFIG, EVALUATION_EVERY, SETTINGS, VARIANTS

FOLDER = Path("docs/exercises")


def begin(path):
    """Writes beside the results what they depend on.

    Raises:
        ValueError: results are there that were made otherwise.
    """
    found = {name: value for name, value in versions().items() if name != "platform"}
    evaluation = {"every": EVALUATION_EVERY, "episodes": EPISODES, "scored": SCORED, "played": PLAYED}
    made_with = {"config": CONFIG, "variants": VARIANTS, "evaluation": evaluation, **found}
    made_with = json.loads(json.dumps(made_with))
    if path.exists() and json.loads(path.read_text()) != made_with:
        raise ValueError(f"{path} says that its results were made with other versions, arithmetic or settings.")
    path.write_text(json.dumps(made_with, indent=2) + "\n")


def run(folder, processes):
    """Makes the runs that are missing, in the order of `SETTINGS`."""
    done, began = results.finished(results.read(folder)), time.monotonic()
    missing = [setting for setting in SETTINGS if setting not in done]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for future in as_completed([pool.submit(measure, setting) for setting in missing]):
            rows = future.result()
            results.write(folder, rows)
            name = f"{rows[-1]['variant']}, seed {rows[-1]['seed']}"
            told = f"{name}: return {rows[-1]['return']:.1f}, {time.monotonic() - began:.0f} s"
            print(told, file=sys.stderr, flush=True)


def main(arguments):
    """Runs what is missing; 2 on bad input."""
    known = len(arguments) < 2 and all(word.isdecimal() and int(word) > 0 for word in arguments)
    if not known or not FOLDER.is_dir():
        print(f"train takes a number of processes or nothing, and writes to {FOLDER}/ of the root.", file=sys.stderr)
        return 2
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # as in every run: the fingerprint tells
    try:
        begin(FOLDER / "versions.json")
    except ValueError as error:
        print(f"{error} Remove {FOLDER}/*.csv and it to begin anew.", file=sys.stderr)
        return 2
    run(FOLDER, processes=int(arguments[0]) if arguments else 2)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
