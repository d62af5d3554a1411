"""How a library's cell in the table comes about, on candidates made to differ."""

from pathlib import Path

import pytest

from parity_tests import conformance
from parity_tests.candidate import OFFERS, Losses
from parity_tests.candidates.reference import Reference
from parity_tests.closeness import ALLOWED
from parity_tests.conformance import PAGE, ROWS, main
from parity_tests.conformance_cells import Cell, measure
from parity_tests.conformance_published import measure_published, problems_in_float64, worst
from parity_tests.conformance_table import Row, abilities, markdown, words
from parity_tests.conventions import OURS, Conventions
from parity_tests.published import STABLE_BASELINES, STABLE_BASELINES_TAU
from parity_tests.studies.page import between_markers

ROOT = Path(__file__).parents[1]


class Halved(Reference):
    """Has one half in its loss, and says so."""

    conventions = OURS._replace(critic_loss_factor=0.5, weight_decay=0.1)

    def losses(self, batch):
        found = super().losses(batch)
        return Losses(0.5 * found.critic, found.actor)


class Undeclared(Halved):
    """Has one half in its loss, and does not say so."""

    conventions = OURS


class Partial:
    """Has next to nothing."""

    conventions = OURS

    def load(self, problem):
        pass

    def target(self, batch):
        raise RuntimeError("no target\nat all")


def cell(kind, rung):
    return measure(f"{__name__}:{kind.__name__}", rung)


def test_what_differs_under_ours_alone_differs_by_the_conventions_that_make_it_so():
    found = cell(Halved, "losses")
    assert (found.kind, found.fields, found.under) == ("differs by convention", ("critic_loss_factor",), "same bits")


def test_a_convention_of_other_rungs_leaves_a_rung_its_bits():
    assert cell(Halved, "targets").kind == "same bits"


def test_what_differs_undeclared_differs_and_says_where():
    found = cell(Undeclared, "losses")
    assert found.kind == "differs"
    assert found.detail.startswith(f"in {found.cases} of {found.cases} cases; losses.critic: ")


def test_what_is_missing_is_not_offered():
    assert cell(Partial, "losses").kind == "not offered"


def test_what_a_library_raises_is_reported_in_one_line():
    assert cell(Partial, "targets") == Cell("raised", detail="RuntimeError: no target at all")


def test_our_update_under_the_conventions_of_stable_baselines_is_the_oracles_and_shows_each_of_them():
    found = measure_published("update", STABLE_BASELINES, STABLE_BASELINES_TAU)
    assert (found.kind, found.under) == ("differs by convention", "within rounding")
    assert set(found.fields) == {"order", "clips_gradients", "truncation_is_terminal", "adam_epsilon"}


def test_a_rung_that_no_convention_touches_is_ours():
    assert measure_published("soft update", STABLE_BASELINES, STABLE_BASELINES_TAU).kind == "within rounding"


def test_conventions_that_were_not_followed_would_show():
    problems = list(problems_in_float64(STABLE_BASELINES_TAU))[:1]
    assert worst("targets", problems, OURS, STABLE_BASELINES) > ALLOWED


def test_the_pages_table_names_the_fields_and_the_limits():
    by_convention = Cell("differs by convention", 3, ("order", "clips_together"), "same bits")
    assert words(by_convention) == "by convention: `order`, `clips_together`; under it same bits"
    assert abilities(Conventions(bounds="unit", dtypes=("float32",))) == "bounds unit, float32"


def test_the_pages_text_tells_all_that_differs():
    row = Row("ours", "`ours`", "torch", "parity_tests.candidates.reference:Reference")
    table = {row: dict.fromkeys(OFFERS, Cell("same bits", 2)) | {"update": Cell("differs", 2, detail="by a lot")}}
    text = markdown(table)
    assert "| same bits | **differs** | 2 |" in text
    assert "- `ours`, update: by a lot" in text


@pytest.mark.skipif(not (ROOT / PAGE).is_file(), reason="the page is in the repository, not in the package")
def test_the_page_has_every_row():
    lines = between_markers(ROOT / PAGE).splitlines()
    names = [line.split(" | ")[0].removeprefix("| ") for line in lines if line.startswith("| ")]
    assert names == ["implementation", *(row.name for row in ROWS)]


def test_wrong_words_are_refused_in_one_line(capsys):
    assert main(["--wrote"]) == 2
    assert capsys.readouterr().err == "conformance takes --write or nothing; got '--wrote'.\n"


def test_a_library_that_is_not_installed_is_named_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(conformance, "ROWS", (Row("x", "x", "no-such-library", "x:X"),))
    assert main([]) == 2
    line = "conformance needs no-such-library: pip install 'ddpg-parity[parity,peers]'.\n"
    assert capsys.readouterr().err == line


@pytest.mark.skipif(not (ROOT / "constraints.txt").is_file(), reason="constraints lie in the repository alone")
def test_the_peers_run_on_the_same_versions_but_for_filelock():
    pins = [dict(_pins(ROOT / f"constraints{kind}.txt")) for kind in ("", "-peers")]
    apart = {name for name in pins[0].keys() & pins[1].keys() if pins[0][name] != pins[1][name]}
    assert apart == {"filelock"}


def _pins(path):
    for line in path.read_text().splitlines():
        if "==" in line and not line.startswith("#"):
            name, _, number = line.partition("==")
            yield name.lower().replace("_", "-"), number
