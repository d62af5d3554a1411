"""`make sweeps`: the runs that are missing, then tables and figures of docs/sweeps."""

import sys

from harness.process import prepare_process
from parity_tests.faults.processes import Lost, each
from parity_tests.studies.kept import refuse_words
from parity_tests.studies.sweeps import page
from parity_tests.studies.sweeps.run import FOLDER, keep, measure, runs
from parity_tests.studies.sweeps.values import SETTINGS


def main() -> int:
    """0: all is there; 1: a run was lost; it goes on where it was broken off."""
    prepare_process()
    there = runs()
    missing, lost = [setting for setting in SETTINGS if setting not in there], 0
    for setting, found in each(measure, missing):
        if isinstance(found, Lost):
            lost += 1
            print(f"lost: {setting}: {found}", file=sys.stderr)
        else:
            keep(found)
            print(setting, found["lost"] or found["ended"]["return"], flush=True)
    page.write()
    return 1 if lost else 0


if __name__ == "__main__":
    refuse_words("sweeps", FOLDER.parent)
    sys.exit(main())
