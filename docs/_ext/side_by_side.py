"""Functions of both implementations in two columns, taken from source and aligned step by step.

In a page::

    ```{side-by-side} reference.soft_update.soft_update | torchrl_impl.soft_update.soft_update_
    What goes in, what comes out | def soft_update | def soft_update_
    The weighted mean, tensor by tensor | return {name: | updater.step()
    > torchrl.objectives.utils.SoftUpdate._step | p_target.data.lerp_
    ```

Each line of the body is a step: words (Markdown), and for each side an anchor, a short piece of code that occurs
exactly once there. The step shows what the source has from there to the next anchor, so that a changed line of
source changes the page and nothing else needs touching; an anchor that no longer occurs, or occurs twice, fails the
build. `-` in place of an anchor: this side has no line for the step. A side may name several functions, with commas.

A line `> function | text` quotes, below the step's right cell, the statement of an installed library that holds the
text: what TorchRL or torch computes where `torchrl_impl/` only calls it.
"""

from pathlib import Path
from typing import Any

import side_facts
import side_html
import side_tests
from docutils import nodes
from repository import link
from side_source import ROOT, Function, function, locate, quote, root_of
from side_steps import Step, cut, parse
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def columns(argument: str, root: Path = ROOT) -> tuple[list[Function], list[Function]]:
    """The functions of both sides: `a, b | c`."""
    sides = argument.split("|")
    if len(sides) != 2:
        raise ValueError(f"side-by-side needs `functions on the left | functions on the right`; got {argument!r}.")
    left, right = ([function(name.strip(), root) for name in side.split(",")] for side in sides)
    return left, right


def rows(
    left: list[Function], right: list[Function], steps: list[Step], address: side_html.Address
) -> list[tuple[str, str]]:
    """Both cells of each step as HTML.

    Raises:
        ValueError: an anchor or a quote is not found exactly once.
    """
    lefts, rights = cut(left, [step.left for step in steps]), cut(right, [step.right for step in steps])
    quotes = [[quote(*pair) for pair in step.quotes] for step in steps]
    return [
        (side_html.cell("left", ours, [], address), side_html.cell("right", theirs, quoted, address))
        for ours, theirs, quoted in zip(lefts, rights, quotes, strict=True)
    ]


class SideBySide(SphinxDirective):
    """The directive; see the module."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Heads, and for each step words and two cells."""
        try:
            left, right = columns(self.arguments[0])
            steps = parse(list(self.content))
            cells = rows(left, right, steps, self._address)
        except ValueError as error:
            raise self.error(f"{self.env.docname}: {error}") from error
        for name in [*(one.name for one in (*left, *right)), *(name for step in steps for name, _ in step.quotes)]:
            self.env.note_dependency(str(locate(name, root_of(name))[0]))
        heads = nodes.raw("", side_html.heads(left, right, self._address), format="html")
        return [nodes.container("", heads, *map(self._step, steps, cells), classes=["side-by-side"])]

    def _address(self, path: str, line: int) -> str:
        return link(self.env.app, self.env.docname, path, line)

    def _step(self, step: Step, cells: tuple[str, str]) -> nodes.Node:
        return step_node(self, step.words, cells)


def step_node(directive: SphinxDirective, words: str, cells: tuple[str, str]) -> nodes.Node:
    """A step: words in Markdown above two cells of HTML."""
    text, messages = directive.parse_inline(words, lineno=directive.lineno)
    above = nodes.container("", nodes.paragraph("", "", *text), *messages, classes=["side-words"])
    left, right = (nodes.raw("", cell, format="html") for cell in cells)
    return nodes.container("", above, left, right, classes=["side-step"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_directive("side-by-side", SideBySide)
    app.add_css_file("side_by_side.css")
    side_tests.setup(app)
    side_facts.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
