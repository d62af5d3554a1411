"""A pitfall's figure: returns, and the diagnostic that shows it; right in blue, wrong in orange."""

import io
from typing import Any

import plotly.graph_objects as go
from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from parity_tests.studies.pitfalls.cases import Pitfall
from parity_tests.studies.pitfalls.run import FOLDER, SERIES, kept, right_of

STYLE = {"svg.hashsalt": "pitfalls", "svg.fonttype": "none", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3}
LOOKS = (("#3b82d6", "as it should be"), ("#d97706", "with the pitfall"))
LOG = {"largest_value", "critic_loss", "actor_grad_norm"}
"""Quantities that grow by factors."""


def write(pitfall: Pitfall) -> None:
    """Both figures of a pitfall whose runs are there."""
    (FOLDER / f"{pitfall.name}.html").write_text(fragment(pitfall))
    (FOLDER / f"{pitfall.name}.svg").write_text(picture(pitfall))


def lines(pitfall: Pitfall, name: str) -> list[tuple[list[int], list[float]]]:
    """Steps and numbers of the right run and of the wrong one, where there are any; on a log axis, those above 0."""
    return [_line(kept(run), name) for run in (right_of(pitfall), pitfall.name)]


def _line(run: dict[str, Any], name: str) -> tuple[list[int], list[float]]:
    pairs = zip(run["steps"], run[name], strict=False)
    there = [(x, y) for x, y in pairs if y is not None and (y > 0 or name not in LOG)]
    return [x for x, _ in there], [y for _, y in there]


def fragment(pitfall: Pitfall) -> str:
    """One `<div>` and its script, for a page that has Plotly's own."""
    names = ("return", pitfall.shows)
    figure = make_subplots(1, 2, subplot_titles=[SERIES[name][0] for name in names])
    for column, name in enumerate(names, start=1):
        for (x, y), (colour, words) in zip(lines(pitfall, name), LOOKS, strict=True):
            legend = {"name": words, "legendgroup": words, "showlegend": column == 1}
            figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line={"color": colour}, **legend), row=1, col=column)
        figure.update_xaxes(title="environment steps", row=1, col=column)
        figure.update_yaxes(type="log" if name in LOG else "linear", row=1, col=column)
    figure.update_layout(height=340, template="plotly_white")
    return figure.to_html(full_html=False, include_plotlyjs=False, div_id=f"pitfall-{pitfall.name}") + "\n"


def picture(pitfall: Pitfall) -> str:
    """The same as an SVG file."""
    text = io.StringIO()
    with rc_context(STYLE):
        figure = Figure(figsize=(8.4, 2.7), layout="constrained")
        for axes, name in zip(figure.subplots(1, 2), ("return", pitfall.shows), strict=True):
            for (x, y), (colour, words) in zip(lines(pitfall, name), LOOKS, strict=True):
                axes.plot(x, y, color=colour, label=words)
            axes.set(title=SERIES[name][0], xlabel="environment steps", yscale="log" if name in LOG else "linear")
        figure.axes[0].legend(fontsize=8)
        FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
