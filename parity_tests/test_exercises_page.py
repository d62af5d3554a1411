"""`docs/exercises.md` and its figures, against the CSV files that they are made of."""

import json
from pathlib import Path

import pytest

from parity_tests.as_drawn import as_drawn
from parity_tests.studies.exercises import results, still_figure, train
from parity_tests.studies.exercises.build import build, files, measured
from parity_tests.studies.exercises.panels import EXERCISES, Curve, panels
from parity_tests.studies.exercises.summaries import STEPS_SHOWN, load
from parity_tests.studies.exercises.variants import CONFIG, SEEDS, VARIANTS
from parity_tests.studies.page import between_markers

DOCS = Path(__file__).parents[1] / "docs"
PAGE, FOLDER = DOCS / "exercises.md", DOCS / "exercises"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the page is in the repository, not in the package")


@pytest.fixture(scope="module")
def study():
    return load(FOLDER)


@pytest.fixture(scope="module")
def drawn(study):
    return files(study)


@pytest.mark.parametrize("name", ["setting", *EXERCISES])
def test_pages_numbers_are_those_of_the_csv_files(study, name):
    assert between_markers(PAGE, name) == measured(study)[name]


@as_drawn
@pytest.mark.parametrize("name", [f"{name}.{kind}" for name in EXERCISES for kind in ("svg", "html")])
def test_figures_are_those_of_the_csv_files(drawn, name):
    assert (FOLDER / name).read_text() == drawn[name]


@pytest.mark.parametrize("name", EXERCISES)
def test_still_pictures_show_what_the_plotly_figures_do(study, name):
    shown = panels(study, EXERCISES[name])
    lines = [axes.lines for axes in still_figure.draw(shown).axes]
    for panel, drawn in zip(shown, lines, strict=True):
        values = [one.mean if isinstance(one, Curve) else one.values for one in panel.shown]
        assert [line.get_ydata().tolist() for line in drawn] == [value.tolist() for value in values]


@as_drawn
def test_figures_are_small_and_fetch_nothing(drawn):
    for text in drawn.values():
        assert len(text) < 100_000
        assert "cdn" not in text


@as_drawn
def test_building_again_changes_nothing(tmp_path):
    page = tmp_path / "exercises.md"
    page.write_text(PAGE.read_text())
    folder = tmp_path / "exercises"
    folder.mkdir()
    for path in FOLDER.glob("*.csv"):
        (folder / path.name).write_text(path.read_text())
    build(page, folder)
    assert page.read_text() == PAGE.read_text()


def test_every_run_has_one_row_for_each_evaluation():
    rows = results.read(FOLDER)
    found = [(row["variant"], row["seed"], row["step"]) for row in rows]
    assert len(found) == len(set(found))
    for variant, seed in results.finished(rows):
        assert [step for *run, step in found if run == [variant, seed]] == [*STEPS_SHOWN]


def test_no_mean_return_is_above_the_best_possible(study):
    # The best returns were earned by a policy from a grid, and can be beaten by a little.
    assert max(study.curves[variant]["shortfall"].max() for variant in VARIANTS) < 1.0


def test_results_were_made_with_the_studys_own_settings():
    made_with = json.loads((FOLDER / "versions.json").read_text())
    assert made_with["config"] == json.loads(json.dumps(CONFIG))
    assert made_with["variants"] == json.loads(json.dumps(VARIANTS))


def test_a_folder_without_a_whole_seed_is_refused(tmp_path):
    (tmp_path / "best.csv").write_text((FOLDER / "best.csv").read_text())
    with pytest.raises(ValueError, match="one seed that every variant has finished"):
        load(tmp_path)


def test_best_returns_are_there_for_every_seed():
    lines = (FOLDER / "best.csv").read_text().splitlines()[1:]
    assert {int(line.split(",")[0]) for line in lines} == {*SEEDS}
    assert train.EPISODES * len(SEEDS) == len(lines)
