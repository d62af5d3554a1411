"""Makes the runs that are missing: one spawned process a core, one run a task.

Resumable: a run whose rows are in the CSV files is not repeated.
"""

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from harness.fingerprint import versions
from parity_tests.studies.exercises import results
from parity_tests.studies.exercises.evaluation import EPISODES, PLAYED, SCORED
from parity_tests.studies.exercises.run import measure, prepare
from parity_tests.studies.exercises.variants import CONFIG, EVALUATION_EVERY, SETTINGS, VARIANTS


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
    with ProcessPoolExecutor(processes, get_context("spawn"), prepare) as pool:
        for future in as_completed([pool.submit(measure, setting) for setting in missing]):
            rows = future.result()
            results.write(folder, rows)
            name = f"{rows[-1]['variant']}, seed {rows[-1]['seed']}"
            told = f"{name}: return {rows[-1]['return']:.1f}, {time.monotonic() - began:.0f} s"
            print(told, file=sys.stderr, flush=True)
