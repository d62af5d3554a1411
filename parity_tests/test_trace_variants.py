"""Traces of DDPG's variants: what only they have is hashed, what an update did not make is null."""

import json

import pytest
import torch

from harness.commands import execute
from harness.encoding import hash_of
from harness.observe import NETWORKS
from harness.parser import parse
from harness.trace_lines import QUANTITIES
from harness.trace_reader import read_lines, read_trace
from parity_tests.test_compare_traces import compare, edit, line_of
from reference.replay import init

SHORT = (
    "--total-steps 150 --max-steps-per-episode 50 --start-steps 40 --update-after 61 --batch-size 8 "
    "--hidden-sizes 16 16 --replay-size 100"
)
VARIANTS = {
    "td3": "--twin-critics --target-noise 0.4 --policy-delay 2",
    "policy_delay": "--policy-delay 3 --update-order simultaneous",
    "n_step": "--n-step 4",
    "everything": "--twin-critics --target-noise 0.4 --policy-delay 2 --n-step 4 --layer-norm both --action-layer 2 "
    "--noise ornstein-uhlenbeck --noise-sigma-final 0.05 --noise-anneal-steps 100 --dtype float64",
}
each_variant = pytest.mark.parametrize("recorded", VARIANTS, indirect=True)
with_policy_delay = pytest.mark.parametrize("recorded", ["td3", "policy_delay", "everything"], indirect=True)


@pytest.fixture(scope="module")
def recorded(request, tmp_path_factory):
    """The trace of a variant's 150 steps and 90 updates on the reference, with values at the first two updates."""
    path = tmp_path_factory.mktemp("traces") / f"{request.param}.jsonl"
    assert execute(parse(f"record {SHORT} {VARIANTS[request.param]} --values-at 1 2 --out {path}".split())) == 0
    return path


def lines_of(path, kind):
    return [line for line in read_lines(path, read_trace(path).header) if line.kind == kind]


@each_variant
def test_a_variants_trace_equals_a_run_of_torchrl(recorded, capsys):
    status, answer = compare([recorded, "torchrl"], capsys)
    assert status == 0 and answer["equal"], answer["difference"]
    moved = 90 // read_trace(recorded).header.config.policy_delay
    assert answer["compared"]["update critic_loss"] == 90
    assert {answer["compared"][f"update {name}"] for name in (*NETWORKS, "actor_loss", "actor_grad_norm")} == {moved}
    assert answer["compared"]["episode noise_scale"] == 3
    assert set(answer["compared"]) == {f"{kind} {name}" for kind, names in QUANTITIES.items() for name in names}


@with_policy_delay
def test_an_update_that_leaves_the_targets_alone_has_null_for_what_it_did_not_make(recorded):
    delay = read_trace(recorded).header.config.policy_delay
    for line in lines_of(recorded, "update"):
        missing = {name for name, digits in line.hashes.items() if digits is None}
        waits = line.place.update % delay != 0
        assert missing == ({*NETWORKS, "actor_loss", "actor_grad_norm"} if waits else set()), line.place


@with_policy_delay
def test_values_are_those_of_the_hashes_that_are_there(recorded):
    for line in lines_of(recorded, "update")[:2]:
        assert set(line.values) == {name for name, digits in line.hashes.items() if digits is not None}


@pytest.mark.parametrize("recorded", ["n_step"], indirect=True)
@pytest.mark.parametrize("quantity", ["window", "noise_scale", "replay"])
def test_a_flipped_hash_of_what_variants_have_is_named(quantity, recorded, tmp_path, capsys):
    number, line = line_of(recorded, line="episode", episode=1)
    flipped = {quantity: "0" * 16}
    other = edit(recorded, tmp_path / "flipped.jsonl", number, hashes=line["hashes"] | flipped)
    status, answer = compare([recorded, other], capsys)
    assert status == 1
    assert answer["difference"].startswith(f"episode 1, after update 0 (environment step 50), {quantity}: hash ")


@pytest.mark.parametrize("recorded", ["n_step"], indirect=True)
def test_a_trace_from_before_there_were_variants_is_compared_in_what_it_has(recorded, tmp_path, capsys):
    lines = [json.loads(line) for line in recorded.read_text().splitlines()]
    lines[0]["quantities"]["episode"] = [n for n in QUANTITIES["episode"] if n not in ("window", "noise_scale")]
    for line in lines:
        if line["line"] == "episode":
            del line["hashes"]["window"], line["hashes"]["noise_scale"]
    old = tmp_path / "old.jsonl"
    old.write_text("".join(json.dumps(line) + "\n" for line in lines))
    status, answer = compare([recorded, old], capsys)
    assert status == 0 and answer["not_offered"][str(old)] == ["episode window", "episode noise_scale"]


def test_a_ring_without_steps_has_the_hash_of_its_rows_cursor_and_size():
    replay = init(3, 2, 1, torch.float32)
    assert hash_of(replay) == hash_of({"rows": replay.rows, "cursor": 0, "size": 0})


def test_the_steps_of_a_rings_rows_are_in_its_hash():
    replay = init(3, 2, 1, torch.float32, n_step=2)
    assert hash_of(replay) != hash_of(replay._replace(steps=2 * replay.steps))
    assert hash_of(replay) != hash_of(replay._replace(steps=None))
