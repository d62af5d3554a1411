"""The diagnostics of training as Plotly figures: pure functions of run logs.

Runs are overlaid, one colour a run in every figure. What no run logged gives a figure without traces.
`layout.meta["bin_width"]` says how many updates or episodes one point is the mean of.
"""

import html
from collections.abc import Callable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from harness.run_log import RunLog

Series = NDArray[np.float64]
Line = tuple[Series, Series]  # x and y of equal length; both empty where a run did not log the quantity

MOST_POINTS = 5_000  # of one line; beyond it a browser grows slow and the eye sees a band
WINDOW = 10  # episodes of the moving average, as in the notebook
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


def returns(runs: list[RunLog]) -> go.Figure:
    """Return of each episode, faint, and its moving average."""
    raw = Curve("return", lambda run: episode_line(run, "return"), width=1.2, opacity=0.55)
    curves = [raw, Curve(f"mean of {WINDOW} episodes", average_return_line, width=2.6)]
    return _overlay(runs, "Return per episode", curves, "environment steps", ["return (undiscounted sum of rewards)"])


def values_against_targets(runs: list[RunLog]) -> go.Figure:
    """Mean Q and mean TD target over each update's batch, and below them their difference."""
    # The target is a broad pale line underneath: drawn alike, one of the two would hide the other.
    target = Curve("mean TD target", lambda run: update_line(run, "target_mean"), width=6, opacity=0.35)
    value = Curve("mean Q", lambda run: update_line(run, "value_mean"))
    curves = [target, value, Curve("mean TD error", td_error_line, row=2, legend=False)]
    return _overlay(
        runs, "Q-values against TD targets", curves, "update", ["value (discounted reward)", "Q - target (reward)"]
    )


def losses(runs: list[RunLog]) -> go.Figure:
    """Critic loss on a log axis, and below it the actor's."""
    figure = _overlay(
        runs,
        "Losses",
        [
            Curve("critic loss", lambda run: update_line(run, "critic_loss")),
            Curve("actor loss", lambda run: update_line(run, "actor_loss"), row=2, legend=False),
        ],
        "update",
        ["critic, MSE (reward²)", "actor, -Q (reward)"],
    )
    return _log_axis(figure, row=1)


def gradient_norms(runs: list[RunLog]) -> go.Figure:
    """Global norm of each network's gradient before clipping, and the norm it is clipped to, on log axes."""
    curves = [
        Curve("gradient norm", lambda run: update_line(run, "critic_grad_norm")),
        Curve("gradient norm", lambda run: update_line(run, "actor_grad_norm"), row=2, legend=False),
    ]
    titles = ["critic, norm of the gradient", "actor, norm of the gradient"]
    figure = _overlay(runs, "Gradient norms before clipping", curves, "update", titles)
    drawn = [update_line(run, "critic_grad_norm")[0] for run in runs]
    last = max((update[-1] for update in drawn if len(update)), default=0)
    clips = {run.config.grad_clip_norm for run, update in zip(runs, drawn, strict=True) if len(update)}
    for clip in sorted(clips - {None}):
        for row in (1, 2):
            # A trace and not add_hline, whose label Plotly misplaces on a log axis.
            rule = go.Scatter(x=[1, last], y=[clip, clip], mode="lines", name=f"clip threshold {clip:g}")
            rule.update(line={"color": "#808890", "dash": "dot", "width": 2}, showlegend=row == 1)
            figure.add_trace(rule, row=row, col=1)
    return _log_axis(_log_axis(figure, row=1), row=2)


def saturation(runs: list[RunLog]) -> go.Figure:
    """Share of each episode's action components that lie exactly on a bound."""
    curves = [Curve("saturated share", lambda run: episode_line(run, "saturated"))]
    titles = ["action components on a bound (%)"]
    figure = _overlay(runs, "Saturated actions per episode", curves, "environment steps", titles)
    return figure.update_yaxes(range=[-0.02, 1.02], tickformat=".0%")


def policy_on_probes(runs: list[RunLog]) -> go.Figure:
    """Action of the policy on each probe state, snapshot by snapshot; of several components their norm."""
    sizes = {len(episode["probe"]["action"][0]) for run in runs for episode in snapshots(run)}
    label = "action (environment units)" if sizes == {1} else "norm of the action (environment units)"
    figure = _heat_maps(runs, "Policy on the probe states", label, lambda probe: action_statistic(probe["action"]))
    largest = max((np.abs(trace.z).max() for trace in figure.data), default=0)
    # A norm has no sign: it would leave half of a diverging scale unused.
    colours = {"colorscale": "RdBu", "cmin": -largest} if 1 in sizes else {"colorscale": "Cividis", "cmin": 0}
    return figure.update_coloraxes(cmax=largest, **colours)


def values_on_probes(runs: list[RunLog]) -> go.Figure:
    """The critic's value of the policy's own action on each probe state, snapshot by snapshot."""
    return _heat_maps(runs, "Q on the probe states", "Q(s, μ(s)) (discounted reward)", lambda probe: probe["value"])


def episode_line(run: RunLog, key: str) -> Line:
    """A quantity of each episode over the environment step that ended it."""
    steps, values = ([episode[name] for episode in run.episodes] for name in ("last_step", key))
    return np.array(steps, dtype=float), np.array(values, dtype=float)


def update_line(run: RunLog, key: str) -> Line:
    """A quantity of each update over the update's number, from 1."""
    values = [episode["updates"][key] for episode in run.episodes]
    ends = [episode["last_update"] for episode in run.episodes]
    numbers = (range(end - len(some) + 1, end + 1) for end, some in zip(ends, values, strict=True))
    return np.array([*chain(*numbers)], dtype=float), np.array([*chain(*values)], dtype=float)


def average_return_line(run: RunLog) -> Line:
    """Moving average of the return, over the step that ended its last episode."""
    steps, values = episode_line(run, "return")
    return steps[WINDOW - 1 :], moving_average(values, WINDOW)


def td_error_line(run: RunLog) -> Line:
    """Mean of value - target over each update's batch."""
    (update, value), (_, target) = update_line(run, "value_mean"), update_line(run, "target_mean")
    return update, value - target


def snapshots(run: RunLog) -> list[dict[str, Any]]:
    """The episodes that ended in a snapshot of the probe states."""
    return [episode for episode in run.episodes if episode["probe"] is not None]


def action_statistic(action: list[list[float]]) -> Series:
    """[P] of actions [P, A]: the action itself where A is 1, its Euclidean norm otherwise."""
    table = np.asarray(action, dtype=float)
    return table[:, 0] if table.shape[1] == 1 else np.linalg.norm(table, axis=1)


def moving_average(values: Series, window: int) -> Series:
    """Means of `window` neighbours, the first ending at index window - 1; empty where there are fewer."""
    if len(values) < window:
        return np.empty(0)
    return np.lib.stride_tricks.sliding_window_view(values, window).mean(axis=1)


def bin_width(points: int) -> int:
    """Neighbours that one point must stand for, so that at most MOST_POINTS are drawn."""
    return max(1, -(-points // MOST_POINTS))


def thinned(values: Series, width: int) -> Series:
    """Means over bins of `width` neighbours; what remains for the last bin is averaged over its own number."""
    starts = np.arange(0, len(values), width)
    return np.add.reduceat(values, starts) / np.diff(starts, append=len(values)) if len(values) else values


def _overlay(runs: list[RunLog], title: str, curves: list[Curve], x_title: str, y_titles: list[str]) -> go.Figure:
    """Every curve of every run, in panels one above the other."""
    rows = len(y_titles)
    figure = make_subplots(rows=rows, cols=1, shared_xaxes=True, vertical_spacing=0.06)
    lines = [(curve, index, *curve.of(run)) for curve in curves for index, run in enumerate(runs)]
    width = bin_width(max((len(x) for _, _, x, _ in lines), default=0))
    for curve, index, x, y in lines:
        if len(x):
            trace = _trace(curve, index, thinned(x, width), thinned(y, width))
            figure.add_trace(trace.update(_legend(runs, index, curve, curves)), row=curve.row, col=1)
    for row, y_title in enumerate(y_titles, 1):
        figure.update_yaxes(title=y_title, row=row)
    figure.update_xaxes(title=x_title, row=rows)
    return figure.update_layout(title=title, height=160 + 240 * rows, meta={"bin_width": width})


def _log_axis(figure: go.Figure, row: int) -> go.Figure:
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


def _heat_maps(
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
