"""Original and replacement side by side."""

from typing import NamedTuple

from rich.table import Table

from parity_tests.upstream.outcomes import Outcomes

HEAD = ("TorchRL's tests", "names replaced", "original", "replacement", "pass no longer")


class Row(NamedTuple):
    """A group of tests, run with TorchRL's classes and with ours."""

    name: str
    original: Outcomes
    replacement: Outcomes

    @property
    def lost(self):
        """Ids of the tests that pass for the original and not for the replacement."""
        other = self.replacement.tests
        return [test for test, outcome in self.original.tests.items() if outcome == "passed" != other.get(test)]

    @property
    def cells(self):
        """The columns of `HEAD`, as text."""
        sides = (self.original, self.replacement)
        return (self.name, ", ".join(self.replacement.replaced), *map(_counts, sides), str(len(self.lost)))


def as_rich(rows):
    """For a terminal."""
    table = Table(*HEAD, title="passed / failed / skipped")
    for row in rows:
        table.add_row(*row.cells, style="red" if row.lost else None)
    return table


def as_markdown(rows):
    """For a page."""
    told = ["| " + " | ".join((name, _code(names), *rest)) + " |" for name, names, *rest in (row.cells for row in rows)]
    return "\n".join(["| " + " | ".join(HEAD) + " |", "|---" * len(HEAD) + "|", *told])


def _counts(outcomes):
    numbers = [list(outcomes.tests.values()).count(kind) for kind in ("passed", "failed", "skipped")]
    return " / ".join(map(str, numbers)) + (f"; {outcomes.ended}" if outcomes.ended else "")


def _code(names):
    return ", ".join(f"`{name}`" for name in names.split(", "))
