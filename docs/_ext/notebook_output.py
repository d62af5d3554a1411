"""What a notebook's cell answered, as Markdown of a page."""

import re
from collections.abc import Iterator
from html import escape
from typing import Any

import nbformat
import plotly.graph_objects as go
from live_figures import live

PLOTLY = "application/vnd.plotly.v1+json"


def fragments(outputs: list[nbformat.NotebookNode], name: str) -> Iterator[str]:
    """Each answer in the best form that the page can show; `name` begins the ids of its figures.

    Raises:
        ValueError: an answer in no form that is known here.
    """
    for number, output in enumerate(outputs):
        if output.output_type == "stream":
            yield text(output.text)
        elif PLOTLY in output.get("data", {}):
            yield figure(output.data[PLOTLY], f"{name}-{number}")
        elif "text/markdown" in output.get("data", {}):
            yield f"::::{{container}} notebook-table\n{output.data['text/markdown']}\n::::"
        elif "text/plain" in output.get("data", {}):
            yield text(output.data["text/plain"])
        else:
            raise ValueError(f"{name} answers in a form that a page cannot show: {output.output_type}")


def text(printed: str) -> str:
    """What was printed, without colours of a terminal."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed).rstrip("\n")
    # What scrolls must be reached by the Tab key, and have a name then.
    named = 'tabindex="0" role="group" aria-label="Printed by the cell above"'
    return raw(f'<pre class="notebook-text" {named}>{escape(plain)}</pre>')


def figure(data: dict[str, Any], name: str) -> str:
    """A Plotly figure as a fragment that follows the page's colours."""
    layout = dict(data["layout"])
    # The heading above says it; on a phone two lines of legend stand where it stood.
    title = layout.pop("title", {}).get("text", "figure")
    layout["margin"] = {**layout.get("margin", {}), "t": 56}
    drawn = go.Figure({"data": data["data"], "layout": {**layout, "template": None}})
    fragment = drawn.to_html(full_html=False, include_plotlyjs=False, div_id=name)
    return raw(live(fragment, escape(title)))


def raw(html: str) -> str:
    """HTML inside Markdown."""
    return f"``````{{raw}} html\n{html}\n``````"
