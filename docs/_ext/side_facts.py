"""What others do, from what the repository holds: the conformance table, seeded faults, TorchRL's known differences.

`{conformance} targets` is one column of the table of `docs/conformance.md`. `{who-does}` has a line for each seeded
fault, by name: what is done otherwise, and who does it. `{torchrl-does}` has a line for each entry of
`parity_tests/known_differences.toml`, by id. A name that is not there fails the build.
"""

import re
from collections.abc import Callable
from typing import Any

from docutils import nodes
from side_source import ROOT
from side_tests import Linked, Place
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from harness.known_differences import load
from parity_tests.faults.all_faults import FAULTS

CONFORMANCE = ROOT / "docs" / "conformance.md"
FOLDER = ROOT / "parity_tests" / "faults"
KNOWN = ROOT / "parity_tests" / "known_differences.toml"


def plain(text: str) -> str:
    """Text in which Markdown finds no markup."""
    return re.sub(r"([\\`*_\[\]<>|$#])", r"\\\1", text)


def conformance(part: str, page: str) -> str:
    """The implementations' cells of one part, as a Markdown table.

    Raises:
        ValueError: the page's table has no such column.
    """
    measured = page.partition("<!-- measured: begin -->")[2].partition("<!-- measured: end -->")[0]
    table = [line.strip("|").split(" | ") for line in measured.splitlines() if line.startswith("| ")]
    names = [name.strip() for name in table[0]]
    if part not in names:
        raise ValueError(f"docs/conformance.md has no column {part!r}; it has {', '.join(names)}.")
    columns = [0, 1, names.index(part)]
    kept = [" | ".join(row[column].strip() for column in columns) for row in table]
    return "\n".join(f"| {row} |" for row in [kept[0], "--- | --- | ---", *kept[1:]])


def who_does(names: list[str]) -> str:
    """A Markdown table of seeded faults that somebody made, or chose.

    Raises:
        ValueError: there is no such fault, or nobody is known to have made it.
    """
    lines = ["| where | otherwise | who | seeded fault |", "| --- | --- | --- | --- |"]
    for name in names:
        fault_place(name)
        fault = FAULTS[name]
        if fault.who.startswith("nobody"):
            raise ValueError(f"nobody is known to have made the fault {name!r}.")
        cells = [plain(fault.place), plain(fault.kind), plain(fault.who), f"{{fault}}`{name}`"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def fault_place(name: str) -> Place:
    """Where a fault is seeded.

    Raises:
        ValueError: there is no such fault.
    """
    if name not in FAULTS:
        raise ValueError(f"there is no seeded fault {name!r}.")
    holding = [
        (file.relative_to(ROOT).as_posix(), number, line.strip().removeprefix("Fault("))
        for file in sorted(FOLDER.glob("*.py"))
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if f'"{name}"' in line
    ]
    # A fault begins with its name, and goes on with its file; elsewhere the word may be a setting's value.
    place, number, _ = min(holding, key=lambda one: not re.match(rf'"{name}", ("\w+/|[A-Z_]+,)', one[2]))
    return place, number, name


def torchrl_does(ids: list[str]) -> str:
    """A Markdown list of known differences, each with its size, test and source.

    Raises:
        ValueError: there is no such entry.
    """
    entries = {entry.id: entry for entry in load(KNOWN)}
    lines = []
    for id in ids:
        if id not in entries:
            raise ValueError(f"{KNOWN.name} has no entry {id!r}.")
        entry = entries[id]
        file = entry.measured_how.removeprefix("parity_tests/")
        lines.append(
            f"- `{entry.component}`: {plain(entry.what)} Measured: {entry.by_how_much:g} {plain(entry.unit)} "
            f"({{test}}`{file}`, [source]({entry.link}))."
        )
    return "\n".join(lines)


class Facts(SphinxDirective):
    """A directive whose words are Markdown made from its argument or its lines."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    made: Callable[["Facts"], str]
    sources: tuple[str, ...] = ()

    def run(self) -> list[nodes.Node]:
        """What the Markdown says."""
        try:
            text = self.made()
        except ValueError as error:
            raise self.error(f"{self.env.docname}: {error}") from error
        for source in self.sources:
            self.env.note_dependency(source)
        return self.parse_text_to_nodes(text)

    def names(self) -> list[str]:
        """The body's lines."""
        return [line.strip() for line in self.content if line.strip()]


class Conformance(Facts):
    """One column of docs/conformance.md."""

    sources = (str(CONFORMANCE),)

    def made(self) -> str:
        """The table."""
        return conformance(self.arguments[0], CONFORMANCE.read_text())


class WhoDoes(Facts):
    """Seeded faults by name."""

    sources = tuple(str(file) for file in FOLDER.glob("*.py"))

    def made(self) -> str:
        """The table."""
        return who_does(self.names())


class TorchrlDoes(Facts):
    """Known differences by id."""

    sources = (str(KNOWN),)

    def made(self) -> str:
        """The list."""
        return torchrl_does(self.names())


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_role("fault", Linked(fault_place))
    app.add_directive("conformance", Conformance)
    app.add_directive("who-does", WhoDoes)
    app.add_directive("torchrl-does", TorchrlDoes)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
