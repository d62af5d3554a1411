"""The report page: what it shows, what it says where there is nothing to show, and that it needs no network."""

import json
import re
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pytest
from plotly.offline import get_plotlyjs

from harness import drawing, figures, series
from harness.diagnostics import SECTIONS
from harness.page import script_json
from harness.report import report, write_report
from harness.run_log import RunLog
from reference.config import Config

METRICS = ("target_mean", "value_mean", "critic_loss", "critic_grad_norm", "actor_loss", "actor_grad_norm")
LINE_FIGURES = (
    figures.returns,
    figures.values_against_targets,
    figures.losses,
    figures.gradient_norms,
    figures.saturation,
)
NASTY = "</script><b>\"&'%{x}"

each_section = pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.draw.__name__)


def run_log(name="run", episodes=12, updates=3, probe_every=4, action_size=1, seed=0, **config):
    """A run of five steps an episode with seeded numbers; `probe_every` 0: no snapshots."""
    random = np.random.default_rng(seed)
    lines = [
        {
            "episode": episode,
            "last_step": 5 * episode,
            "last_update": updates * episode,
            "return": random.normal(),
            "length": 5,
            "terminated": False,
            "truncated": True,
            "seconds": 0.1,
            "saturated": random.uniform(),
            "updates": {key: random.exponential(size=updates).tolist() for key in METRICS},
            "probe": {"action": random.normal(size=(3, action_size)).tolist(), "value": random.normal(size=3).tolist()}
            if probe_every and episode % probe_every == 0
            else None,
        }
        for episode in range(1, episodes + 1)
    ]
    versions = {"packages": {"torch": "2.13.0"}, "numerics": {"hash": "0123456789abcdef"}}
    return RunLog(name, "reference", Config(**config), versions, lines)


@cache
def plain_report():
    """The page of one run; pages take a while to make."""
    return report([run_log()])


class Page(HTMLParser):
    """The elements of a page: tags with their attributes, and the text in scripts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.tags and self.cdata_elem == "script":
            self.scripts[-1] += data


@each_section
def test_report_names_every_figure(section):
    assert f"<h2>{section.draw([run_log()]).layout.title.text}</h2>" in plain_report()


@each_section
def test_report_says_how_to_read_every_figure_and_what_trouble_looks_like(section):
    text = plain_report()
    assert section.reading in text and section.trouble in text


@each_section
def test_every_axis_of_a_figure_has_a_title(section):
    figure = section.draw([run_log()])
    numbered = [axis for axis in figure.select_xaxes() if axis.showticklabels is not False]  # shared ones are not
    assert all(axis.title.text for axis in [*figure.select_yaxes(), *numbered])


def test_report_points_at_nothing_outside_itself():
    tags = Page(report([run_log("a"), run_log("b")])).tags
    assert [tag for tag, attributes in tags if tag == "link" or {"src", "href", "srcset"} & set(attributes)] == []


def test_report_forbids_the_browser_to_fetch():
    policies = [attributes["content"] for _, attributes in Page(plain_report()).tags if "http-equiv" in attributes]
    assert len(policies) == 1 and policies[0].startswith("default-src 'none';") and "http" not in policies[0]


def test_report_style_imports_nothing():
    assert not re.search(r"@import|url\(", plain_report().split("</style>")[0])


def test_report_holds_plotly_once():
    assert report([run_log("a"), run_log("b")]).count(get_plotlyjs()) == 1


def test_report_shows_what_the_run_was():
    text = report([run_log(seed=3)._replace(impl="torchrl")])
    facts = ("torchrl", "Pendulum-v1", "42", "12", "60", "36", "0123456789abcdef", "2.13.0")
    assert [fact for fact in facts if f"<dd>{fact}</dd>" not in text] == []


def test_report_averages_the_last_ten_returns():
    run = run_log()
    for line in run.episodes:
        line["return"] = float(line["episode"])
    assert "<dd>7.5</dd>" in report([run])  # by hand: the mean of 3, 4, ..., 12


def test_report_does_not_guess_versions_that_were_not_recorded():
    assert report([run_log()._replace(versions={})]).count("<dd>not recorded</dd>") == 2


@pytest.mark.parametrize(
    ("draw", "one", "two"),
    [
        (figures.returns, 2, 4),  # return and average
        (figures.values_against_targets, 3, 6),  # target, Q and their difference
        (figures.losses, 2, 4),
        (figures.policy_on_probes, 1, 2),
        (figures.values_on_probes, 1, 2),
        (figures.gradient_norms, 4, 6),  # two norms a run; the threshold, common to the runs, in two panels
        (figures.saturation, 1, 2),
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


def test_report_of_a_run_without_updates_says_so():
    text = report([run_log(updates=0)])
    assert text.count("Nothing to draw: no update was made.") == 3


def test_report_of_a_run_without_snapshots_says_so():
    text = report([run_log(probe_every=0)])
    assert text.count("Nothing to draw: no snapshot of the probe states was taken.") == 2


def test_report_of_a_run_without_episodes_says_so():
    text = report([run_log(episodes=0)])
    assert "<dd>no episode ended</dd>" in text and text.count("Nothing to draw: ") == len(SECTIONS)


def test_report_names_the_run_that_a_figure_lacks():
    text = report([run_log("whole"), run_log("warm-up", updates=0, probe_every=0)])
    assert text.count("warm-up is not drawn: no update was made.") == 3
    assert text.count("warm-up is not drawn: no snapshot of the probe states was taken.") == 2


def test_report_says_where_an_episode_was_cut_short():
    run = run_log("cut")
    run.episodes[-1]["truncated"] = False
    assert report([run]).count("The last episode of cut was cut short at 5 steps.") == 2  # returns and saturation


def test_report_needs_a_run(tmp_path):
    with pytest.raises(ValueError, match="at least one run"):
        write_report([], tmp_path / "report.html")


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


def test_report_states_the_width_of_bins():
    text = report([run_log(episodes=1, updates=10_001)])
    assert text.count("Each point is the mean of 3 updates in a row") == 3


def test_report_marks_the_fields_that_differ():
    text = report([run_log("a", gamma=0.9), run_log("b", gamma=0.8)])
    assert re.findall(r'<tr class=differs><th scope="row">(\w+)</th><td>(.*?)</td><td>(.*?)</td>', text) == [
        ("gamma", "0.9", "0.8")
    ]


@pytest.mark.parametrize("updates", [0, 3])
@pytest.mark.parametrize("others", [[], [run_log("b")]], ids=["one", "several"])
def test_a_name_adds_no_element_to_the_page(others, updates):
    nasty, plain = (Page(report([run_log(name, updates=updates), *others])) for name in (NASTY, "plain"))
    assert [tag for tag, _ in nasty.tags] == [tag for tag, _ in plain.tags]


def test_a_name_does_not_end_the_script_that_holds_it():
    scripts = Page(report([run_log(NASTY), run_log("b")])).scripts
    assert set(json.loads(scripts[0])["figures"]) == {section.draw.__name__ for section in SECTIONS}


def test_json_in_a_script_neither_ends_nor_comments_it():
    assert not set("<>&") & set(script_json("</script><!-- &amp;"))


def test_json_in_a_script_keeps_its_value():
    assert json.loads(script_json({"µ": ["</script><!-- &amp;", 1.5, None]})) == {
        "µ": ["</script><!-- &amp;", 1.5, None]
    }


def test_a_name_is_no_markup_to_plotly():
    names = [trace.name for trace in figures.losses([run_log(NASTY), run_log("b")]).data]
    assert names[0] == "&lt;/script&gt;&lt;b&gt;\"&amp;'%&#123;x}"


def test_environment_names_are_escaped():
    assert "<dd>&lt;i&gt;</dd>" in report([run_log(env_id="<i>")])


def test_write_report_replaces_the_page_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    write_report([run_log("µ")], path)
    assert [path] == list(tmp_path.iterdir()) and path.read_text(encoding="utf-8") == report([run_log("µ")])


def test_report_of_the_same_runs_is_the_same_page():
    assert report([run_log("a"), run_log("b")]) == report([run_log("a"), run_log("b")])
