"""docs/metrics.md: it speaks of every key that is written, drawn, counted or printed, and of no other."""

import inspect
import json
import signal
import sys
from functools import cache
from pathlib import Path

import pytest

from harness import series
from harness.__main__ import main
from harness.compare import compare
from harness.diagnostics import SECTIONS
from harness.implementations import train_function
from harness.metrics import summarise
from harness.train import run_space
from reference.config import Config
from reference.update import actor_moves

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
pytest.importorskip("sphinx", reason="the page is made by a Sphinx extension: pip install '.[docs]'")
sys.path.insert(0, str(DOCS / "_ext"))

import metrics_code  # noqa: E402
import metrics_glossary  # noqa: E402

SMALL = {
    "total_steps": 70, "max_steps_per_episode": 20, "start_steps": 20, "update_after": 20, "batch_size": 8,
    "hidden_sizes": (8, 8), "gamma": 0.9, "probe_n": 5,
}  # fmt: skip
RUNS = {"ddpg": {}, "td3": {"twin_critics": True, "target_noise": 0.4, "policy_delay": 2}, "slow": {"n_step": 25}}
"""Of the last, replay is empty when the first episode ends."""

each_run = pytest.mark.parametrize("name", RUNS)


@cache
def lines_of(name, impl="reference"):
    """The lines of a run, as they are written."""
    config = Config(**SMALL | RUNS[name])
    space = run_space(config)
    return [
        json.loads(json.dumps(summarise(*some, space, config, 0.0), allow_nan=False))
        for some in train_function(impl)(config)
    ]


def places_of(line):
    """Group -> its keys and values in a line."""
    groups = {"episode": line, "updates": line["updates"], "probe": line["probe"]}
    return {group: values for group, values in groups.items() if values is not None}


def said_of():
    """Group and key -> what is said of it."""
    return {
        (group, key): metrics_glossary.glossary()[group]["key"][entry]
        for group in metrics_glossary.LINE
        for entry, keys in metrics_glossary.keys(group).items()
        for key in keys
    }


def json_keys(group):
    return list(metrics_glossary.glossary()[group]["key"])


@each_run
@pytest.mark.parametrize("impl", ["reference", "torchrl"])
def test_what_a_run_writes_is_what_the_page_speaks_of(name, impl):
    known = {group: [key for group_, key in said_of() if group_ == group] for group in metrics_glossary.LINE}
    for line in lines_of(name, impl):
        for group, values in places_of(line).items():
            assert list(values) == known[group]


def test_a_key_without_an_entry_and_an_entry_without_a_key_are_found(monkeypatch):
    assert metrics_glossary.undocumented() == set()
    log = metrics_code.sample()
    line = {name: value for name, value in log.episodes[-1].items() if name != "return"}
    monkeypatch.setattr(metrics_glossary, "sample", lambda: log._replace(episodes=[line | {"new": 1.0}]))
    assert metrics_glossary.undocumented() == {"return", "new"}


def shape_of(value, sizes):
    """A value's shape in the page's words."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, list):
        letters = {size: letter for letter, size in sizes.items()}
        inner = f", {letters[len(value[0])]}" if isinstance(value[0], list) else ""
        return f"[{letters[len(value)]}{inner}]"
    return {int: "whole number", float: "number", dict: "object"}[type(value)]


@each_run
def test_shapes_are_those_of_what_is_written(name):
    seen = set()
    for line in lines_of(name):
        sizes = {"U": len(line["updates"]["critic_loss"]), "P": SMALL["probe_n"], "A": 1}
        if not sizes["U"] or len(set(sizes.values())) < 3:  # a length would not tell its letter
            continue
        for group, values in places_of(line).items():
            for key, value in values.items():
                if value is not None:
                    assert said_of()[group, key]["shape"] == shape_of(value, sizes), key
                    seen.add((group, key))
    assert {key for group, key in set(said_of()) - seen} <= {"critics_gap", "action", "value", "probe"}


def test_null_is_what_the_page_says_can_be_null():
    null = set()
    for name in RUNS:
        for line in lines_of(name):
            for group, values in places_of(line).items():
                null |= {(group, key) for key, value in values.items() if value is None}
                null |= {(group, key) for key, value in values.items() if isinstance(value, list) and None in value}
    assert null == {place for place, said in said_of().items() if "null" in said}


def test_every_key_of_the_page_is_written_on_one_line_of_code():
    for contents in metrics_glossary.glossary().values():
        for key in contents["key"] if "of" in contents else ():
            path, line, _ = metrics_code.key_place(f"{','.join(contents['of'])} {key}")
            assert key in (ROOT / path).read_text().splitlines()[line - 1]


def test_a_key_that_no_code_writes_fails_the_page():
    with pytest.raises(ValueError, match="on 0 lines"):
        metrics_code.key_place("harness.metrics.summarise returned")


def test_a_figure_that_reads_a_key_is_named_at_it():
    drawn = {
        key: {one.draw.__name__ for one in metrics_code.figures_of(key)} for key in ("updates.value_mean", "seconds")
    }
    assert drawn == {"updates.value_mean": {"values_against_targets"}, "seconds": set()}
    assert {one.draw.__name__ for one in metrics_code.figures_of("largest_reward")} == {"value_growth"}


def test_figures_read_nothing_that_the_page_does_not_speak_of():
    known = {key for group in metrics_glossary.LINE for key in metrics_glossary.full_keys(group)}
    for section in SECTIONS:
        figure, read = metrics_code.drawn(section)
        assert figure.data and read <= known


def test_every_line_computed_for_the_report_is_on_the_page():
    general = {"episode_line", "update_line"}  # of any key
    lines = {name for name, _ in inspect.getmembers(series, inspect.isfunction) if name.endswith("_line")}
    assert lines - general == set(json_keys("derived"))


def test_formulas_of_the_page_are_in_the_docstrings_it_names():
    assert metrics_code.formula("harness.metrics.distance") in inspect.getdoc(sys.modules["harness.metrics"].distance)
    with pytest.raises(ValueError, match="has no formula"):
        metrics_code.formula("harness.metrics.summarise")


@pytest.mark.parametrize("name", ["ddpg", "td3"])
def test_a_comparison_counts_what_the_page_says(name):
    config = Config(**SMALL | RUNS[name])
    comparison = compare(config, run_space(config), None)
    said = metrics_glossary.glossary()["compared"]["key"]
    assert comparison.difference is None and set(comparison.quantities) == set(said)
    records = [record for record, _ in train_function("reference")(config)]
    updates = records[-1].last_update
    times = {
        "environment step": records[-1].last_step,
        "update": updates,
        "update that moves the targets": sum(actor_moves(update, config) for update in range(1, updates + 1)),
        "episode": len(records),
    }
    for kind, words in said.items():
        if "count" in words:
            assert comparison.quantities[kind] == words["count"] * times[words["per"]], kind


SHORT = (
    "--total-steps 60 --max-steps-per-episode 20 --start-steps 20 --update-after 20 --batch-size 8 --hidden-sizes 8 8"
)
COMMANDS = {
    "train": [f"train {SHORT} --out run"],
    "seeds": [f"train {SHORT} --seeds 0,1 --workers 1 --out many"],
    "evaluate": [f"train {SHORT} --out run", "evaluate run --episodes 2"],
    "record": [f"record {SHORT} --out trace.jsonl"],
    "compare": [f"compare {SHORT}"],
    "by_hash": [f"record {SHORT} --out trace.jsonl", "compare reference trace.jsonl"],
}


@pytest.mark.parametrize("group", COMMANDS)
def test_what_a_command_prints_is_what_the_page_speaks_of(group, tmp_path, monkeypatch, capfd):
    handler = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)
    for words in COMMANDS[group]:
        capfd.readouterr()
        assert main([*words.split(), "--json"]) == 0
    signal.signal(signal.SIGTERM, handler)
    answer = json.loads(capfd.readouterr().out)
    assert list(answer) == [key for key in json_keys(group) if key != "fault"]  # which is there with --fault alone


def test_every_table_of_printed_keys_is_checked_against_a_command():
    tables = [
        name
        for name, contents in metrics_glossary.glossary().items()
        if name not in (*metrics_glossary.PREFIX, "compared")
    ]
    assert tables == list(COMMANDS)
    page = (DOCS / "metrics.md").read_text()
    assert all(f"{{metrics-table}} {name}\n" in page for name in [*tables, "compared"])
    assert all(f"{{metrics}} {name}\n" in page for name in metrics_glossary.PREFIX)
