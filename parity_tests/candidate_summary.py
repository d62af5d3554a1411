"""The closing table of a run with `--candidate`: each rung's verdict, and the worst quantity behind it."""

from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from parity_tests.candidate import OFFERS, load_candidate
from parity_tests.conventions import differing
from parity_tests.rungs import ORDER

_BADNESS = ("not offered", "same bits", "within rounding", "differs", "failed")


class Recorded(NamedTuple):
    """What one test wrote down."""

    candidate: str
    rung: str
    kind: str  # one of _BADNESS
    detail: str
    excess: float
    case: str


def write(terminalreporter):
    """Prints one table for each candidate, from what its tests recorded."""
    console = Console(file=terminalreporter._tw._file, width=max(80, terminalreporter._tw.fullwidth), highlight=False)
    found = recorded(terminalreporter.stats)
    for path in terminalreporter.config.option.candidate:
        departs = differing(load_candidate(path).conventions)
        words = ", ".join(f"{name}={value}" for name, value in departs.items()) or "ours in everything"
        table = Table(title=escape(f"{path}\nconventions: {words}"), title_justify="left")
        for heading in ("rung", "verdict", "cases", "the worst of them"):
            table.add_column(heading, justify="right" if heading == "cases" else "left", overflow="fold")
        for rung in sorted(OFFERS, key=ORDER.__getitem__):
            table.add_row(*map(escape, (rung, *summary([one for one in found if one[:2] == (path, rung)]))))
        console.print(table)


def recorded(stats):
    """The verdicts of all tests."""
    reports = [report for outcome in ("passed", "failed", "skipped") for report in stats.get(outcome, [])]
    return [Recorded(*value) for report in reports for name, value in report.user_properties if name == "verdict"]


def summary(verdicts):
    """Verdict, in how many of the cases, and the worst of one rung; a rung above the break has none."""
    if not verdicts:
        return "not run", "", ""
    worst = max(verdicts, key=lambda one: (_BADNESS.index(one.kind), one.excess))
    if worst.kind == "not offered":
        return worst.kind, "", worst.detail
    alike = sum(one.kind == worst.kind for one in verdicts)
    detail = f"{worst.case}: {worst.detail}" if worst.detail else ""
    return worst.kind, f"{alike} of {len(verdicts)}", detail


def could_not_be_compared(terminalreporter, rung):
    """Whether an answer of this rung could not even be compared, so that the usual causes say nothing of it."""
    return any(one.rung == rung and one.kind == "failed" for one in recorded(terminalreporter.stats))
