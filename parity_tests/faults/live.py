"""`ddpg compare --fault`, of every fault that says that it shows there.

python -m parity_tests.faults.live [NAME ...]
"""

import os
import sys
from importlib import import_module

os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")  # before anything imports torchrl

from harness.lockstep import lockstep
from harness.process import prepare_process
from harness.watch import watch
from parity_tests.faults.apply import apply_fault, fault_config, fault_names, find
from parity_tests.faults.fault import Fault
from parity_tests.faults.processes import each
from reference.config import Config


def main(names: list[str]) -> int:
    """0: each of them was seen; 1: not so; 2: bad input."""
    try:
        faults = [find(name) for name in names or fault_names()]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    prepare_process()
    import_module("torchrl_impl.train")  # once, for all processes forked from this one
    shown = 0
    claimed = [fault for fault in faults if fault.config is not None]
    for fault, difference in each(first_difference, claimed):
        shown += isinstance(difference, str)
        print(f"{fault.name}: {difference or 'NOT SEEN'}", flush=True)
    print(
        f"{shown} of {len(claimed)} faults shown by two whole runs; {len(faults) - len(claimed)} cannot be, and say so"
    )
    return 0 if shown == len(claimed) else 1


def first_difference(fault: Fault) -> str | None:
    """Where two runs part, one of them faulty."""
    apply_fault(fault.name)
    config = Config(**fault_config(fault.name))
    episodes = lockstep(watch("reference", config), watch("torchrl", config), config)
    return next((episode.difference for episode in episodes if episode.difference), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
