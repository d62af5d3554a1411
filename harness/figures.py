"""The diagnostics of training as Plotly figures: pure functions of run logs.

Runs are overlaid, one colour a run in every figure. What no run logged gives a figure without traces.
`layout.meta["bin_width"]` says how many updates or episodes one point is the mean of.
"""

import numpy as np
import plotly.graph_objects as go

from harness.drawing import Curve, heat_maps, log_axis, overlay
from harness.run_log import RunLog
from harness.series import (
    WINDOW,
    action_statistic,
    average_return_line,
    episode_line,
    snapshots,
    td_error_line,
    update_line,
)


def returns(runs: list[RunLog]) -> go.Figure:
    """Return of each episode, faint, and its moving average."""
    raw = Curve("return", lambda run: episode_line(run, "return"), width=1.2, opacity=0.55)
    curves = [raw, Curve(f"mean of {WINDOW} episodes", average_return_line, width=2.6)]
    return overlay(runs, "Return per episode", curves, "environment steps", ["return (undiscounted sum of rewards)"])


def values_against_targets(runs: list[RunLog]) -> go.Figure:
    """Mean Q and mean TD target over each update's batch, and below them their difference."""
    # The target is a broad pale line underneath: drawn alike, one of the two would hide the other.
    target = Curve("mean TD target", lambda run: update_line(run, "target_mean"), width=6, opacity=0.35)
    value = Curve("mean Q", lambda run: update_line(run, "value_mean"))
    curves = [target, value, Curve("mean TD error", td_error_line, row=2, legend=False)]
    return overlay(
        runs, "Q-values against TD targets", curves, "update", ["value (discounted reward)", "Q - target (reward)"]
    )


def losses(runs: list[RunLog]) -> go.Figure:
    """Critic loss on a log axis, and below it the actor's."""
    figure = overlay(
        runs,
        "Losses",
        [
            Curve("critic loss", lambda run: update_line(run, "critic_loss")),
            Curve("actor loss", lambda run: update_line(run, "actor_loss"), row=2, legend=False),
        ],
        "update",
        ["critic, MSE (reward²)", "actor, -Q (reward)"],
    )
    return log_axis(figure, row=1)


def gradient_norms(runs: list[RunLog]) -> go.Figure:
    """Global norm of each network's gradient before clipping, and the norm it is clipped to, on log axes."""
    curves = [
        Curve("gradient norm", lambda run: update_line(run, "critic_grad_norm")),
        Curve("gradient norm", lambda run: update_line(run, "actor_grad_norm"), row=2, legend=False),
    ]
    titles = ["critic, norm of the gradient", "actor, norm of the gradient"]
    figure = overlay(runs, "Gradient norms before clipping", curves, "update", titles)
    drawn = [update_line(run, "critic_grad_norm")[0] for run in runs]
    last = max((update[-1] for update in drawn if len(update)), default=0)
    clips = {run.config.grad_clip_norm for run, update in zip(runs, drawn, strict=True) if len(update)}
    for clip in sorted(clip for clip in clips if clip is not None):
        for row in (1, 2):
            # A trace and not add_hline, whose label Plotly misplaces on a log axis.
            rule = go.Scatter(x=[1, last], y=[clip, clip], mode="lines", name=f"clip threshold {clip:g}")
            rule.update(line={"color": "#808890", "dash": "dot", "width": 2}, showlegend=row == 1)
            figure.add_trace(rule, row=row, col=1)
    return log_axis(log_axis(figure, row=1), row=2)


def saturation(runs: list[RunLog]) -> go.Figure:
    """Share of each episode's action components that lie exactly on a bound, and of the policy's near one."""
    policy = Curve("policy, tanh saturated", lambda run: episode_line(run, "policy_saturated"), width=4, opacity=0.4)
    curves = [policy, Curve("executed, on a bound", lambda run: episode_line(run, "saturated"))]
    figure = overlay(runs, "Saturated actions per episode", curves, "environment steps", ["action components (%)"])
    return percent_axis(figure)


def policy_on_probes(runs: list[RunLog]) -> go.Figure:
    """Action of the policy on each probe state, snapshot by snapshot; of several components their norm."""
    sizes = {len(episode["probe"]["action"][0]) for run in runs for episode in snapshots(run)}
    label = "action (environment units)" if sizes == {1} else "norm of the action (environment units)"
    figure = heat_maps(runs, "Policy on the probe states", label, lambda probe: action_statistic(probe["action"]))
    largest = max((np.abs(trace.z).max() for trace in figure.data), default=0)
    # A norm has no sign: it would leave half of a diverging scale unused.
    colours = {"colorscale": "RdBu", "cmin": -largest} if 1 in sizes else {"colorscale": "Cividis", "cmin": 0}
    return figure.update_coloraxes(cmax=largest, **colours)


def values_on_probes(runs: list[RunLog]) -> go.Figure:
    """The critic's value of the policy's own action on each probe state, snapshot by snapshot."""
    return heat_maps(runs, "Q on the probe states", "Q(s, μ(s)) (discounted reward)", lambda probe: probe["value"])


def percent_axis(figure: go.Figure) -> go.Figure:
    """The y axis of shares, from 0 to 100 %."""
    return figure.update_yaxes(range=[-0.02, 1.02], tickformat=".0%")
