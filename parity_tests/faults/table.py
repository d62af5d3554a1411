"""What is told of a trial: a table, one JSON object, a page of the documentation."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from parity_tests.faults.apply import diff_of
from parity_tests.faults.trial import Verdict

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
BEGIN, END = "<!-- begin: make faults -->\n", "<!-- end: make faults -->\n"


def print_table(verdicts: list[Verdict], seconds: float) -> None:
    """For people."""
    table = Table(title="Seeded faults against the ladder", title_justify="left")
    for heading in ("fault", "expected on", "caught on", "message"):
        table.add_column(heading, overflow="fold")
    for verdict in verdicts:
        caught = verdict.failure.rung if verdict.failure else "nowhere"
        words = verdict.failure.message if verdict.failure else "no test failed"
        if verdict.failure and not verdict.failure.by_comparison:
            words = f"a crash, no comparison: {verdict.failure.exception}: {words}"
        style = "" if verdict.good else "red"
        table.add_row(verdict.fault.name, verdict.fault.rung, caught, escape(words), style=style)
    console = Console()
    console.print(table)
    console.print(f"{summary(verdicts)}; {seconds:.0f} s", markup=False)


def summary(verdicts: list[Verdict]) -> str:
    """In one line."""
    mechanisms = len({(verdict.fault.place, verdict.fault.kind) for verdict in verdicts})
    good = sum(verdict.good for verdict in verdicts)
    return f"{good} of {len(verdicts)} faults, of {mechanisms} mechanisms, caught by a comparison on their rung"


def as_json(verdicts: list[Verdict], seconds: float) -> dict[str, Any]:
    """For programs."""
    return {
        "good": all(verdict.good for verdict in verdicts),
        "seconds": seconds,
        "faults": [
            {
                **{field: getattr(verdict.fault, field) for field in ("name", "file", "place", "kind", "who", "rung")},
                "diff": diff_of(verdict.fault),
                "good": verdict.good,
                "failure": verdict.failure._asdict() if verdict.failure else None,
            }
            for verdict in verdicts
        ],
    }


def write_page(verdicts: list[Verdict]) -> None:
    """Puts the table between the marks of docs/faults.md."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + BEGIN + as_markdown(verdicts) + END + after)


def as_markdown(verdicts: list[Verdict]) -> str:
    """The count, then one section a rung, one paragraph a fault."""
    lines = ["", f"{summary(verdicts)}.", ""]
    for rung in dict.fromkeys(verdict.fault.rung for verdict in verdicts):
        mine = [verdict for verdict in verdicts if verdict.fault.rung == rung]
        lines += [f"## {rung[0].upper()}{rung[1:]}: {len(mine)} faults", ""]
        for verdict in mine:
            fault = verdict.fault
            lines += [
                f"**`{fault.name}`** ({fault.place}: {fault.kind}). Made by: {fault.who}.",
                "",
                f"```diff\n# {fault.file}\n{diff_of(fault)}\n```",
                "",
                f"Caught by: `{verdict.failure.test if verdict.failure else 'nothing'}`",
                "",
                f"> `{verdict.failure.message if verdict.failure else 'no message'}`",
                "",
            ]
    return "\n".join(lines)
