"""docs/figures/faults.md: every seeded fault is in the browser, as the suite has it and as `make faults` found it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from parity_tests.faults.all_faults import FAULTS
from parity_tests.faults.apply import diff_of
from parity_tests.studies.fault_diagnostics.browser import entry
from parity_tests.studies.fault_diagnostics.moved import LEAST, WORDS, moved
from parity_tests.studies.fault_diagnostics.page_of_faults import caught
from parity_tests.studies.fault_diagnostics.runs import as_line, jobs, key_of, read

DOCS = Path(__file__).parent.parent / "docs"
DATA = json.loads((DOCS / "figures/data/faults.json").read_text())
SCRIPT = DOCS / "_static/interactive/faults.js"
FOUND = caught()


def test_every_fault_of_the_suite_is_there_in_its_order():
    assert [one["name"] for one in DATA["faults"]] == list(FAULTS)


@pytest.mark.parametrize("one", DATA["faults"], ids=lambda one: one["name"])
def test_a_fault_is_shown_as_the_suite_has_it(one):
    fault = FAULTS[one["name"]]
    assert [one[key] for key in ("file", "rung", "place", "kind", "who")] == [
        fault.file, fault.rung, fault.place, fault.kind, fault.who,
    ]  # fmt: skip
    assert one["diff"] == diff_of(fault)
    assert {key: one[key] for key in ("test", "message")} == {k: FOUND[fault.name][k] for k in ("test", "message")}


def test_a_fault_has_curves_or_says_why_not():
    assert all(one.get("curves") or one.get("why") for one in DATA["faults"])
    assert [one["name"] for one in DATA["faults"] if one.get("why") == "not run yet"] == []
    keys = {curve["key"] for one in DATA["faults"] for curve in one.get("curves", ())}
    assert keys <= set(WORDS) == set(DATA["words"])


def run_of(**series):
    """A run whose other diagnostics stand still."""
    still = {key: [1.0, 1.0, 1.0] for key in WORDS}
    return {"updates": {}, "episodes": {"step": [200, 400, 600], **still, **series}}


def test_what_moved_the_most_comes_first():
    right, faulty = run_of(), run_of(critic_loss=[1.0, 2.0, 3.0], value_mean=[1.0, 1.5, 1.5])
    assert [one["key"] for one in moved(right, faulty)] == ["critic_loss", "value_mean"]


def test_what_moved_by_less_than_can_be_seen_is_left_out():
    assert moved(run_of(), run_of(critic_loss=[1.0, 1.0, 1.0 + LEAST / 100])) == []


def test_a_fault_without_runs_says_that_they_are_missing_and_one_with_them_does_not():
    fault = FAULTS["half_the_square"]
    key = key_of(fault.name)
    runs = {(key, None): run_of(), (key, fault.name): run_of(critic_loss=[0.5, 0.5, 0.5])}
    assert entry(fault, FOUND[fault.name], {})["why"] == "not run yet"
    (curve,) = entry(fault, FOUND[fault.name], runs)["curves"]
    assert (curve["key"], curve["right"], curve["faulty"]) == ("critic_loss", [1.0] * 3, [0.5] * 3)


def test_a_line_half_written_is_no_run(tmp_path):
    line = as_line(("{}", None), {"episodes": {}})
    (tmp_path / "runs.jsonl").write_text(line + line[:20])
    assert read(tmp_path / "runs.jsonl") == {("{}", None): {"episodes": {}}}


def test_a_right_run_is_made_once_for_all_faults_that_share_it():
    right = [key for key, name in jobs() if name is None]
    assert len(right) == len(set(right)) < sum(name is not None for _, name in jobs())


@pytest.mark.skipif(shutil.which("node") is None, reason="node, which runs the page's script, is not there")
@pytest.mark.parametrize(
    "filters, expected",
    [
        ({"words": "tau_weighs"}, ["tau_weighs_the_target"]),
        ({"words": "SPINNING polyak"}, ["tau_weighs_the_target"]),
        ({"rung": "adam"}, [name for name, fault in FAULTS.items() if fault.rung == "adam"]),
        ({"file": "reference/targets.py", "rung": "losses"}, []),
        ({"words": "no such fault"}, []),
        ({}, list(FAULTS)),
    ],
)
def test_the_search_finds_what_it_should(filters, expected):
    call = f"matching({DATA_FILE}.faults, {json.dumps(filters)}).map(({{ name }}) => name)"
    source = f"const {{ matching }} = require({json.dumps(str(SCRIPT))}); console.log(JSON.stringify({call}))"
    done = subprocess.run(["node", "-e", source], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == expected


DATA_FILE = f"require({json.dumps(str(DOCS / 'figures/data/faults.json'))})"
