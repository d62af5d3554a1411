"""docs/hyperparameters.md: every field, its range as `Config` keeps it, and what is said of the sweeps."""

import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from parity_tests.as_drawn import as_drawn
from parity_tests.studies.sweeps import page, run
from parity_tests.studies.sweeps.values import SEEDS, SETTINGS, SWEEPS, config_of
from reference.config import Config

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
pytest.importorskip("sphinx", reason="the page is made by a Sphinx extension: pip install '.[docs]'")
SAID = {
    name: said
    for group in tomllib.loads((DOCS / "hyperparameters.toml").read_text())["group"]
    for name, said in group["field"].items()
}
NOTEBOOKS = {
    "gamma", "tau", "replay_size", "batch_size", "start_steps", "update_after", "updates_per_step", "noise_sigma",
    "hidden_sizes", "grad_clip_norm",
}  # fmt: skip
"""The fields that the notebook explains."""


@pytest.fixture(autouse=True)
def from_the_root(monkeypatch):
    """The studies find their folders from there."""
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def extension():
    """The module that makes the page; it lies where only Sphinx looks."""
    sys.path.insert(0, str(DOCS / "_ext"))
    import hyperparameters

    yield hyperparameters
    sys.path.remove(str(DOCS / "_ext"))


def test_the_page_says_something_of_every_field():
    assert set(SAID) == {field.name for field in fields(Config)}
    assert all({"small", "large"} & set(said) for said in SAID.values())


def test_every_field_has_a_meaning_in_the_code(extension):
    assert set(extension.meanings()) == set(SAID)


def test_ranges_are_those_that_config_refuses_by(extension):
    assert extension.ranges("gamma") == ["in [0, 1]"]
    assert extension.ranges("seed") == ["a whole number of at least 0", "below 2**32"]
    assert extension.ranges("dtype") == ["one of float32, float64"]
    assert extension.ranges("ou_initial") == ["a finite number"]
    assert extension.ranges("truncation_is_terminal") == []


def test_a_range_is_told_of_every_field_that_is_a_number(extension):
    numbers = [name for name in SAID if type(getattr(Config(), name)) in (int, float)]
    assert [name for name in numbers if not extension.ranges(name)] == []


def test_a_preset_that_differs_is_named_with_its_value(extension):
    assert "`64` (paper)" in extension.elsewhere("batch_size")
    assert not any("notebook" in words for words in extension.elsewhere("batch_size"))


def test_the_notebooks_ten_have_a_sweep_of_five_seeds():
    assert set(SWEEPS) == NOTEBOOKS == {name for name, said in SAID.items() if "shows" in said}
    assert set(SETTINGS) <= set(run.runs())
    assert len(SEEDS) == 5


def test_a_run_of_a_sweep_differs_from_the_default_in_its_field_alone():
    for setting in SETTINGS:
        config, default = config_of(setting), Config(seed=setting.seed)
        assert {f.name for f in fields(Config) if getattr(config, f.name) != getattr(default, f.name)} <= {setting.name}


PAIRS = [(name, *map(tuple, [pair])) for name, said in SAID.items() for pair in said.get("worse", ())]


@pytest.mark.parametrize("name, pair", PAIRS)
def test_what_is_said_to_be_worse_returned_less_on_average(name, pair):
    worse, better = (tuple(value) if isinstance(value, list) else value for value in pair)
    found = page.lines_of(name)
    means = {value: np.mean([line["ended"]["return"] for line in lines]) for value, lines in found.items()}
    assert means[worse] < means[better]


def test_the_bias_of_q_grows_with_gamma_and_with_tau_as_is_said():
    for name, values in {"gamma": (0.0, 0.9, 0.99, 1.0), "tau": (0.005, 0.05)}.items():
        biases = [np.mean([line["ended"]["bias"] for line in page.lines_of(name)[value]]) for value in values]
        assert biases == sorted(biases)


@pytest.mark.parametrize("name", SWEEPS)
def test_tables_are_those_of_the_kept_runs(name):
    assert (DOCS / f"sweeps/{name}.md").read_text() == page.table(name, page.lines_of(name))


@as_drawn
@pytest.mark.parametrize("name", SWEEPS)
def test_figures_are_those_of_the_kept_runs(name):
    found = page.lines_of(name)
    assert (DOCS / f"sweeps/{name}.svg").read_text() == page.picture(name, found)
    assert (DOCS / f"sweeps/{name}.html").read_text() == page.fragment(name, found)
