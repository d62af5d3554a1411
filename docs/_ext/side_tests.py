"""Links to tests and to functions by name, at the line where each is defined.

`{test}` with `test_targets.py::test_td_target_is_torchrls`, `{source}` with `reference.train.interact`: a name that is
no longer defined fails the build.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from docutils import nodes
from repository import link
from side_source import ROOT, definition, function
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

TESTS = "parity_tests"

Place = tuple[str, int, str]
"""A file from the root of the repository, a line of it, and what the link says."""


def test_place(name: str, root: Path = ROOT) -> Place:
    """Where `test_FILE.py::test_NAME` is defined.

    Raises:
        ValueError: there is no such test.
    """
    file, _, test = name.partition("::")
    path = root / TESTS / file
    if not path.is_file() or not test.startswith("test_"):
        raise ValueError(f"{name} is no test: needed test_FILE.py::test_NAME, of {TESTS}.")
    return f"{TESTS}/{file}", definition(path.read_text(), [test], name).lineno, test


def source_place(name: str, root: Path = ROOT) -> Place:
    """Where `package.module.function` is defined.

    Raises:
        ValueError: there is no such function.
    """
    found = function(name, root)
    return found.path, found.lines[0].number, name.rpartition(".")[2]


class Linked(SphinxRole):
    """A role that is a link into a file of the repository."""

    def __init__(self, place: Callable[[str], Place]) -> None:
        self.place = place

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The link, or an error that names page and name."""
        try:
            path, line, words = self.place(self.text)
        except ValueError as error:
            message = self.inliner.reporter.error(f"{self.env.docname}: {error}", line=self.lineno)
            return [nodes.literal("", self.text)], [message]
        self.env.note_dependency(str(ROOT / path))
        address = link(self.env.app, self.env.docname, path, line)
        return [nodes.reference("", "", nodes.literal("", words), internal=True, refuri=address)], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_role("test", Linked(test_place))
    app.add_role("source", Linked(source_place))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
