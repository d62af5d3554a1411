"""`make faults`: each seeded fault against the ladder, in a process of its own; a survivor fails.

python -m parity_tests.faults.run [NAME ...] [--json] [--write] [--list] [--every-test]
"""

import argparse
import json
import os
import sys
import time

os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")  # before anything imports torchrl

from parity_tests.faults import ladder
from parity_tests.faults.apply import fault_names, find
from parity_tests.faults.fault import Fault
from parity_tests.faults.table import as_json, print_table, write_page
from parity_tests.faults.trial import Verdict, enter_all, try_faults
from parity_tests.rungs import ORDER


def main(words: list[str]) -> int:
    """0: every fault was caught by a comparison, on the rung it names; 1: not so; 2: bad input."""
    given = parse(words)
    try:
        faults = sorted(map(find, given.names or fault_names()), key=lambda fault: ORDER[fault.rung])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if given.write and given.names:
        print("--write takes no names, since the page tells of all faults.", file=sys.stderr)
        return 2
    if given.list:
        print("\n".join(fault.name for fault in faults))
        return 0
    began = time.monotonic()
    verdicts = try_all(faults, given.every_test)
    seconds = time.monotonic() - began
    if verdicts and given.write:
        write_page(verdicts)
    if verdicts and given.json:
        print(json.dumps(as_json(verdicts, seconds)))
    elif verdicts:
        print_table(verdicts, seconds)
    return 0 if verdicts and all(verdict.good for verdict in verdicts) else 1


def try_all(faults: list[Fault], every_test: bool) -> list[Verdict]:
    """A verdict on each fault; none where the ladder fails without any."""
    if every_test:
        ladder.load()
        tests = None
    else:
        failure, tests = enter_all(faults)
        if failure is not None:
            print(f"without any fault the ladder fails: {failure.test}: {failure.message}", file=sys.stderr)
            return []
    verdicts = []
    for verdict in try_faults(faults, tests):
        verdicts.append(verdict)
        print(f"{len(verdicts)}/{len(faults)} {verdict.fault.name}: {verdict.told}", file=sys.stderr, flush=True)
    return sorted(verdicts, key=lambda verdict: faults.index(verdict.fault))


def parse(words: list[str]) -> argparse.Namespace:
    """The words of the command line."""
    what = "Seeded faults, and the rung of the ladder that catches each."
    parser = argparse.ArgumentParser("python -m parity_tests.faults.run", argparse.SUPPRESS, what)
    parser.add_argument("names", nargs="*", metavar="NAME", help="faults to try; none: all of them")
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    parser.add_argument("--write", action="store_true", help="write the table into docs/faults.md")
    parser.add_argument("--list", action="store_true", help="print the names, and try nothing")
    parser.add_argument(
        "--every-test", action="store_true", help="run also the tests that enter no function that the fault changes"
    )
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
