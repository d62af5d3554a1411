"""`python -m parity_tests.studies.fault_diagnostics`: short runs that are missing, then the browser's data."""

import os
import sys
from importlib import import_module
from pathlib import Path

os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")  # before anything imports torchrl

from harness.process import prepare_process
from parity_tests.faults.processes import Lost, each
from parity_tests.studies.fault_diagnostics.browser import write
from parity_tests.studies.fault_diagnostics.runs import as_line, jobs, read, run
from parity_tests.studies.kept import mend

RUNS = Path("runs/fault_diagnostics.jsonl")
"""Kept from one call to the next, not in the repository: what is drawn of it is in the browser's data."""

DATA = Path("docs/figures/data/faults.json")


def main(words):
    """0: written; 1: a run was lost; 2: bad input."""
    if words or not DATA.parent.is_dir():
        print(f"fault_diagnostics takes no arguments, and writes {DATA} of the repository's root.", file=sys.stderr)
        return 2
    RUNS.parent.mkdir(exist_ok=True)
    prepare_process()
    import_module("torchrl_impl.train")  # once, for all processes forked from this one
    mend(RUNS)
    done = read(RUNS)
    missing = [job for job in jobs() if job not in done]
    lost = 0
    with RUNS.open("a") as file:
        for place, (job, series) in enumerate(each(run, missing), 1):
            lost += isinstance(series, Lost)
            if not isinstance(series, Lost):
                file.write(as_line(job, series))
                file.flush()
            words = series if isinstance(series, Lost) else series.get("error", "")
            print(f"{place}/{len(missing)} {job[1] or 'right'} {words}", file=sys.stderr, flush=True)
    write(DATA, read(RUNS))
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
