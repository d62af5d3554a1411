"""The closing table of a run with `--candidate`: each rung's verdict, and the worst quantity behind it."""

from rich.console import Console
from rich.table import Table

from parity_tests.candidate import OFFERS, load_candidate
from parity_tests.conventions import differing

_BADNESS = ("not offered", "same bits", "within rounding", "differs")


def write(terminalreporter):
    """Prints one table for each candidate, from what its tests recorded."""
    console = Console(file=terminalreporter._tw._file, width=max(80, terminalreporter._tw.fullwidth), highlight=False)
    found = recorded(terminalreporter.stats)
    for path in terminalreporter.config.option.candidate:
        departs = differing(load_candidate(path).conventions)
        words = ", ".join(f"{name}={value}" for name, value in departs.items()) or "ours in everything"
        table = Table(title=f"{path}\nconventions: {words}", title_justify="left")
        for heading in ("rung", "verdict", "cases", "worst"):
            table.add_column(heading, justify="right" if heading == "cases" else "left", overflow="fold")
        for rung in OFFERS:
            table.add_row(rung, *summary([verdict for at, verdict in found if at == (path, rung)]))
        console.print(table)


def recorded(stats):
    """((candidate, rung), (kind, detail)) of every test that recorded a verdict."""
    reports = [report for outcome in ("passed", "failed", "skipped") for report in stats.get(outcome, [])]
    found = [value for report in reports for name, value in report.user_properties if name == "verdict"]
    return [((path, rung), (kind, detail)) for path, rung, kind, detail in found]


def summary(verdicts):
    """Verdict, number of cases and worst detail of one rung; a rung above the break has none."""
    if not verdicts:
        return "not run", "0", ""
    kind, detail = max(verdicts, key=lambda verdict: _BADNESS.index(verdict[0]))
    return kind, str(len(verdicts)), detail
