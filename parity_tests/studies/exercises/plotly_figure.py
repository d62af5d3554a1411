"""Panels as a Plotly figure, in an HTML fragment that a page with Plotly's script shows."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from parity_tests.studies.exercises.panels import COLOURS, Curve


def fragment(name, panels):
    """One `<div>` and its script; the same text for the same panels."""
    figure = draw(panels)
    return figure.to_html(full_html=False, include_plotlyjs=False, div_id=f"exercises-{name}") + "\n"


def draw(panels):
    """The panels one above the other, each variant one entry of the legend."""
    figure = make_subplots(rows=len(panels), cols=1, subplot_titles=[panel.title for panel in panels])
    for row, panel in enumerate(panels, 1):
        for place, shown in enumerate(panel.shown):
            traces = _curve(shown) if isinstance(shown, Curve) else [_points(shown, place)]
            for trace in traces:
                figure.add_trace(trace.update(showlegend=row == 1 and trace.mode == "lines"), row=row, col=1)
        figure.update_yaxes(title=panel.y_title, row=row, col=1)
        steps = isinstance(panel.shown[0], Curve)
        names = {"tickvals": [*range(len(panel.shown))], "ticktext": [one.variant for one in panel.shown]}
        figure.update_xaxes({"title": "environment steps"} if steps else names, row=row, col=1)
    return figure.update_layout(height=330 * len(panels), template="plotly_white")


def _curve(curve):
    """The mean as a line, and below it the band, which hovering passes by."""
    colour, group = COLOURS[curve.variant], {"legendgroup": curve.variant, "name": curve.variant}
    x = [*map(int, curve.step)]
    around = x + x[::-1], _short(curve.high) + _short(curve.low)[::-1]
    band = go.Scatter(x=around[0], y=around[1], fill="toself", fillcolor=colour, opacity=0.15, mode="none", **group)
    line = go.Scatter(x=x, y=_short(curve.mean), mode="lines", line={"color": colour, "width": 2}, **group)
    return band.update(hoverinfo="skip"), line


def _points(points, place):
    """Seeds side by side around their variant's place."""
    x = [round(float(place + offset), 4) for offset in offsets(len(points.values))]
    group = {"legendgroup": points.variant, "name": points.variant}
    return go.Scatter(x=x, y=_short(points.values), mode="markers", marker={"color": COLOURS[points.variant]}, **group)


def offsets(count):
    """Where `count` points stand around 0, a little apart from one another."""
    return [0.4 * ((index + 0.5) / count - 0.5) for index in range(count)]


def _short(values):
    """Digits that a screen shows; last bits differ between machines."""
    return [round(float(value), 2) for value in values]
