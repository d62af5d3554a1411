"""Figures that the reader plays with: a stage, its data in the page, its script, and words for those without either.

In a page::

    ```{interactive} state_space
    :data: data/state_space.json
    :height: 460px
    :label: Policy and Q over the state space

    Markdown: what the figure shows and what a reader would find by playing with it.
    ```

- `NAME` (the argument) is also the script: `_static/interactive/NAME.js`. It is loaded on this page only, after
  `interactive/controls.js` and `drawing.js`, which hold what figures share, under the one name `Interactive`.
- `:data:` a JSON file, by its path from the page. It is written into the page, because pages are opened from disk,
  where a script may not fetch files. Left out, the script is given `null`.
- `:height:` room kept for the figure before it is drawn, in CSS, so that nothing jumps (default 420px).
- `:height-narrow:` the same on a telephone, where parts stand below each other (default: `:height:`).
- `:label:` what a screen reader calls the figure; left out, the body's first sentence.
- `:without-plotly:` a flag, for a figure that draws none of its parts with Plotly (4 MB less to load).

The script says how to draw, once, and gives back what redraws it when the page turns dark or light::

    Interactive.figure("state_space", (stage, data) => { ...; return redraw; });

`stage` is the empty element to fill. The page holds, for tests: `div.interactive[data-figure=NAME]`, in it
`div.interactive-stage`, `script.interactive-data` and `div.interactive-words`, which is always shown.
"""

import json
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

SCRIPTS = Path(__file__).parent.parent / "_static" / "interactive"


def embedded(path: Path) -> str:
    """The file's JSON in one line that may stand within a script element; ValueError in one line if it cannot."""
    if not path.is_file():
        raise ValueError(
            f"an interactive figure's data {path.name} is not there: needed what its page's command writes"
        )
    try:
        text = json.dumps(json.loads(path.read_text()), separators=(",", ":"), allow_nan=False)
    except ValueError as error:
        raise ValueError(f"an interactive figure's data {path.name} is no JSON: {error}") from error
    return text.replace("<", "\\u003c")


class Interactive(SphinxDirective):
    """The directive; see the module."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "data": directives.unchanged_required,
        "height": directives.unchanged_required,
        "height-narrow": directives.unchanged_required,
        "label": directives.unchanged_required,
        "without-plotly": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Two pieces of HTML with the words between them."""
        name = self.arguments[0]
        if not (SCRIPTS / f"{name}.js").is_file():
            raise self.error(f"interactive figure {name}: needed the script _static/interactive/{name}.js")
        if not self.content:
            raise self.error(f"interactive figure {name}: needed a body that describes it in words")
        words = self.parse_content_to_nodes()
        try:
            data = self._data()
        except ValueError as error:
            raise self.error(str(error)) from error
        opening = nodes.raw("", self._opening(name, data, words), format="html", interactive=name)
        return [opening, *words, nodes.raw("", "</div>\n</div>", format="html")]

    def _data(self) -> str:
        if "data" not in self.options:
            return "null"
        path = Path(self.env.doc2path(self.env.docname)).parent / self.options["data"]
        self.env.note_dependency(str(path))
        return embedded(path)

    def _opening(self, name: str, data: str, words: list[nodes.Node]) -> str:
        label = self.options.get("label") or words[0].astext().split(". ")[0].rstrip(".")
        described = f"interactive-words-{self.env.new_serialno('interactive')}"
        kind = "interactive" if "without-plotly" in self.options else "interactive live-figure"
        room = escape(self.options.get("height", "420px"))
        narrow = escape(self.options.get("height-narrow", room))
        return (
            f'<div class="{kind}" data-figure="{escape(name)}" role="group" aria-label="{escape(label)}"'
            f' aria-describedby="{described}">\n'
            f'<div class="interactive-stage" style="--room: {room}; --room-narrow: {narrow}"></div>\n'
            "<noscript><style>.interactive-stage { display: none; }</style></noscript>\n"
            f'<script type="application/json" class="interactive-data">{data}</script>\n'
            f'<div class="interactive-words" id="{described}">'
        )


def _scripts(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Each page loads the scripts of its own figures."""
    raws = doctree.findall(nodes.raw) if doctree is not None else []
    names = sorted({raw["interactive"] for raw in raws if raw.get("interactive")})
    if names:
        app.add_css_file("interactive/interactive.css")
    for priority, name in enumerate(["controls", "drawing", *names] if names else [], start=600):
        app.add_js_file(f"interactive/{name}.js", priority=priority)


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_directive("interactive", Interactive)
    app.connect("html-page-context", _scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
