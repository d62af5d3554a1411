"""The report's figures: what they draw, from which numbers, and how runs are told apart."""

import numpy as np
import pytest

from harness import drawing, figures, pitfall_figures, series
from harness.diagnostics import SECTIONS
from parity_tests.report_runs import run_log

LINE_FIGURES = (
    figures.returns,
    figures.values_against_targets,
    figures.losses,
    figures.gradient_norms,
    figures.saturation,
    pitfall_figures.values_against_returns,
    pitfall_figures.value_growth,
    pitfall_figures.td_error_quantiles,
    pitfall_figures.replay_coverage,
    pitfall_figures.target_distance,
)
NASTY = "</script><b>\"&'%{x}"

each_section = pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.draw.__name__)


@each_section
def test_every_axis_of_a_figure_has_a_title(section):
    figure = section.draw([run_log(twin_critics=True)])
    numbered = [axis for axis in figure.select_xaxes() if axis.showticklabels is not False]  # shared ones are not
    assert all(axis.title.text for axis in [*figure.select_yaxes(), *numbered])


@pytest.mark.parametrize(
    ("draw", "one", "two"),
    [
        (figures.returns, 2, 4),  # return and average
        (figures.values_against_targets, 3, 6),  # target, Q and their difference
        (figures.losses, 2, 4),
        (figures.policy_on_probes, 1, 2),
        (figures.values_on_probes, 1, 2),
        (figures.gradient_norms, 4, 6),  # two norms a run; the threshold, common to the runs, in two panels
        (figures.saturation, 2, 4),  # of the policy and as executed
        (pitfall_figures.values_against_returns, 3, 6),
        (pitfall_figures.value_growth, 2, 4),
        (pitfall_figures.td_error_quantiles, 5, 10),
        (pitfall_figures.replay_coverage, 2, 4),
        (pitfall_figures.target_distance, 2, 4),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_two_runs_are_overlaid(draw, one, two):
    assert (len(draw([run_log("a")]).data), len(draw([run_log("a"), run_log("b")]).data)) == (one, two)


@pytest.mark.parametrize("draw", LINE_FIGURES)
def test_a_run_keeps_its_colour_where_another_is_not_drawn(draw):
    traces = draw([run_log("a", episodes=0), run_log("b", grad_clip_norm=None)]).data
    assert {trace.line.color for trace in traces} == {drawing.COLOURS[1]}


@pytest.mark.parametrize("draw", LINE_FIGURES)
def test_a_later_run_of_equal_values_is_dashed_over_the_first(draw):
    traces = draw([run_log("a", grad_clip_norm=None), run_log("b", grad_clip_norm=None)]).data
    dashes = {trace.line.color: trace.line.dash for trace in traces}
    assert dashes == {drawing.COLOURS[0]: "solid", drawing.COLOURS[1]: "dash"}


@pytest.mark.parametrize("draw", [figures.policy_on_probes, figures.values_on_probes])
def test_heat_maps_of_several_runs_share_their_colours(draw):
    assert {trace.coloraxis for trace in draw([run_log("a"), run_log("b", seed=1)]).data} == {"coloraxis"}


def test_zero_lies_in_the_middle_of_the_actions_colours():
    run = run_log()
    largest = max(abs(row[0]) for line in series.snapshots(run) for row in line["probe"]["action"])
    axis = figures.policy_on_probes([run]).layout.coloraxis
    assert (axis.cmin, axis.cmax) == (-largest, largest)


def test_return_is_drawn_over_environment_steps():
    assert figures.returns([run_log(episodes=3)]).data[0].x.tolist() == [5, 10, 15]


def test_updates_are_numbered_as_the_run_numbered_them():
    run = run_log(episodes=3, updates=2)
    later = run._replace(episodes=run.episodes[1:])
    assert figures.losses([later]).data[0].x.tolist() == [3, 4, 5, 6]


def test_a_single_episode_is_drawn_as_a_marker():
    assert figures.saturation([run_log(episodes=1)]).data[0].mode == "markers"


def test_clip_thresholds_are_drawn_once_each():
    runs = [run_log("a", grad_clip_norm=0.5), run_log("b", grad_clip_norm=2.0), run_log("c", grad_clip_norm=2.0)]
    rules = [trace for trace in figures.gradient_norms(runs).data if trace.name.startswith("clip threshold")]
    assert [trace.y for trace in rules if trace.showlegend] == [(0.5, 0.5), (2.0, 2.0)]


def test_no_clip_threshold_is_drawn_where_nothing_was_clipped():
    assert len(figures.gradient_norms([run_log(grad_clip_norm=None)]).data) == 2


def test_action_of_one_component_keeps_its_sign():
    assert series.action_statistic([[-2.0], [0.5]]).tolist() == [-2.0, 0.5]


def test_action_of_several_components_is_shown_by_its_norm():
    assert series.action_statistic([[3.0, -4.0], [0.0, -2.0]]).tolist() == [5.0, 2.0]  # by hand: sqrt(9 + 16)


def test_policy_of_several_components_is_labelled_as_a_norm():
    axis = figures.policy_on_probes([run_log(action_size=3)]).layout.coloraxis
    assert axis.cmin == 0 and axis.colorbar.title.text.startswith("norm of the action")


def test_moving_average_is_the_mean_of_the_last_values():
    assert series.moving_average(np.array([1.0, 2.0, 6.0, 4.0]), 3).tolist() == [3.0, 4.0]  # by hand: 9 / 3, 12 / 3


def test_moving_average_of_fewer_values_than_its_window_is_empty():
    assert series.moving_average(np.array([1.0, 2.0]), 3).tolist() == []


def test_moving_average_is_drawn_where_its_window_ends():
    assert figures.returns([run_log(episodes=12)]).data[1].x.tolist() == [50, 55, 60]


def test_thinned_takes_the_mean_of_each_bin():
    values = np.array([1.0, 3.0, 5.0, 9.0, 4.0])
    assert series.thinned(values, 2).tolist() == [2.0, 7.0, 4.0]  # by hand: 4 / 2, 14 / 2, and the last alone


@pytest.mark.parametrize(("points", "width"), [(0, 1), (5_000, 1), (5_001, 2), (10_000, 2), (10_001, 3)])
def test_bins_are_as_wide_as_the_limit_demands(points, width):
    assert series.bin_width(points) == width


def test_lines_of_several_runs_are_thinned_alike():
    traces = figures.losses([run_log("long", episodes=1, updates=10_001), run_log("short", episodes=1, updates=9)]).data
    assert [len(trace.x) for trace in traces] == [3_334, 3, 3_334, 3]  # bins of 3


def test_a_name_is_no_markup_to_plotly():
    names = [trace.name for trace in figures.losses([run_log(NASTY), run_log("b")]).data]
    assert names[0] == "&lt;/script&gt;&lt;b&gt;\"&amp;'%&#123;x}"


def test_thinned_leaves_out_what_is_no_number():
    values = np.array([1.0, np.nan, 5.0, 9.0, np.nan, np.nan, np.nan])
    thin = series.thinned(values, 2).tolist()
    assert thin[:2] == [1.0, 7.0] and np.isnan(thin[2:]).all()  # by hand: 1 alone, 14 / 2, and nothing twice


def test_losses_of_a_delayed_actor_are_drawn_without_gaps():
    run = run_log(episodes=1, updates=4, policy_delay=2)
    run.episodes[0]["updates"]["actor_loss"] = [None, 0.5, None, 0.25]
    actor = figures.losses([run]).data[1]
    assert (actor.x.tolist(), actor.y.tolist()) == ([2, 4], [0.5, 0.25])


def test_a_run_of_one_critic_has_no_gap_to_draw():
    traces = pitfall_figures.critics_gap([run_log("one"), run_log("two", twin_critics=True)]).data
    assert [trace.name for trace in traces] == ["two"]


def test_the_bound_on_values_follows_the_largest_reward_so_far():
    run = run_log(episodes=3, gamma=0.5)
    for line, reward in zip(run.episodes, (1.0, 4.0, 2.0), strict=True):
        line["largest_reward"] = reward
    bound = pitfall_figures.value_growth([run]).data[0]
    assert bound.y.tolist() == [2.0, 8.0, 8.0]  # by hand: 1 / 0.5, 4 / 0.5, and 4 is still the largest


def test_no_bound_is_drawn_where_gamma_is_one():
    assert [trace.name for trace in pitfall_figures.value_growth([run_log(gamma=1)]).data] == ["largest |Q|"]


def test_hovering_tells_how_much_of_a_return_is_bootstrapped():
    run = run_log(episodes=3)
    for line, weight in zip(run.episodes, (0.25, None, 0.0), strict=True):
        line["checked_bootstrap"] = weight
        line["checked_return"] = weight
    received = pitfall_figures.values_against_returns([run]).data[0]
    assert received.customdata.tolist() == [0.25, 0.0] and "%{customdata:.0%}" in received.hovertemplate
