"""An SVG picture beside which lies a Plotly fragment of the same name is shown as that fragment, where Plotly runs."""

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from plotly.offline import get_plotlyjs
from sphinx.application import Sphinx

PLOTLY = "plotly.min.js"


def live(figure: str, description: str) -> str:
    """A fragment of HTML, which holds a Plotly figure, for a page; `description` is read aloud in its place."""
    return f'<div class="live-figure" role="img" aria-label="{description}">\n{figure}\n</div>'


def _replace(app: Sphinx, doctree: nodes.document) -> None:
    for image in list(doctree.findall(nodes.image)):
        fragment = (Path(app.env.doc2path(app.env.docname)).parent / image["uri"]).with_suffix(".html")
        if image["uri"].endswith(".svg") and fragment.is_file():
            app.env.note_dependency(str(fragment))
            text = live(fragment.read_text(), escape(image.get("alt", "")))
            image.replace_self(nodes.raw("", text, format="html"))


def _script(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Plotly's own four megabytes, only where a figure needs them."""
    if doctree is not None and any("live-figure" in raw.astext() for raw in doctree.findall(nodes.raw)):
        # In the head: furo puts added scripts at the end of the body, and the fragments' own scripts run before that.
        for script in (PLOTLY, "plotly_settings.js"):
            context["metatags"] += f'<script src="{context["pathto"](f"_static/{script}", resource=True)}"></script>'
        app.add_js_file("figures.js", priority=110)
        app.add_js_file("figures_fit.js", priority=111)


def _copy(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        (Path(app.outdir) / "_static" / PLOTLY).write_text(get_plotlyjs())


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.connect("doctree-read", _replace)
    app.connect("html-page-context", _script)
    app.connect("build-finished", _copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
