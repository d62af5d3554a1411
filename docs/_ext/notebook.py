"""A notebook kept as text, run while the site is built and shown with what its cells answered.

In a page::

    ```{notebook} ddpg.py
    ```

The argument is the path, from the page, of a notebook in jupytext's percent form. It runs with `FAST=1`, in a kernel of
this interpreter, which needs no kernel installed anywhere. Its Markdown is the page's, from its first section on: what
stands above that is the notebook's title, and the page has its own. Figures are Plotly's, offline. A cell that fails
fails the build. The answers are kept in `docs/_build/notebook` until a source changes.
"""

import hashlib
import sys
from functools import partial
from importlib.metadata import distributions
from itertools import dropwhile
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from docutils import nodes
from notebook_output import fragments
from notebook_run import run
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "docs/_build/notebook"


def sources(text: Path) -> list[Path]:
    """Every file on which the answers may depend: all packages, but for tests."""
    packages = ("reference", "torchrl_impl", "harness", "parity_tests")
    files = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return [text, Path(__file__).with_name("notebook_run.py"), *(f for f in files if not f.name.startswith("test_"))]


def installed() -> str:
    """Names and versions of all packages that are there: an answer may depend on any."""
    return " ".join(sorted(f"{one.name}-{one.version}" for one in distributions()))


def answered(text: Path, kept: Path = KEPT) -> nbformat.NotebookNode:
    """The notebook with its cells' answers: kept ones where no source has changed since, else it is run.

    Raises:
        ValueError: a cell failed; the message names it.
    """
    digest = hashlib.sha256(f"{sys.version} {installed()}".encode())
    for path in sources(text):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    file = kept / f"{text.stem}-{digest.hexdigest()[:16]}.ipynb"
    if file.is_file():
        return nbformat.read(file, as_version=4)
    # Figures as data, which the page draws in its own colours.
    notebook = run(jupytext.read(text), ROOT, FAST="1", PLOTLY_RENDERER="plotly_mimetype")
    kept.mkdir(parents=True, exist_ok=True)
    for older in kept.glob(f"{text.stem}-*"):
        older.unlink(missing_ok=True)
    part = file.with_suffix(".part")
    part.write_text(nbformat.writes(notebook))
    part.replace(file)
    return notebook


class Notebook(SphinxDirective):
    """The directive; see the module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The cells, one after the other, under the page's own headings."""
        text = Path(self.env.doc2path(self.env.docname)).parent / self.arguments[0]
        for path in sources(text):
            self.env.note_dependency(str(path))
        try:
            notebook = answered(text)
        except ValueError as error:
            raise self.error(f"{self.env.docname}: {error}") from error
        pieces = [self._piece(number, cell) for number, cell in enumerate(notebook.cells)]
        pieces = [*dropwhile(lambda piece: not piece.startswith("## "), pieces)]
        if not pieces:
            raise self.error(f"{self.arguments[0]} needs a heading that begins with '## ', from which on it is shown.")
        return self.parse_text_to_nodes("\n\n".join(pieces), allow_section_headings=True)

    def _piece(self, number: int, cell: nbformat.NotebookNode) -> str:
        """A cell as the page's Markdown."""
        if cell.cell_type == "markdown":
            return str(cell.source)
        shown = partial(fragments, name=f"{Path(self.arguments[0]).stem}-{number}")
        return "\n\n".join([f"`````python\n{cell.source}\n`````", *shown(cell.outputs)])


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_directive("notebook", Notebook)
    app.add_css_file("notebook.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
