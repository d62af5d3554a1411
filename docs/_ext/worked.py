"""Numbers of a derivation, computed while the site is built: `{worked} time_limits.targets` is a function's Markdown.

The functions are in `worked_NAME.py` beside this file; each returns the lines of a table.
"""

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table, the first column of words, the others of numbers."""
    rule = ["---", *["--:"] * (len(header) - 1)]
    return ["| " + " | ".join(cells) + " |" for cells in (header, rule, *rows)]


class Worked(SphinxDirective):
    """The directive; see the module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table's nodes."""
        module, _, name = self.arguments[0].partition(".")
        try:
            function = getattr(import_module(f"worked_{module}"), name)
        except (ModuleNotFoundError, AttributeError) as error:
            raise self.error(f"worked {self.arguments[0]}: needed a function of a worked_*.py; {error}") from error
        self.env.note_dependency(str(function.__code__.co_filename))
        return self.parse_text_to_nodes("\n".join(function()))


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_directive("worked", Worked)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
