"""How the figures are drawn: runs overlaid, one colour a run, and heat maps in one range of colours."""

import html
from collections.abc import Callable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from harness.run_log import RunLog
from harness.series import Line, Series, bin_width, snapshots, thinned

# Readable on white and on near black; the first two also by the colour-blind.
COLOURS = ("#3b82d6", "#d97706", "#c2569b", "#2a9d6c", "#8b6fd6", "#1c96a5", "#d9534f", "#8c7a5b")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


class Curve(NamedTuple):
    """A quantity to draw for every run."""

    name: str  # in the legend
    of: Callable[[RunLog], Line]
    row: int = 1  # of the figure's panels, from the top
    width: float = 1.6  # pixels
    opacity: float = 1.0
    legend: bool = True
    aside: Callable[[RunLog], Line] | None = None  # a quantity of the same points, told on hovering alone
    aside_words: str = ""  # what is told, in which %{customdata} stands for it


def overlay(runs: list[RunLog], title: str, curves: list[Curve], x_title: str, y_titles: list[str]) -> go.Figure:
    """Every curve of every run, in panels one above the other."""
    rows = len(y_titles)
    figure = make_subplots(rows=rows, cols=1, shared_xaxes=True, vertical_spacing=0.06)
    lines = [(curve, index, *curve.of(run)) for curve in curves for index, run in enumerate(runs)]
    width = bin_width(max((len(x) for _, _, x, _ in lines), default=0))
    for curve, index, x, y in lines:
        there = ~np.isnan(thinned(y, width))
        if there.any():
            trace = _trace(curve, index, *(thinned(some, width)[there] for some in (x, y)))
            if curve.aside is not None:
                told = thinned(curve.aside(runs[index])[1], width)[there]
                trace.update(customdata=told, hovertemplate=f"%{{y:.4g}}<br>{curve.aside_words}")
            figure.add_trace(trace.update(_legend(runs, index, curve, curves)), row=curve.row, col=1)
    for row, y_title in enumerate(y_titles, 1):
        figure.update_yaxes(title=y_title, row=row)
    figure.update_xaxes(title=x_title, row=rows)
    return figure.update_layout(title=title, height=160 + 240 * rows, meta={"bin_width": width})


def log_axis(figure: go.Figure, row: int) -> go.Figure:
    """A panel's y axis on a log scale, with ticks at about 1, 2 and 5."""
    values = np.array([*chain(*(trace.y for trace in figure.select_traces(row=row, col=1)))])
    decades = np.ptp(np.log10(values[values > 0])) if (values > 0).any() else 1
    # Left alone, Plotly labels every digit of a decade, one over the other.
    ticks = int(np.clip(round(2 * decades), 2, 6))
    return figure.update_yaxes(type="log", tickformat="~g", nticks=ticks, row=row)


def _trace(curve: Curve, index: int, x: Series, y: Series) -> go.Scatter:
    """Later runs are dashed, with smaller markers, so that an earlier one of equal values shows through."""
    dash, colour = DASHES[index % len(DASHES)], COLOURS[index % len(COLOURS)]
    mode = "lines" if len(x) > 1 else "markers"
    style = {"color": colour, "dash": dash, "width": curve.width}
    return go.Scatter(x=x, y=y, mode=mode, line=style, marker={"size": max(3, 8 - 2 * index)}, opacity=curve.opacity)


def _legend(runs: list[RunLog], index: int, curve: Curve, curves: list[Curve]) -> dict[str, Any]:
    """Name of a curve, which says no more than what tells it from the others; one alone needs no legend."""
    several = sum(other.legend for other in curves) > 1
    parts = [runs[index].name] * (len(runs) > 1) + [curve.name] * (several or not curve.legend or len(runs) == 1)
    return {"name": _plain(": ".join(parts)), "showlegend": curve.legend and (several or len(runs) > 1)}


def _plain(text: str) -> str:
    """Text that Plotly shows as it is: it reads tags and templates in names, and a run may be called anything."""
    return html.escape(text, quote=False).replace("%{", "%&#123;")


def heat_maps(
    runs: list[RunLog], title: str, label: str, statistic: Callable[[dict[str, Any]], Series | list[float]]
) -> go.Figure:
    """One map a run, one above the other, in one range of colours."""
    shown = [run for run in runs if snapshots(run)]
    rows = max(1, len(shown))
    names = [_plain(run.name) for run in shown] if len(runs) > 1 else None
    figure = make_subplots(rows=rows, cols=1, subplot_titles=names, vertical_spacing=0.3 / rows)
    for row, run in enumerate(shown, 1):
        table = np.stack([statistic(episode["probe"]) for episode in snapshots(run)], axis=1)
        episodes = [episode["episode"] for episode in snapshots(run)]
        cells = go.Heatmap(z=table, x=episodes, coloraxis="coloraxis", name="")
        cells.hovertemplate = "episode %{x}<br>probe state %{y}<br>%{z:.4g}"
        figure.add_trace(cells, row=row, col=1)
    # As categories, so that only episodes that ended in a snapshot are numbered.
    figure.update_xaxes(type="category", nticks=7).update_xaxes(title="episode of the snapshot", row=rows)
    figure.update_yaxes(title="probe state (index)")
    figure.update_coloraxes(colorscale="Viridis", colorbar={"title": {"text": label, "side": "bottom"}})
    # Room for the colour bar, and beneath it for the first run's name.
    margin = {"t": 104 if names else 76}
    return figure.update_layout(title=title, height=160 + 260 * rows, margin=margin, meta={"bin_width": 1})
