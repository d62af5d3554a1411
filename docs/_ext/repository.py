"""Links to files of the repository lead to pages that show them, line by line; so the site needs no host of code."""

from pathlib import Path
from typing import Any

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx import addnodes
from sphinx.application import Sphinx

ROOT = Path(__file__).parent.parent.parent
LARGEST = 400_000
"""Bytes of a file that is shown; a larger one is downloaded."""


def page_of(path: str) -> str:
    """The site's page for a file, by its path from the root."""
    return f"source/{path}"


def link(app: Sphinx, docname: str, path: str, line: int | None = None) -> str:
    """Address of a file's page, from a page of the site; the page is made because it was asked for."""
    if not (ROOT / path).is_file():
        raise ValueError(f"{docname} links to {path}, which is not in the repository.")
    _asked(app).setdefault(docname, set()).add(path)
    address = app.builder.get_relative_uri(docname, page_of(path))
    return f"{address}#line-{line}" if line else address


def _asked(app: Sphinx) -> dict[str, set[str]]:
    """Docname -> files that it links to; kept with the environment, so that an incremental build has them."""
    if not hasattr(app.env, "repository_files"):
        app.env.repository_files = {}
    return app.env.repository_files


def _resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """MyST makes a link to a file that is no page a download; shown files get a page instead."""
    if app.builder.format != "html":
        return
    for node in list(doctree.findall(addnodes.download_reference)):
        target = str(node.get("reftarget", ""))
        path = (Path(app.env.doc2path(docname)).parent / target).resolve()
        if not path.is_relative_to(ROOT) or not path.is_file() or path.stat().st_size > LARGEST:
            continue
        address = link(app, docname, path.relative_to(ROOT).as_posix())
        node.replace_self(nodes.reference("", "", *node.children, internal=True, refuri=address))


def _purge(app: Sphinx, env: Any, docname: str) -> None:
    getattr(env, "repository_files", {}).pop(docname, None)


def _merge(app: Sphinx, env: Any, docnames: list[str], other: Any) -> None:
    _asked(app).update(getattr(other, "repository_files", {}))


def _pages(app: Sphinx) -> Any:
    """One page a file that any page links to."""
    for path in sorted(set().union(*_asked(app).values())) if _asked(app) else []:
        text = (ROOT / path).read_text()
        try:
            lexer = get_lexer_for_filename(path, stripnl=False)
        except ClassNotFound:
            lexer = TextLexer(stripnl=False)
        style = HtmlFormatter(linenos="inline", lineanchors="line", anchorlinenos=True, wrapcode=True)
        body = f"<h1><code>{path}</code></h1>\n{highlight(text, lexer, style)}"
        yield page_of(path), {"title": path, "body": body, "toc": "", "display_toc": False}, "page.html"


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.connect("doctree-resolved", _resolve)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("html-collect-pages", _pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
