"""Tables and figures of the sweeps: `python -m parity_tests.studies.sweeps.page` writes them from the runs kept."""

import io
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from plotly.colors import sample_colorscale
from plotly.subplots import make_subplots

from parity_tests.studies.exercises.bootstrap import interval
from parity_tests.studies.sweeps.run import FOLDER, runs
from parity_tests.studies.sweeps.values import SWEEPS, Setting, words
from reference.config import Config

STYLE = {"svg.hashsalt": "sweeps", "svg.fonttype": "none", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3}
MEAN = 5
"""Episodes that a curve's point is the mean of."""


def write() -> None:
    """A table, an interactive figure and a still one for each hyperparameter."""
    for name in SWEEPS:
        found = lines_of(name)
        if found:
            (FOLDER / f"{name}.md").write_text(table(name, found))
            (FOLDER / f"{name}.html").write_text(fragment(name, found))
            (FOLDER / f"{name}.svg").write_text(picture(name, found))


def lines_of(name: str) -> dict[Any, list[dict[str, Any]]]:
    """The runs of each value, the default's too, in rising order; seeds that every value has."""
    there, default = runs(), getattr(Config(), name)
    values = sorted({*SWEEPS[name], default}, key=lambda value: (value is None, _size(value)))

    def place(value: Any, seed: int) -> Setting:
        return Setting("", None, seed) if value == default else Setting(name, value, seed)

    seeds = [
        seed for seed in sorted({setting.seed for setting in there}) if all(place(v, seed) in there for v in values)
    ]
    return {value: [there[place(value, seed)] for seed in seeds] for value in values} if seeds else {}


def _size(value: Any) -> tuple[float, ...]:
    return (len(value), *value) if isinstance(value, tuple) else (float("inf") if value is None else float(value),)


def table(name: str, found: dict[Any, list[dict[str, Any]]]) -> str:
    """Return without noise and the bias of Q at the end, with their 95 % intervals over seeds."""
    default = getattr(Config(), name)
    rows = [f"| `{name}` | seeds | return of the greedy policy | bias of Q | stopped |", "|---|--:|--:|--:|--:|"]
    for value, lines in found.items():
        ended = [line["ended"] for line in lines if line["ended"]]
        cells = [_with_interval([one[key] for one in ended]) for key in ("return", "bias")]
        shown = f"{words(value)} (default)" if value == default else words(value)
        rows.append(f"| {shown} | {len(lines)} | {cells[0]} | {cells[1]} | {len(lines) - len(ended)} |")
    return "\n".join(rows) + "\n"


def _with_interval(values: list[float]) -> str:
    if len(values) < 2:
        return "-"
    low, high = interval(values)
    return f"{np.mean(values):,.1f} ({low:,.1f} to {high:,.1f})"


def curves(found: dict[Any, list[dict[str, Any]]]) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Of each value: steps, mean return over seeds of so many episodes, and every seed's."""
    answer = {}
    for value, lines in found.items():
        length = min(len(line["returns"]) for line in lines) // MEAN * MEAN
        returns = np.array([line["returns"][:length] for line in lines])
        smooth = returns.reshape(len(lines), -1, MEAN).mean(axis=2)
        answer[words(value)] = (200 * MEAN * np.arange(1, smooth.shape[1] + 1), smooth.mean(axis=0), smooth)
    return answer


def ends(found: dict[Any, list[dict[str, Any]]]) -> dict[str, list[float]]:
    """Each seed's return at the end, by value."""
    return {words(v): [line["ended"]["return"] for line in lines if line["ended"]] for v, lines in found.items()}


def colours(count: int) -> list[str]:
    """From small to large."""
    return list(sample_colorscale("Viridis", list(np.linspace(0.0, 0.88, count))))


def fragment(name: str, found: dict[Any, list[dict[str, Any]]]) -> str:
    """One `<div>` and its script, for a page that has Plotly's own."""
    figure = make_subplots(1, 2, subplot_titles=("return while training", "return at the end, without noise"))
    for (value, (steps, mean, _)), colour in zip(curves(found).items(), colours(len(found)), strict=True):
        line = {"color": colour, "width": 2}
        y = [round(float(one), 1) for one in mean]
        figure.add_trace(go.Scatter(x=steps.tolist(), y=y, name=value, mode="lines", line=line), row=1, col=1)
    for (value, returns), colour in zip(ends(found).items(), colours(len(found)), strict=True):
        x = [value] * len(returns)
        points = go.Scatter(x=x, y=returns, mode="markers", marker={"color": colour}, showlegend=False)
        figure.add_trace(points, row=1, col=2)
    figure.update_xaxes(title="environment steps", row=1, col=1)
    figure.update_xaxes(title=name, type="category", row=1, col=2)
    figure.update_layout(height=380, template="plotly_white", legend_title=name)
    return figure.to_html(full_html=False, include_plotlyjs=False, div_id=f"sweep-{name}") + "\n"


def picture(name: str, found: dict[Any, list[dict[str, Any]]]) -> str:
    """The same as an SVG file."""
    text = io.StringIO()
    with rc_context(STYLE):
        figure = Figure(figsize=(9.0, 3.0), layout="constrained")
        left, right = figure.subplots(1, 2)
        shades = [_triple(colour) for colour in colours(len(found))]
        for (value, (steps, mean, _)), colour in zip(curves(found).items(), shades, strict=True):
            left.plot(steps, mean, color=colour, label=value)
        for (value, returns), colour in zip(ends(found).items(), shades, strict=True):
            right.plot([value] * len(returns), returns, "o", color=colour, markersize=4)
        left.set(title="return while training", xlabel="environment steps")
        right.set(title="return at the end, without noise", xlabel=name)
        left.legend(title=name, fontsize=7)
        FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def _triple(colour: str) -> tuple[float, ...]:
    return tuple(float(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(","))


if __name__ == "__main__":
    write()
