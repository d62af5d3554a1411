"""The interactive figure "flip one bit": two twins' policies, their difference, its growth; a slider over updates."""

import json
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from parity_tests.studies.one_bit.results import FOLDER, POLICIES, runs
from parity_tests.studies.one_bit.words import words_of

TITLES = "one run's policy: torque", "its twin's", "difference", "largest difference over the state space"

SCRIPT = """
const data = DATA, plot = document.getElementById("{plot_id}");
let change = data.changes[0], look = data.start;
const decoded = {};
function policies(name) {
  if (!(name in decoded)) {
    decoded[name] = Int8Array.from(atob(data.policies[name]), c => c.charCodeAt(0));
  }
  return decoded[name];
}
function map(name) {
  const columns = data.angles.length, rows = data.speeds.length, from = look * rows * columns;
  return data.speeds.map((_, row) => Array.from({length: columns},
    (_, column) => policies(name)[from + row * columns + column] * data.step));
}
function show() {
  const one = map(""), other = map(change);
  const apart = one.map((row, i) => row.map((value, j) => value - other[i][j]));
  const lines = data.distances[change];
  Plotly.restyle(plot, {z: [one, other, apart]}, [0, 1, 2]);
  Plotly.restyle(plot, {x: lines.map(line => line.x), y: lines.map(line => line.y)}, lines.map((_, i) => 3 + i));
  Plotly.relayout(plot, {"shapes[0].x0": data.updates[look], "shapes[0].x1": data.updates[look]});
}
plot.on("plotly_sliderchange", event => { look = event.slider.active; show(); });
plot.on("plotly_buttonclicked", event => { change = data.changes[event.menu.active]; show(); });
show();
"""


def fragment() -> str:
    """One `<div>` and its script, for a page that has Plotly's own."""
    data = contents()
    script = SCRIPT.replace("DATA", json.dumps(data))
    return draw(data).to_html(full_html=False, include_plotlyjs=False, div_id="one-bit", post_script=script) + "\n"


def contents() -> dict[str, Any]:
    """What the figure shows, for its script."""
    data = json.loads((FOLDER / POLICIES).read_text())
    distances: dict[str, list[dict[str, Any]]] = {}
    for twin, line in runs().items():
        if "distances" in line:
            drawn = [(x, y) for x, y in zip(line["updates"], line["distances"], strict=True) if y > 0]
            x, y = zip(*drawn, strict=True) if drawn else ((), ())
            distances.setdefault(twin.change, []).append({"seed": twin.seed, "x": x, "y": y})
    data["distances"] = distances
    data["changes"] = [change for change in data["policies"] if change in distances]
    data["start"] = data["updates"].index(160)
    return dict(data)


def draw(data: dict[str, Any]) -> go.Figure:
    """The frame; its script fills it."""
    specs: list[list[Any]] = [[{}, {}, {}], [{"colspan": 3}, None, None]]
    figure = make_subplots(2, 3, specs=specs, subplot_titles=TITLES, vertical_spacing=0.2, shared_yaxes=True)
    place = {"x": data["angles"], "y": data["speeds"], "zmid": 0.0}
    for column, colour in enumerate(("coloraxis", "coloraxis", "coloraxis2"), start=1):
        figure.add_trace(go.Heatmap(coloraxis=colour, **place), row=1, col=column)
        figure.update_xaxes(title="angle (rad)", row=1, col=column)
    for line in max(data["distances"].values(), key=len):
        figure.add_trace(go.Scatter(name=f"seed {line['seed']}", mode="lines"), row=2, col=1)
    figure.update_yaxes(title="speed (rad/s)", row=1, col=1)
    figure.update_yaxes(title="torque", type="log", range=[-8, 0.7], exponentformat="power", row=2, col=1)
    figure.update_xaxes(title="update", row=2, col=1)
    figure.add_shape(type="line", x0=0, x1=0, y0=0, y1=1, yref="y4 domain", xref="x4", line={"dash": "dot", "width": 1})
    return figure.update_layout(sliders=[slider(data)], updatemenus=[menu(data)], **layout())


def slider(data: dict[str, Any]) -> dict[str, Any]:
    """Over updates; it moves nothing by itself."""
    steps = [{"method": "skip", "label": f"{update:,}"} for update in data["updates"]]
    return {"steps": steps, "active": data["start"], "currentvalue": {"prefix": "after update "}, "pad": {"t": 50}}


def menu(data: dict[str, Any]) -> dict[str, Any]:
    """The changes."""
    buttons = [{"method": "skip", "label": words_of(change)} for change in data["changes"]]
    return {"buttons": buttons, "x": 0.0, "xanchor": "left", "y": 1.28, "yanchor": "top"}


def layout() -> dict[str, Any]:
    """Colours and size."""
    return {
        "coloraxis": {
            "cmin": -2,
            "cmax": 2,
            "colorscale": "RdBu",
            "colorbar": {"x": 0.645, "len": 0.42, "y": 0.8, "thickness": 8},
        },
        "coloraxis2": {
            "cmin": -2,
            "cmax": 2,
            "colorscale": "PuOr",
            "colorbar": {"x": 1.0, "len": 0.42, "y": 0.8, "thickness": 8},
        },
        "height": 760,
        "template": "plotly_white",
        "margin": {"t": 130, "l": 60, "r": 40},
    }
