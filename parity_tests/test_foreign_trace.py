"""`ddpg compare` with traces that other programs wrote: compared in what they offer, and in nothing else."""

import json
import re
from dataclasses import asdict

import pytest

from harness.commands import execute
from harness.errors import InputError
from harness.parser import parse
from parity_tests.foreign_trace import QUANTITIES, step_line, update_line, write
from parity_tests.runs import short
from reference.train import train

CONFIG = short(start_steps=60, update_after=61, total_steps=150, max_steps_per_episode=50, batch_size=8)


def lines_of_run(change=lambda update, target: target):
    """The run as the foreign program has it; `change` makes its targets wrong."""
    lines, update = [], 0
    for record, _ in train(CONFIG):
        made = iter(zip(record.updates.indices.tolist(), record.updates.target.tolist(), strict=True))
        first = record.last_step - len(record.transitions.reward) + 1
        for step, reward in enumerate(record.transitions.reward.tolist(), first):
            lines.append(step_line({"episode": record.episode, "step": step, "update": update}, reward))
            if step >= 61:
                indices, target = next(made)
                update += 1
                place = {"episode": record.episode, "step": step, "update": update}
                lines.append(update_line(place, indices, change(update, target)))
    return lines


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A trace of the whole run."""
    path = tmp_path_factory.mktemp("foreign") / "foreign.jsonl"
    write(path, asdict(CONFIG), lines_of_run(), QUANTITIES)
    return path


def test_a_foreign_trace_is_compared_in_what_it_offers_and_the_rest_is_listed(foreign, capsys):
    assert execute(parse(["compare", "torchrl", str(foreign), "--json"])) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["compared"] == {"step reward": 150, "update indices": 90, "update target": 90}
    assert answer["not_offered"]["torchrl"] == ["update temperature"]
    lacking = answer["not_offered"][str(foreign)]
    assert len(lacking) == 4 + 5 + 9 + 18
    assert {"start critic", "step action", "update value", "episode replay"} < set(lacking)


def test_a_foreign_element_is_named(tmp_path, capsys):
    def wrong(update, target):
        return [*target[:5], target[5] + 0.5, *target[6:]] if update == 33 else target

    write(tmp_path / "wrong.jsonl", asdict(CONFIG), lines_of_run(wrong), QUANTITIES)
    assert execute(parse(["compare", str(tmp_path / "wrong.jsonl"), "reference", "--json"])) == 1
    difference = json.loads(capsys.readouterr().out)["difference"]
    words = "episode 2, update 33 (environment step 93), target: 1 of 8 elements differ, largest 5.000e-01 at (5,) "
    assert difference.startswith(words), difference


def test_people_are_told_what_was_not_compared_and_that_numerics_are_unknown(foreign, capsys):
    execute(parse(["compare", "reference", str(foreign)]))
    output = capsys.readouterr()
    assert re.search(r"warning: .*foreign\.jsonl does not say on what numerics", output.err)
    assert re.search(r"Not compared, since .*foreign\.jsonl does not offer it: start critic, ", output.out)


def refused(*words):
    with pytest.raises(InputError) as refusal:
        execute(parse(["compare", *map(str, words)]))
    return str(refusal.value)


@pytest.mark.parametrize("other", ["trace", "reference"])
def test_nothing_in_common_is_refused(other, foreign, tmp_path):
    line = {"line": "update", "episode": 1, "step": 61, "update": 1, "hashes": {"entropy": "0" * 16}}
    write(tmp_path / "entropy.jsonl", asdict(CONFIG), [line], {"update": ["entropy"]})
    text = refused(tmp_path / "entropy.jsonl", foreign if other == "trace" else other)
    assert "no quantity in common" in text


def test_quantities_in_common_that_no_line_holds_are_refused(tmp_path):
    for name in ("left", "right"):
        write(tmp_path / name, asdict(CONFIG), [], QUANTITIES)
    assert "no hash to compare" in refused(tmp_path / "left", tmp_path / "right")


def test_values_that_do_not_have_their_hash_are_refused(tmp_path):
    lines = lines_of_run()
    lines[-1]["values"]["target"] = lines[-2 - 1]["values"]["target"]
    write(tmp_path / "wrong.jsonl", asdict(CONFIG), lines, QUANTITIES)
    assert re.search(r"line \d+: the value of target has the hash", refused(tmp_path / "wrong.jsonl", "reference"))
