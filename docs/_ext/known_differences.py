"""`{known-differences}`: the entries of parity_tests/known_differences.toml, by class and component, as Markdown."""

from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from side_facts import plain
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from harness.known_differences import Difference, load

ROOT = Path(__file__).parent.parent.parent
LIST = ROOT / "parity_tests" / "known_differences.toml"

CLASSES = {
    "defect": "Defects: against TorchRL's documentation, or the paper",
    "trap": "Traps: documented or by design, and not what one would expect",
    "convention": "Conventions: others choose so, too",
}


def entry(difference: Difference) -> list[str]:
    """One of them: what, by how much, where it is measured, since when."""
    file, _, test = difference.measured_how.partition("::")
    until = f", until {difference.until}" if difference.until else ""
    lines = [f"### {difference.id}", "", f"`{difference.component}`, since {difference.since}{until}", ""]
    lines += [plain(difference.what), ""]
    lines += [f"Measured: {difference.by_how_much:.4g} {plain(difference.unit)}.", ""]
    lines += [f"{{test}}`{Path(file).name}::{test}` · <{difference.link}>", ""]
    page = f"upstream/{difference.id.replace('-', '_')}.md"
    return lines + ([f"[The defect's page]({page})", ""] if (ROOT / "docs" / page).is_file() else [])


def markdown(differences: list[Difference]) -> list[str]:
    """All, under a heading for each class."""
    lines = []
    order = list(CLASSES)
    ranked = sorted(differences, key=lambda one: (order.index(one.class_), one.component, one.id))
    for name, group in groupby(ranked, key=lambda one: one.class_):
        lines += [f"## {CLASSES[name]}", ""]
        for difference in group:
            lines += entry(difference)
    return lines


class KnownDifferences(SphinxDirective):
    """The directive; see the module."""

    def run(self) -> list[nodes.Node]:
        """The sections."""
        self.env.note_dependency(str(LIST))
        return self.parse_text_to_nodes("\n".join(markdown(load(LIST))), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_directive("known-differences", KnownDifferences)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
