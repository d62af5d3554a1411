"""The report page: what it shows, what it says where there is nothing to show, and that it needs no network."""

import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest
from plotly.offline import get_plotlyjs

from harness.diagnostics import SECTIONS
from harness.page import script_json
from harness.report import report, write_report
from parity_tests.report_runs import as_once_logged, run_log

NASTY = "</script><b>\"&'%{x}"

each_section = pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.draw.__name__)


@cache
def plain_report():
    """The page of one run; pages take a while to make."""
    return report([run_log(twin_critics=True)])


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


def test_report_of_a_run_without_updates_says_so():
    text = report([run_log(updates=0)])
    assert text.count("Nothing to draw: no update was made.") == 6


def test_report_of_a_run_without_snapshots_says_so():
    text = report([run_log(probe_every=0)])
    assert text.count("Nothing to draw: no snapshot of the probe states was taken.") == 2


def test_report_of_a_run_without_episodes_says_so():
    text = report([run_log(episodes=0)])
    assert "<dd>no episode ended</dd>" in text and text.count("Nothing to draw: ") == len(SECTIONS)


def test_report_names_the_run_that_a_figure_lacks():
    text = report([run_log("whole"), run_log("warm-up", updates=0, probe_every=0)])
    assert text.count("warm-up is not drawn: no update was made.") == 5
    assert text.count("warm-up is not drawn: no snapshot of the probe states was taken.") == 2


def test_report_says_where_an_episode_was_cut_short():
    run = run_log("cut")
    run.episodes[-1]["truncated"] = False
    assert report([run]).count("The last episode of cut was cut short at 5 steps.") == 6


def test_report_needs_a_run(tmp_path):
    with pytest.raises(ValueError, match="at least one run"):
        write_report([], tmp_path / "report.html")


def test_report_states_the_width_of_bins():
    text = report([run_log(episodes=1, updates=10_001)])
    assert text.count("Each point is the mean of 3 updates in a row") == 4


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
    scripts = Page(report([run_log(NASTY), run_log("b", twin_critics=True)])).scripts
    assert set(json.loads(scripts[0])["figures"]) == {section.draw.__name__ for section in SECTIONS}


def test_json_in_a_script_neither_ends_nor_comments_it():
    assert not set("<>&") & set(script_json("</script><!-- &amp;"))


def test_json_in_a_script_keeps_its_value():
    assert json.loads(script_json({"µ": ["</script><!-- &amp;", 1.5, None]})) == {
        "µ": ["</script><!-- &amp;", 1.5, None]
    }


def test_environment_names_are_escaped():
    assert "<dd>&lt;i&gt;</dd>" in report([run_log(env_id="<i>")])


def test_write_report_replaces_the_page_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    write_report([run_log("µ")], path)
    assert [path] == list(tmp_path.iterdir()) and path.read_text(encoding="utf-8") == report([run_log("µ")])


def test_report_of_the_same_runs_is_the_same_page():
    assert report([run_log("a"), run_log("b")]) == report([run_log("a"), run_log("b")])


def test_report_of_an_older_folder_says_what_was_not_logged():
    text = report([as_once_logged(run_log(twin_critics=True))])
    assert text.count("Nothing to draw: its folder was written before this was logged.") == 6
    assert text.count('<div class="figure"') == len(SECTIONS) - 6


def test_report_draws_an_older_run_beside_a_new_one():
    text = report([as_once_logged(run_log("old")), run_log("new")])
    assert text.count("old is not drawn: its folder was written before this was logged.") == 5
    assert text.count('<div class="figure"') == len(SECTIONS) - 1  # neither has a second critic


def test_report_says_why_a_run_of_one_critic_has_no_gap():
    assert "Nothing to draw: it has one critic." in report([run_log()])


def test_report_says_why_no_return_was_compared():
    run = run_log()
    for line in run.episodes:
        line["checked_value"] = line["checked_return"] = line["checked_bootstrap"] = None
    assert "Nothing to draw: no episode that the policy acted in" in report([run])


def test_report_says_that_gamma_one_sets_no_bound():
    assert report([run_log(gamma=1)]).count("At the gamma of 1 of run, rewards of any size set |Q| no bound.") == 1


def test_report_warns_where_values_leave_what_rewards_allow():
    run = run_log("wild", gamma=0.5)
    for line in run.episodes:
        line["largest_reward"] = 10.0
    run.episodes[4]["updates"]["value_largest"][1] = 30.0
    run.episodes[7]["updates"]["value_largest"][1] = 2500.0
    text = report([run, run_log("tame")])
    # By hand: 10 / (1 - 0.5) = 20; 30 and 2,500 lie beyond, and no other value of this run does.
    assert "|Q| reached 2,500 in episode 8, beyond 20, the most" in text
    assert "It was so in 2 of 12 episodes, first in episode 5." in text
    assert text.count("<b>Warning.</b>") == 1


def test_report_does_not_warn_of_values_that_rewards_allow():
    assert "<b>Warning.</b>" not in plain_report()
