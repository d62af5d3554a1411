"""The table of libraries, for the page and for a terminal."""

from importlib.metadata import version
from typing import NamedTuple

from rich.table import Table

from harness.fingerprint import numerics_fingerprint
from parity_tests.candidate import OFFERS, load_candidate
from parity_tests.conformance_cells import Cell
from parity_tests.conventions import OURS, Conventions
from parity_tests.published import STABLE_BASELINES


class Row(NamedTuple):
    """One implementation; without a candidate, conventions that our update follows."""

    short: str
    name: str
    distribution: str
    candidate: str | None


def abilities(conventions: Conventions) -> str:
    """What an implementation cannot be set to, so that its cases were made to fit."""
    limits = {"bounds": f"bounds {conventions.bounds}", "dtypes": " ".join(conventions.dtypes), "rates": "one rate"}
    limits["loads_adam"] = "fresh Adam"
    return ", ".join(text for name, text in limits.items() if getattr(conventions, name) != getattr(OURS, name))


def words(cell: Cell) -> str:
    """What stands in the page's table."""
    if cell.kind == "differs by convention":
        return f"by convention: {', '.join(f'`{name}`' for name in cell.fields)}; under it {cell.under}"
    return f"**{cell.kind}**" if cell.kind in ("differs", "raised") else cell.kind


def markdown(table: dict[Row, dict[str, Cell]]) -> str:
    """The page's table, what differs in words, and on what it was measured."""
    lines = [f"| implementation | version | {' | '.join(OFFERS)} | cases |", "|---" * (len(OFFERS) + 3) + "|"]
    for row, found in table.items():
        limits = abilities(load_candidate(row.candidate).conventions if row.candidate else STABLE_BASELINES)
        cases = f"{max(cell.cases for cell in found.values())}{f' ({limits})' if limits else ''}"
        lines.append(f"| {row.name} | {version_of(row)} | {' | '.join(map(words, found.values()))} | {cases} |")
    numerics = ", ".join(f"{name} {value}" for name, value in numerics_fingerprint().items())
    told = [f"- {line}" for line in details(table)]
    return "\n".join([*lines, "", *told, "", f"torch {version('torch')}; numerics: {numerics}."])


def details(table: dict[Row, dict[str, Cell]]) -> list[str]:
    """Where and by how much, of all that differs or raised."""
    told = [(row.name, rung, cell.detail) for row, found in table.items() for rung, cell in found.items()]
    return [f"{name}, {rung}: {detail}" for name, rung, detail in told if detail]


def printed(table: dict[Row, dict[str, Cell]]) -> Table:
    """A narrower one for a terminal."""
    shown = Table(title="Libraries on the ladder", title_justify="left", show_lines=True)
    for heading in ("", *OFFERS):
        shown.add_column(heading, overflow="fold")
    for row, found in table.items():
        shown.add_row(f"{row.short}\n{version_of(row)}", *(_SHORT.get(cell.kind, cell.kind) for cell in found.values()))
    return shown


_SHORT = {"same bits": "bits", "within rounding": "rounding", "differs by convention": "by choice"}


def version_of(row: Row) -> str:
    """Of what is installed.

    Raises:
        PackageNotFoundError: it is not.
    """
    return version(row.distribution) if row.candidate else "2.10.2, not run"
