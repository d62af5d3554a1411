"""`make upstream PYTORCH_RL=path`: TorchRL's own tests, once with its classes and once with the drop-ins.

The path is a checkout of https://github.com/pytorch/rl, for its tests alone: they run against the TorchRL
installed here. Prints what passed, failed and was skipped on both sides, and each test that passes with the
original and not with the drop-in; there should be none.
"""

import argparse
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import torch
from rich.console import Console

from parity_tests.studies.page import write_between_markers
from parity_tests.upstream.groups import GROUPS
from parity_tests.upstream.outcomes import run_group
from parity_tests.upstream.table import Row, as_markdown, as_rich

PAGE = Path("docs/upstream_swaps.md")


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"upstream: {message}\n")


def arguments(given):
    """The command line; refuses with one line."""
    parser = _Parser(prog="python -m parity_tests.upstream.run", description=__doc__.partition("\n")[0])
    parser.add_argument("checkout", type=Path, help="a checkout of pytorch/rl")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS), help="groups of tests; default: all")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE}")
    parser.add_argument("-n", type=int, default=0, metavar="N", help="processes for each run, by pytest-xdist")
    parser.add_argument("--limit", type=int, default=60, metavar="S", help="seconds a test may take (60)")
    parser.add_argument("--timeout", type=int, default=900, metavar="S", help="seconds a run of a group may take (900)")
    options = parser.parse_args(given)
    options.checkout = options.checkout.resolve()
    for group in (GROUPS[name] for name in options.only):
        for file in (options.checkout / "test" / test.partition("::")[0] for test in group.tests):
            if not file.is_file():
                parser.error(f"needs the path of a checkout of pytorch/rl; {file} is missing.")
    if options.write and (set(options.only) != set(GROUPS) or not PAGE.is_file()):
        parser.error(f"--write needs all groups and {PAGE}: run it from the repository's root, without --only.")
    return options


def compare(options, console):
    """A `Row` for each group.

    Raises:
        ValueError: a group ran no test, or none with a replaced name.
    """
    for name in options.only:
        group, sides = GROUPS[name], []
        for replace in (False, True):
            console.print(f"{name}, {'replacement' if replace else 'original'} ...")
            sides.append(run_group(options.checkout, group, replace, options.n, options.limit, options.timeout))
        row = Row(group.judges, *sides)
        if "passed" not in row.original.tests.values():
            raise ValueError(f"no test of {name!r} passes with the original: {row.original.ended or 'all failed'}")
        if missing := set(group.names) - set(row.replacement.replaced):
            raise ValueError(f"{name!r} replaced no {', '.join(sorted(missing))}: {row.replacement.ended}")
        yield row


def told(rows, checkout):
    """What goes between the page's markers."""
    command = ["git", "-C", str(checkout), "rev-parse", "--short=9", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True).stdout.strip() or "unknown"
    lost = sum(len(row.lost) for row in rows)
    passed = sum(list(row.original.tests.values()).count("passed") for row in rows)
    head = f"Of {passed:,} tests that pass with the original, {passed - lost:,} pass with the replacement. "
    head += f"torchrl {version('torchrl')}, torch {torch.__version__}; TorchRL's tests at commit {commit}. "
    return f"{head}Each cell: passed / failed / skipped.\n\n{as_markdown(rows)}"


def main(given):
    """0 if every test that passes with the original passes with the drop-in; 1 if not; 2 on bad input."""
    options, console = arguments(given), Console()
    try:
        rows = list(compare(options, Console(stderr=True)))
    except ValueError as error:
        print(f"upstream: {error}", file=sys.stderr)
        return 2
    console.print(as_rich(rows))
    for row in rows:
        for test in row.lost:
            console.print(f"passes with the original alone: {test}", style="red", highlight=False, soft_wrap=True)
            console.print(row.replacement.messages.get(test, "not run"), markup=False, highlight=False)
    if options.write:
        write_between_markers(PAGE, told(rows, options.checkout))
    return 1 if any(row.lost for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
