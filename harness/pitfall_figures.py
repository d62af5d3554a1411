"""The figures that DDPG's known pitfalls call for: pure functions of run logs, drawn as those of `figures`."""

from functools import partial

import plotly.graph_objects as go

from harness.drawing import Curve, log_axis, overlay
from harness.figures import percent_axis
from harness.run_log import RunLog
from harness.series import bound_line, check_error_line, episode_line, largest_value_line, update_line


def values_against_returns(runs: list[RunLog]) -> go.Figure:
    """Mean Q of an episode's states and actions and the mean discounted return received there; below, Q less it."""
    received = Curve("discounted return received", lambda run: episode_line(run, "checked_return"), width=6)
    received = received._replace(
        opacity=0.35,
        aside=lambda run: episode_line(run, "checked_bootstrap"),
        aside_words="weight of the target critic's answer in it, where a limit cut the episode: %{customdata:.0%}",
    )
    value = Curve("mean Q", lambda run: episode_line(run, "checked_value"))
    error = Curve("Q - return", check_error_line, row=2, legend=False)
    titles = ["value (discounted reward)", "Q - return (reward)"]
    title = "Q against the discounted return received"
    return overlay(runs, title, [received, value, error], "environment steps", titles)


def value_growth(runs: list[RunLog]) -> go.Figure:
    """Largest |Q| in each episode's updates, and what the rewards seen so far allow, on a log axis."""
    curves = [
        Curve("max |r| seen / (1 - gamma)", bound_line, width=6, opacity=0.35),
        Curve("largest |Q|", largest_value_line),
    ]
    titles = ["absolute value (discounted reward)"]
    return log_axis(overlay(runs, "Largest |Q| per episode", curves, "environment steps", titles), row=1)


def td_error_quantiles(runs: list[RunLog]) -> go.Figure:
    """Quantiles of Q - target over each update's batch."""
    shown = [("5 and 95 %", (5, 95), 0.35), ("25 and 75 %", (25, 75), 0.6), ("median", (50,), 1.0)]
    curves = [
        Curve(name, partial(update_line, key=f"td_error_{percent}"), opacity=opacity, legend=not place)
        for name, percents, opacity in shown
        for place, percent in enumerate(percents)
    ]
    return overlay(runs, "TD errors within each batch", curves, "update", ["Q - target (reward), quantiles"])


def target_distance(runs: list[RunLog]) -> go.Figure:
    """How far each target network lies from its online network, as a share of the latter's norm."""
    curves = [
        Curve("distance", lambda run: episode_line(run, "actor_distance")),
        Curve("distance", lambda run: episode_line(run, "critic_distance"), row=2, legend=False),
    ]
    titles = ["actor (% of its norm)", "critic (% of its norm)"]
    figure = overlay(runs, "Distance of the target networks", curves, "environment steps", titles)
    return figure.update_yaxes(tickformat="~%", rangemode="tozero")


def critics_gap(runs: list[RunLog]) -> go.Figure:
    """Mean |Q1 - Q2| of TD3's critics over each update's batch."""
    curves = [Curve("gap", lambda run: update_line(run, "critics_gap"))]
    return overlay(runs, "Gap between the two critics", curves, "update", ["mean |Q1 - Q2| (reward)"])


def replay_coverage(runs: list[RunLog]) -> go.Figure:
    """How widely replay's actions are spread over the action box, of which each dimension is cut into 20 cells."""
    curves = [
        Curve("occupied cells", lambda run: episode_line(run, "occupied_cells"), width=4, opacity=0.4),
        Curve("effective share", lambda run: episode_line(run, "effective_cells")),
    ]
    titles = ["cells of an action dimension (%)"]
    return percent_axis(overlay(runs, "Replay coverage of the action box", curves, "environment steps", titles))
