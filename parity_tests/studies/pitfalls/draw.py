"""A pitfall's figure: returns, and the diagnostic that shows it; a line a seed, right in blue, wrong in orange."""

import io
from typing import Any, NamedTuple

import plotly.graph_objects as go
from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from parity_tests.studies.pitfalls.cases import Pitfall
from parity_tests.studies.pitfalls.run import FOLDER, SERIES, kept, right_of

STYLE = {"svg.hashsalt": "pitfalls", "svg.fonttype": "none", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3}
LOOKS = (("#3b82d6", "as it should be"), ("#d97706", "with the pitfall"))
FIRST, OTHERS = 1.0, 0.35
"""How opaque the line of seed 0 is, and how the others'."""
LOG = {"largest_value", "critic_loss", "actor_grad_norm"}
"""Quantities that grow by factors."""


def write(pitfall: Pitfall) -> None:
    """Both figures of a pitfall whose runs are there."""
    (FOLDER / f"{pitfall.name}.html").write_text(fragment(pitfall))
    (FOLDER / f"{pitfall.name}.svg").write_text(picture(pitfall))


class Line(NamedTuple):
    """One seed's."""

    steps: list[int]
    numbers: list[float]
    colour: str
    words: str
    seed: int

    @property
    def opacity(self) -> float:
        """Seed 0 stands out."""
        return OTHERS if self.seed else FIRST


def lines(pitfall: Pitfall, name: str) -> list[Line]:
    """Of the right runs, then of the wrong ones."""
    return [
        Line(*_numbers(run, name), colour, words, seed)
        for file, (colour, words) in zip((right_of(pitfall), pitfall.name), LOOKS, strict=True)
        for seed, run in enumerate(kept(file)["runs"])
    ]


def _numbers(run: dict[str, Any], name: str) -> tuple[list[int], list[float]]:
    """Steps and numbers, where there are any; on a log axis, those above 0."""
    pairs = zip(run["steps"], run[name], strict=False)
    there = [(x, y) for x, y in pairs if y is not None and (y > 0 or name not in LOG)]
    return [x for x, _ in there], [y for _, y in there]


def fragment(pitfall: Pitfall) -> str:
    """One `<div>` and its script, for a page that has Plotly's own."""
    names = ("return", pitfall.shows)
    figure = make_subplots(1, 2, subplot_titles=[SERIES[name][0] for name in names])
    for column, name in enumerate(names, start=1):
        for line in lines(pitfall, name):
            figure.add_trace(_trace(line, showlegend=column == 1 and not line.seed), row=1, col=column)
        figure.update_xaxes(title="environment steps", row=1, col=column)
        figure.update_yaxes(type="log" if name in LOG else "linear", row=1, col=column)
    figure.update_layout(height=340, template="plotly_white")
    return figure.to_html(full_html=False, include_plotlyjs=False, div_id=f"pitfall-{pitfall.name}") + "\n"


def _trace(line: Line, showlegend: bool) -> go.Scatter:
    group = {"name": line.words, "legendgroup": line.words, "showlegend": showlegend}
    looks = {"mode": "lines", "line": {"color": line.colour}, "opacity": line.opacity}
    words = f"{line.words}, seed {line.seed}: %{{y:,.4g}}<extra></extra>"
    return go.Scatter(x=line.steps, y=line.numbers, hovertemplate=words, **looks, **group)


def picture(pitfall: Pitfall) -> str:
    """The same as an SVG file."""
    text = io.StringIO()
    with rc_context(STYLE):
        figure = Figure(figsize=(8.4, 2.7), layout="constrained")
        for axes, name in zip(figure.subplots(1, 2), ("return", pitfall.shows), strict=True):
            for line in lines(pitfall, name):
                looks = {"color": line.colour, "alpha": line.opacity, "label": None if line.seed else line.words}
                axes.plot(line.steps, line.numbers, **looks)
            axes.set(title=SERIES[name][0], xlabel="environment steps", yscale="log" if name in LOG else "linear")
        figure.axes[0].legend(fontsize=8)
        FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
