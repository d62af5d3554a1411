"""How cost grows with width and batch, and who makes how many steps a second, as Plotly figures."""

from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from harness.bench.tables import NAMES
from harness.drawing import COLOURS, DASHES

_TITLES = {"width": "units of a hidden layer", "batch_size": "transitions of a batch"}
_PANELS = {"width": "width {}", "batch_size": "batch of {}"}


def growth(results: list[dict[str, Any]], along: str, panel: str) -> go.Figure:
    """Milliseconds of an update along one axis, a panel for each value of another, both axes on log scales.

    Args:
        results: rows of `results.row`; of DDPG on one thread where that is there.
        along: "width" or "batch_size".
        panel: the other of the two.
    """
    rows = [row for row in results if row["measure"] == "updates" and row["per_second"] is not None]
    first = min(((row["variant"] != "ddpg", row["variant"], row["threads"]) for row in rows), default=None)
    rows = [row for row in rows if first is not None and (row["variant"], row["threads"]) == first[1:]]
    values = sorted({row[panel] for row in rows})
    titles = [_PANELS[panel].format(f"{value:,}") for value in values]
    count = max(1, len(values))
    figure = make_subplots(rows=count, cols=1, shared_xaxes=True, vertical_spacing=0.16 / count, subplot_titles=titles)
    names = [name for name in NAMES if any(row["contender"] == name for row in rows)]
    for place, value in enumerate(values, 1):
        for index, name in enumerate(names):
            mine = [row for row in rows if row["contender"] == name and row[panel] == value]
            trace = _line(sorted(mine, key=lambda row: row[along]), along, name, index)
            figure.add_trace(trace.update(showlegend=place == 1), row=place, col=1)
    ticks = sorted({row[along] for row in rows})
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{tick:,}" for tick in ticks])
    figure.update_xaxes(title=_TITLES[along], row=count).update_yaxes(type="log", title="ms", tickformat="~g", nticks=5)
    title = f"Time of an update against {along.replace('_', ' ')}"
    # Room for the legend above the first panel's name.
    return figure.update_layout(title=title, height=180 + 210 * count, margin={"t": 84})


def _line(rows: list[dict[str, Any]], along: str, name: str, index: int) -> go.Scatter:
    style = {"color": COLOURS[index % len(COLOURS)], "dash": DASHES[index % len(DASHES)], "width": 2}
    cost = [1000 / row["per_second"]["median"] for row in rows]
    trace = go.Scatter(x=[row[along] for row in rows], y=cost, mode="lines+markers", line=style, name=NAMES[name])
    return trace.update(legendgroup=name, hovertemplate="%{y:.3g} ms")


def steps_per_second(results: list[dict[str, Any]]) -> go.Figure:
    """A bar for each contender's loop, with its quartiles, in one colour a cell."""
    rows = [row for row in results if row["measure"] == "steps" and row["per_second"] is not None]
    cells = list(dict.fromkeys((row["variant"], row["batch_size"], row["width"], row["threads"]) for row in rows))
    figure = go.Figure()
    for index, cell in enumerate(cells):
        mine = [row for row in rows if (row["variant"], row["batch_size"], row["width"], row["threads"]) == cell]
        mine.reverse()  # Plotly draws the first at the bottom
        rates = [row["per_second"] for row in mine]
        error = {
            "type": "data",
            "array": [rate["q3"] - rate["median"] for rate in rates],
            "arrayminus": [rate["median"] - rate["q1"] for rate in rates],
        }
        name = f"{cell[0]}, batch {cell[1]}, width {cell[2]}, threads {cell[3]}"
        bar = go.Bar(y=[NAMES[row["contender"]] for row in mine], x=[rate["median"] for rate in rates], name=name)
        bar.update(orientation="h", error_x=error, marker={"color": COLOURS[index % len(COLOURS)]})
        figure.add_trace(bar.update(showlegend=len(cells) > 1, hovertemplate="%{x:.4g} a second"))
    figure.update_xaxes(title="environment steps a second", rangemode="tozero")
    return figure.update_layout(title="Environment steps a second", height=160 + 34 * len(rows), barmode="group")
