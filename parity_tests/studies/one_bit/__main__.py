"""`python -m parity_tests.studies.one_bit`: the runs that are missing, then tables and the figure's numbers."""

import os
import sys

os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")  # before anything imports torchrl

from harness.process import prepare_process
from parity_tests.faults.processes import Lost, each
from parity_tests.rewrites.lose import LOSE
from parity_tests.studies.kept import refuse_words
from parity_tests.studies.one_bit import page, results
from parity_tests.studies.one_bit.results import FOLDER
from parity_tests.studies.one_bit.twins import Trace, Twin, trace

CHANGES = ["bit 0", *(rewrite.name for rewrite in LOSE if "dtype" not in rewrite.config)]
"""All are made in a run of seed 0,"""
SOME = ["bit 0", "polyak_of_two_products", "textbook_adam", "sorted_batch"]
SEEDS = {0: CHANGES, 1: SOME, 2: SOME, 3: SOME, 4: SOME}
"""some in runs of four more."""

STEPS = 3_000


def main() -> int:
    """0: everything is there; 1: a run was lost."""
    prepare_process()
    FOLDER.mkdir(exist_ok=True)
    lost = 0
    for seed, wanted in SEEDS.items():
        changes = [change for change in wanted if not _kept_whole(Twin(seed, change, STEPS))]
        if changes:
            lost += _compared([Twin(seed, change, STEPS) for change in changes], Twin(seed, "", STEPS))
            page.write()
    for twin, found in each(trace, [twin for twin in page.spread_twins() if not results.has(twin)]):
        lost += _kept(twin, found)
    page.write()
    return 1 if lost else 0


def _kept_whole(twin: Twin) -> bool:
    """Whether all is there that is drawn of a twin: of seed 0 its policies, too."""
    return results.has(twin) and (twin.seed != 0 or results.has_policies(twin.change))


def _compared(twins: list[Twin], plain: Twin) -> int:
    """Runs twins and their plain run, and keeps how far apart they were; how many were lost."""
    traces: dict[Twin, Trace] = {}
    lost = 0
    for twin, found in each(trace, [plain, *twins]):
        if isinstance(found, Lost):
            print(f"lost: {twin}: {found}", file=sys.stderr)
            lost += 1
        else:
            traces[twin] = found
    if plain not in traces:
        return 1 + len(twins)
    for twin in twins:
        if twin in traces:
            results.keep(twin, traces[twin], traces[plain])
            print(twin, flush=True)
    if plain.seed == 0:
        results.keep_policies({twin.change: found for twin, found in traces.items()})
    return lost


def _kept(twin: Twin, found: Trace | Lost) -> int:
    if isinstance(found, Lost):
        print(f"lost: {twin}: {found}", file=sys.stderr)
        return 1
    results.keep(twin, found)
    print(twin, flush=True)
    return 0


if __name__ == "__main__":
    refuse_words("one_bit", FOLDER.parent)
    sys.exit(main())
