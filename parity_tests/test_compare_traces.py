"""`ddpg compare` with traces: equal where runs are, and otherwise naming the place and the element."""

import json
import math
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from harness.commands import execute
from harness.errors import InputError
from harness.fingerprint import versions
from harness.observe import observe
from harness.parser import parse
from harness.record import choose, write_trace
from harness.trace import Header
from harness.trace_lines import QUANTITIES, episode_lines, hashed
from parity_tests.runs import short
from parity_tests.test_whole_run import one_ulp_at
from reference.config import Config

CONFIG = short(start_steps=60, update_after=61, total_steps=150, max_steps_per_episode=50, batch_size=8)
WORDS = (
    "--start-steps 60 --update-after 61 --total-steps 150 --max-steps-per-episode 50 --batch-size 8 "
    "--hidden-sizes 64 64 --replay-size 5000 --episodes 1000"
)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The trace of a run of 150 steps and 90 updates, without values."""
    path = tmp_path_factory.mktemp("traces") / "recorded.jsonl"
    assert execute(parse(f"record {WORDS} --out {path}".split())) == 0
    return path


def compare(words, capsys):
    """Exit status and what `ddpg compare --json` prints."""
    capsys.readouterr()
    status = execute(parse(["compare", *map(str, words), "--json"]))
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("impl", ["reference", "torchrl"])
def test_a_trace_equals_a_run_of_either_implementation(impl, recorded, capsys):
    status, answer = compare([recorded, impl], capsys)
    assert status == 0 and answer["equal"] and answer["warning"] is None, answer["difference"]
    assert answer["compared"]["update critic"] == 90 and answer["compared"]["step reward"] == 150
    assert set(answer["compared"]) == {f"{kind} {name}" for kind, names in QUANTITIES.items() for name in names}


def edit(path, into, number, **fields):
    """A copy of a trace of which one line has other fields."""
    lines = path.read_text().splitlines(keepends=True)
    lines[number] = json.dumps(json.loads(lines[number]) | fields) + "\n"
    into.write_text("".join(lines))
    return into


def line_of(path, **fields):
    """The number of the one line with these fields, from 0, and the line."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    found = [(number, line) for number, line in enumerate(lines) if line.items() >= fields.items()]
    assert len(found) == 1
    return found[0]


FLIPPED = {
    "step": ("next_observation", {"step": 70}, "episode 2, environment step 70, transition.next_observation: hash "),
    "update": ("target_actor", {"update": 17}, "episode 2, update 17 (environment step 77), target_actor: hash "),
    "episode": (
        "critic_adam.square",
        {"episode": 2},
        "episode 2, after update 40 (environment step 100), critic_adam.square: hash ",
    ),
    "start": ("actor", {}, "before the first step, actor: hash "),
}


@pytest.mark.parametrize("kind", FLIPPED)
def test_a_flipped_hash_is_named(kind, recorded, tmp_path, capsys):
    quantity, where, words = FLIPPED[kind]
    number, line = line_of(recorded, line=kind, **where)
    digits = line["hashes"][quantity]
    other = ("0" if digits[0] != "0" else "1") + digits[1:]
    flipped = edit(recorded, tmp_path / "flipped.jsonl", number, hashes=line["hashes"] | {quantity: other})
    status, answer = compare([recorded, flipped], capsys)
    assert status == 1 and answer["difference"].startswith(f"{words}{digits} against {other}"), answer["difference"]


def test_the_cure_for_a_hash_without_values_gives_the_elements(recorded, tmp_path, capsys):
    faulty = record_with_one_ulp(tmp_path / "faulty.jsonl", 17, "critic", choose(None, ()))
    text = compare([faulty, "reference"], capsys)[1]["difference"]
    assert "critic: hash" in text
    update = int(re.search(r"--values-at (\d+)", text)[1])
    faulty = record_with_one_ulp(tmp_path / "again.jsonl", 17, "critic", choose(None, (update,)))
    assert "1 of 4096 elements differ" in compare([faulty, "reference"], capsys)[1]["difference"]


def record_with_one_ulp(path, update, network, chosen):
    """The trace of a run in which one weight is an ulp larger at one update."""
    run = observe("reference", CONFIG, hashed(chosen), parts=one_ulp_at(update, network))
    lines = (line for episode in run for line in episode_lines(episode, CONFIG, chosen))
    quantities = {kind: names for kind, names in QUANTITIES.items() if kind != "start"}
    header = Header("reference", CONFIG, quantities, versions(), datetime.now(UTC).isoformat())
    path.touch()
    write_trace(path, header, lines)
    return path


@pytest.mark.parametrize("update, network, impl", [(7, "actor", "torchrl"), (60, "critic", "reference")])
def test_one_ulp_is_located_by_the_values_of_its_update(update, network, impl, tmp_path, capsys):
    faulty = record_with_one_ulp(tmp_path / "faulty.jsonl", update, network, choose(None, (update,)))
    status, answer = compare([faulty, impl], capsys)
    step = update + 60  # one update a step from the 61st on
    begin = f"episode {math.ceil(step / 50)}, update {update} (environment step {step}), {network}[2.weight]: "
    assert status == 1 and answer["difference"].startswith(f"{begin}1 of 4096 elements differ, largest ")
    assert "at (3, 5)" in answer["difference"]
    assert answer["not_offered"] == {str(faulty): [f"start {name}" for name in QUANTITIES["start"]], impl: []}


def test_a_run_that_ends_early_is_named(recorded, tmp_path, capsys):
    lines = recorded.read_text().splitlines(keepends=True)
    last, _ = line_of(recorded, line="episode", episode=2)
    end = json.dumps({"line": "end", "episode": 2, "step": 100, "update": 40}) + "\n"
    (tmp_path / "early.jsonl").write_text("".join([*lines[: last + 1], end]))
    status, answer = compare([recorded, tmp_path / "early.jsonl"], capsys)
    assert status == 1
    assert answer["difference"] == "episode 3, environment step 101: the right run has ended, the left one goes on"


def test_other_numerics_are_warned_of_and_compared_all_the_same(recorded, tmp_path, capsys):
    header = json.loads(recorded.read_text().splitlines()[0])
    found = header["versions"] | {"numerics": header["versions"]["numerics"] | {"hash": "0", "mkl": "maybe"}}
    other = edit(recorded, tmp_path / "other.jsonl", 0, versions=found)
    status, answer = compare([recorded, other], capsys)
    assert status == 0 and answer["compared_in_all"] > 1_000
    assert "differ in numerics (hash, mkl)" in answer["warning"]


def test_updates_that_the_configuration_does_not_account_for_are_written_all_the_same():
    run = observe("reference", replace(CONFIG, updates_per_step=2), hashed(choose(None, ())))
    lines = [line for episode in run for line in episode_lines(episode, CONFIG, choose(None, ()))]
    assert [line.place.update for line in lines if line.kind == "update"] == list(range(1, 181))


# What is refused.


def refused(words):
    with pytest.raises(InputError) as refusal:
        execute(parse(["compare", *map(str, words)]))
    return str(refusal.value)


def test_a_trace_against_itself_is_refused(recorded, tmp_path):
    (tmp_path / "trace.jsonl").symlink_to(recorded)
    assert "are one file" in refused([recorded, tmp_path])


def test_traces_of_different_runs_are_refused(recorded, tmp_path):
    other = asdict(Config(**asdict(CONFIG) | {"seed": 7, "gamma": 0.9}))
    text = refused([recorded, edit(recorded, tmp_path / "other.jsonl", 0, config=other)])
    assert "different runs: seed (42 against 7), gamma (0.99 against 0.9)" in text


@pytest.mark.parametrize(
    "words, message", [("--seed 7", "seed must be 42, .*; got 7"), ("--gamma 0.9", "gamma must be")]
)
def test_options_that_contradict_a_trace_are_refused(words, message, recorded):
    assert re.search(message, refused([recorded, "reference", *words.split()]))


def test_options_that_a_trace_agrees_with_are_taken(recorded):
    assert parse(["compare", str(recorded), "torchrl", "--seed", "42", "--total-steps", "150"]).config == CONFIG


def test_a_damaged_trace_is_refused_before_anything_runs(recorded, tmp_path):
    lines = recorded.read_text().splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_text("".join(lines[:100]))
    assert "breaks off" in refused([tmp_path / "cut.jsonl", "reference", "--out", tmp_path / "out"])
    assert not (tmp_path / "out").exists()


def test_a_trace_takes_no_fault(recorded):
    assert "fault needs both implementations" in refused([recorded, "torchrl", "--fault", "gain_of_relu"])


def test_the_implementation_beside_a_trace_is_recorded(recorded, tmp_path):
    assert execute(parse(["compare", str(recorded), "torchrl", "--out", str(tmp_path / "out")])) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"torchrl", "compare.json", "report.html"}
    assert len((tmp_path / "out" / "torchrl" / "metrics.jsonl").read_text().splitlines()) == 3
