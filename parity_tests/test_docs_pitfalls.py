"""docs/pitfalls.md: every pitfall with its parts, its runs as kept, its line as a comparison prints it."""

import re
import sys
from pathlib import Path
from statistics import fmean

import pytest

from harness.lockstep import lockstep
from harness.watch import watch
from parity_tests.as_drawn import as_drawn
from parity_tests.faults.processes import each
from parity_tests.studies.pitfalls import draw, run
from parity_tests.studies.pitfalls.cases import PITFALLS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/pitfalls.md"
NAMES = [pitfall.name for pitfall in PITFALLS]
FAULTY = [pitfall for pitfall in PITFALLS if pitfall.fault is not None]

each_pitfall = pytest.mark.parametrize("pitfall", PITFALLS, ids=NAMES)


@pytest.fixture(autouse=True)
def from_the_root(monkeypatch):
    """The studies find their folders from there."""
    monkeypatch.chdir(ROOT)


def sections():
    """Heading -> text of each pitfall."""
    pieces = re.split(r"^### (.*)$", PAGE.read_text(), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def test_every_pitfall_has_a_section_and_no_other_has_one():
    shown = [name for text in sections().values() for name in re.findall(r"^```\{pitfall\} (\w+)$", text, re.MULTILINE)]
    assert shown == NAMES


@pytest.mark.parametrize("heading", sections())
def test_every_section_says_what_goes_wrong_and_then_how_to_see_it(heading):
    words, _, rest = sections()[heading].partition("**How to see it**: ")
    assert words.strip()
    assert rest.index("```{pitfall}") > 0


@each_pitfall
def test_the_runs_of_a_pitfall_are_of_one_length_unless_it_ended_one(pitfall):
    right, wrong = (run.kept(name)["runs"] for name in (run.right_of(pitfall), pitfall.name))
    assert len(right) == len(wrong) == len(run.SEEDS)
    for one, other in zip(right, wrong, strict=True):
        assert not one["lost"] and len(one["steps"]) == 30  # 6,000 steps in episodes of 200
        assert other["lost"] or other["steps"] == one["steps"]


@each_pitfall
def test_the_diagnostic_that_shows_a_pitfall_differs_from_the_right_runs(pitfall):
    lines = draw.lines(pitfall, pitfall.shows)
    right, wrong = lines[: len(run.SEEDS)], lines[len(run.SEEDS) :]
    assert all(one.numbers != other.numbers for one, other in zip(right, wrong, strict=True))


SAID = {
    "limits_as_ends": ("value", lambda right, wrong: wrong < right),  # "further from zero"
    "slope_at_stored_actions": ("actor_grad_norm", lambda right, wrong: wrong > right),  # "stay larger"
    "reset_stored_as_next": ("critic_loss", lambda right, wrong: wrong > 5 * right),  # "several times as large"
    "action_not_scaled": ("largest_action", lambda right, wrong: wrong < right),  # "below the bound"
    "overestimation": ("value", lambda right, wrong: wrong > right),
    "values_blow_up": ("largest_value", lambda right, wrong: wrong > 3 * right),
    "no_warm_up": ("largest_value", lambda right, wrong: wrong > right),
    "broadcast": ("critic_loss", lambda right, wrong: wrong > 5 * right),
    "actor_climbs_down": ("value", lambda right, wrong: wrong < right),
    "no_target_networks": ("critic_loss", lambda right, wrong: wrong > 10 * right),
    "tau_the_other_way": ("critic_loss", lambda right, wrong: wrong > 10 * right),
}
"""What the page says of how a diagnostic bends, of the mean over the last ten episodes,"""
NOT_BY_A_CURVE = {"no_noise", "online_actor_in_target", "targets_before_the_actor"}
"""and where it says that none tells."""


def test_the_page_says_of_every_pitfall_how_it_bends_its_diagnostic_or_that_none_tells():
    assert SAID.keys() | NOT_BY_A_CURVE == set(NAMES) and not SAID.keys() & NOT_BY_A_CURVE
    assert all(pitfall.shows == SAID[pitfall.name][0] for pitfall in PITFALLS if pitfall.name in SAID)


@pytest.mark.parametrize("name", SAID)
def test_a_diagnostic_bends_as_the_page_says_with_every_seed(name):
    (pitfall,) = (pitfall for pitfall in PITFALLS if pitfall.name == name)
    series, as_said = SAID[name]
    right, wrong = (run.kept(file)["runs"] for file in (run.right_of(pitfall), name))
    ends = [[fmean(one[series][-10:]) for one in (ours, theirs)] for ours, theirs in zip(right, wrong, strict=True)]
    bends = [as_said(*pair) for pair in ends]
    assert all(bends), ends


@as_drawn
@each_pitfall
def test_figures_are_drawn_from_the_kept_runs(pitfall):
    assert (run.FOLDER / f"{pitfall.name}.svg").read_text() == draw.picture(pitfall)
    assert (run.FOLDER / f"{pitfall.name}.html").read_text() == draw.fragment(pitfall)


def again(name):
    """What a comparison says now; in a process of its own, which keeps the fault."""
    (fault,) = (pitfall.fault for pitfall in FAULTY if pitfall.name == name)
    run.put_in_place(run.import_module(fault.module), run.edit(run.source_of(fault), fault))
    return run.caught(fault)


def place(line):
    """Which quantity, at which update; its numbers are this machine's."""
    return re.sub(r"(: \d+ of |: elements differ).*", "", line)


def test_the_line_that_catches_a_pitfall_is_what_a_comparison_says():
    some = ["broadcast", "limits_as_ends"]
    said = dict(each(again, some))
    assert {name: place(said[name]) for name in some} == {name: place(run.kept(name)["compare"]) for name in some}


def test_lines_of_every_pitfall_are_what_comparisons_say():
    names = [pitfall.name for pitfall in FAULTY]
    said = dict(each(again, names))
    assert {name: place(said[name]) for name in names} == {name: place(run.kept(name)["compare"]) for name in names}


def test_a_run_without_a_pitfall_is_caught_by_nothing():
    config = run.short(total_steps=310)
    episodes = list(lockstep(watch("reference", config), watch("torchrl", config), config))
    assert [episode.difference for episode in episodes] == [None] * len(episodes)


@pytest.fixture
def extension():
    """The module that shows what is measured; it lies where only Sphinx looks."""
    pytest.importorskip("sphinx", reason="the page is made by a Sphinx extension: pip install '.[docs]'")
    sys.path.insert(0, str(ROOT / "docs/_ext"))
    import pitfalls

    yield pitfalls
    sys.path.remove(str(ROOT / "docs/_ext"))


def test_a_run_that_ended_early_says_so_in_place_of_its_return(extension):
    whole = {"lost": "", "return": [0.0] * 3 + [-100.0] * 10}
    early = {"lost": "critic_loss is not finite at update 7.", "return": []}
    table = extension.returns({"runs": [whole, whole]}, {"runs": [whole, early]})
    assert "| as it should be | -100 | -100 |" in table and "| with the pitfall | -100 | stopped |" in table
    assert r"Stopped by: critic\_loss is not finite at update 7." in table


def test_the_overview_counts_the_seeds_whose_return_is_lower(extension, monkeypatch):
    def kept(name, folder):
        last = {"right": [-100.0, -300.0, -200.0], "a": [-150.0, -299.0, 0.0], "b": [-90.0, -100.0, -100.0]}[name]
        return {"runs": [{"return": [value] * 12, "lost": "stopped" if value == 0.0 else ""} for value in last]}

    monkeypatch.setattr(extension, "PITFALLS", [run.Pitfall(name, "value") for name in ("a", "b")])
    monkeypatch.setattr(run, "kept", kept)
    assert extension.overview(ROOT)[2:] == ["| `b` | -200 | -97 | 0 |", "| `a` | -200 | stopped | 2 |"]


def test_the_page_says_of_each_pitfall_whether_a_curve_shows_it(extension):
    lower = {row.split("`")[1]: int(row.rstrip(" |").split()[-1]) for row in extension.overview(run.FOLDER)[2:]}
    assert lower.keys() == set(NAMES)
    assert lower["limits_as_ends"] == len(run.SEEDS)  # "the policy gets worse by it"
    assert max(lower[name] for name in NOT_BY_A_CURVE) < len(run.SEEDS)


@each_pitfall
def test_what_is_measured_is_shown_with_its_change(pitfall, extension):
    text = "\n".join(extension.markdown(pitfall, run.kept(run.right_of(pitfall)), run.kept(pitfall.name)))
    if pitfall.fault is None:
        assert all(f"--{field.replace('_', '-')} " in text for field in pitfall.wrong)
    else:
        assert pitfall.fault.after.strip().splitlines()[-1] in text
        assert run.kept(pitfall.name)["compare"] in text
