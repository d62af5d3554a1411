"""What `docs/upstream/pred_value.md` says was measured, against the measurements."""

import json
from pathlib import Path

import pytest

from parity_tests.studies import pred_value, upstream_faults, upstream_patches
from parity_tests.studies.page import between_markers
from parity_tests.studies.pred_value import SETTINGS, Setting
from parity_tests.studies.pred_value_table import table

FOLDER = Path(__file__).parents[1] / "docs" / "upstream"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the pages are in the repository, not in the package")


def measured():
    return [json.loads(line) for line in (FOLDER / "pred_value.jsonl").read_text().splitlines()]


def test_pages_table_is_that_of_the_measurements():
    assert between_markers(FOLDER / "pred_value.md") == table(measured())


def test_every_run_of_the_study_is_measured_once():
    assert sorted(Setting(*(row[name] for name in Setting._fields)) for row in measured()) == sorted(SETTINGS)


def test_value_minus_target_is_minus_half_the_batch_where_the_recipes_sum_was_taken():
    for row in measured():
        shift = -row["batch_size"] / 2 if row["loss"] == "recipe" else 0.0
        # Both fall while training goes on, so that the value lags the target by a little.
        assert abs(row["value_minus_target"] - shift) < 0.5, row


def test_dying_is_what_the_recipes_sum_teaches_on_inverted_pendulum():
    returns = {"right": [], "recipe": []}
    for row in measured():
        if row["env_id"] == "InvertedPendulum-v5":
            returns[row["loss"]].append(row["evaluation_return"])
    assert max(returns["recipe"]) < min(returns["right"])


@pytest.mark.parametrize("main", [pred_value.main, upstream_faults.main, upstream_patches.main])
def test_a_study_refuses_an_argument_it_does_not_know_in_one_line(main, capsys):
    assert main(["no/such/place"]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
