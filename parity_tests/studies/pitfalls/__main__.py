"""`python -m parity_tests.studies.pitfalls [NAME ...]`: runs of what is missing, or named; then every figure."""

import os
import sys
from importlib import import_module

os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")  # before anything imports torchrl

from harness.process import prepare_process
from parity_tests.faults.processes import Lost, each
from parity_tests.studies.pitfalls.cases import PITFALLS
from parity_tests.studies.pitfalls.draw import write
from parity_tests.studies.pitfalls.run import FOLDER, jobs, keep, measure


def main(names: list[str]) -> int:
    """0: all is there; 1: some runs were lost; 2: there are no such runs."""
    if unknown := set(names) - set(jobs()):
        print(f"no such runs: {', '.join(sorted(unknown))}; there are {', '.join(jobs())}", file=sys.stderr)
        return 2
    prepare_process()
    import_module("torchrl_impl.train")  # once, for all processes forked from this one
    wanted = [name for name in jobs() if name in names or not (names or (FOLDER / f"{name}.json").is_file())]
    lost = 0
    for name, found in each(measure, wanted):
        if isinstance(found, Lost):
            lost += 1
            print(f"lost: {name}: {found}", file=sys.stderr)
        else:
            keep(found)
            print(name, found.get("compare", ""), *(one["lost"] for one in found["runs"]), flush=True)
    if not lost:
        for pitfall in PITFALLS:
            write(pitfall)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
