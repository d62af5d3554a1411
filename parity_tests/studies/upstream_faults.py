"""`make upstream-faults PYTORCH_RL=path`: twenty faults in `DDPGLoss`, tried on TorchRL's own tests and on ours.

The path is a checkout of https://github.com/pytorch/rl, for its tests alone: they run against the TorchRL
installed here. Writes `docs/upstream_faults.md`.
"""

import subprocess
import sys
import tempfile
import warnings
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import torch

from parity_tests.loss_class import first_catch
from parity_tests.studies.page import write_between_markers
from parity_tests.upstream_faults import FAULTS, Control

PAGE = Path("docs/upstream_faults.md")
TESTS = "test/objectives/test_ddpg.py"
STOCK = "DDPGLoss"


def outcomes(checkout):
    """TorchRL's tests under each class: name of the class -> name of the test -> whether it passed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", f"{TESTS}::TestDDPG", "-q", "-p", "parity_tests.upstream_plugin"]
        command += ["-p", "no:ddpg_parity", "-p", "no:cacheprovider", f"--junitxml={report}"]
        done = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
        if not report.exists():
            raise ValueError(f"{checkout} holds no {TESTS} that pytest can run: {(done.stdout + done.stderr)[-300:]!r}")
        tests = list(ElementTree.parse(report).iter("testcase"))
    found = defaultdict(dict)
    for test in tests:
        (name,) = [p.get("value") for p in test.iter("property") if p.get("name") == "loss_class"]
        passed = test.find("failure") is None and test.find("error") is None
        found[name][test.get("name").replace(name, "", 1)] = passed
    return found


def row(fault, passed, stock):
    """One line of the table, and who caught the fault; tests that fail on the stock class do not count."""
    counting = [test for test in passed if stock[test]]
    failed, mine = sum(not passed[test] for test in counting), first_catch(fault)
    theirs = f"{failed} of {len(counting)} fail" if failed else "no"
    ours = (mine.rung, f"`{mine.case}`: {_short(mine.message)}") if mine else ("no", "")
    return failed > 0, mine is not None, f"| {fault.__doc__} | {theirs} | {' | '.join(ours)} |"


def study(checkout):
    """The text between the page's markers, and whether ours caught all of the faults and neither the control."""
    found = outcomes(checkout)
    stock = found[STOCK]
    rows = [row(fault, found[fault.__name__], stock) for fault in (Control, *FAULTS)]
    theirs, ours = (sum(line[side] for line in rows[1:]) for side in (0, 1))
    left_out = ", ".join(f"`{test.partition('[')[0]}`" for test, passed in stock.items() if not passed) or "none"
    told = (
        f"TorchRL's tests catch {theirs} of {len(FAULTS)}, ours {ours}. torchrl {version('torchrl')}, torch "
        f"{torch.__version__}; TorchRL's tests at commit {_commit(checkout)}, {sum(stock.values())} of {len(stock)}; "
        f"left out, since they fail without a fault as well: {left_out}."
    )
    head = "| mistake | caught by TorchRL's tests | caught by ours, on rung | with the message |\n|---|---|---|---|"
    good = not any(rows[0][:2]) and ours == len(FAULTS)
    return "\n".join([told, "", head, *(line for _, _, line in rows)]), good


def _short(message):
    """A message for a cell: no long list of names, and no vertical bars."""
    first, comma, _ = message.partition(", value_network[")
    return (f"{first} and the others received a gradient" if comma else message).replace("|", "/")


def _commit(checkout):
    command = ["git", "-C", str(checkout), "rev-parse", "--short=9", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip() or "unknown"


def main(arguments):
    """0 if ours catch every fault and neither suite the control; 1 if not; 2 on bad input."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # here, since importing torchrl sets filters of its own
    if len(arguments) != 1 or not (Path(arguments[0]) / TESTS).is_file():
        print(f"upstream_faults needs the path of a checkout of pytorch/rl, with {TESTS} in it.", file=sys.stderr)
        return 2
    if not PAGE.is_file():
        print(f"upstream_faults writes {PAGE}: run it from the repository's root.", file=sys.stderr)
        return 2
    try:
        text, good = study(Path(arguments[0]))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    write_between_markers(PAGE, text)
    print(text)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
