"""Traces: what is written is read, and what is damaged is refused in one line."""

import base64
import hashlib
import json
import struct

import pytest
import torch

from harness.commands import execute
from harness.encoding import decode, encode, hash_of
from harness.errors import InputError
from harness.parser import parse
from harness.record import choose
from harness.trace_reader import read_lines, read_trace

SHORT = (
    "--total-steps 60 --max-steps-per-episode 20 --start-steps 20 --update-after 20 --batch-size 8 --hidden-sizes 8 8"
)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A trace of 3 episodes, 60 steps and 41 updates, with values at the start and at each 20th update."""
    path = tmp_path_factory.mktemp("trace") / "trace.jsonl"
    assert execute(parse(f"record {SHORT} --values-every 20 --out {path}".split())) == 0
    return path


# Hashes and values.


def test_a_hash_is_that_of_dtype_shape_and_little_endian_bytes():
    text = b"float32 [2,1]\n" + struct.pack("<2f", 1.0, -2.5)
    assert hash_of(torch.tensor([[1.0], [-2.5]])) == hashlib.sha256(text).hexdigest()[:16]


def test_a_networks_hash_goes_over_its_tensors_in_their_order():
    text = b"float64 [1,2]\n" + struct.pack("<2d", 0.1, 0.2) + b"float64 []\n" + struct.pack("<d", -0.0)
    network = {
        "0.weight": torch.tensor([[0.1, 0.2]], dtype=torch.float64),
        "0.bias": -torch.zeros((), dtype=torch.float64),
    }
    assert hash_of(network) == hashlib.sha256(text).hexdigest()[:16]


def test_the_hash_in_the_documentation_is_right():
    value = torch.tensor([1.0, -2.5])
    assert (hash_of(value), encode(value)["base64"]) == ("26b74965fadafb64", "AACAPwAAIMA=")


@pytest.mark.parametrize(
    "other",
    [
        torch.tensor([1.0, -0.0]),
        torch.tensor([[1.0, 0.0]]),
        torch.tensor([1.0, 0.0], dtype=torch.float64),
        torch.tensor([1.0, 1e-45]),
        torch.tensor([0.0, 1.0]),
        None,
    ],
    ids=["minus_zero", "shape", "dtype", "least_denormal", "order", "none"],
)
def test_a_hash_tells_whatever_bits_tell(other):
    assert hash_of(torch.tensor([1.0, 0.0])) != hash_of(other)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.bool, torch.uint8], ids=str)
def test_values_come_back_in_every_bit(dtype):
    value = {"w": torch.tensor([[0, 1], [2, 3]]).to(dtype), "b": torch.tensor(1).to(dtype)}
    back = decode(json.loads(json.dumps(encode(value))))
    assert hash_of(back) == hash_of(value) and list(back) == ["w", "b"]


def test_values_are_the_bytes_that_are_hashed():
    assert encode(torch.tensor([1.0]))["base64"] == base64.b64encode(struct.pack("<f", 1.0)).decode()


@pytest.mark.parametrize(
    "every, at, chosen", [(None, (), []), (5, (), [0, 5, 10]), (None, (0, 7), [0, 7]), (6, (7,), [0, 6, 7])]
)
def test_values_are_written_where_asked_for(every, at, chosen):
    assert [update for update in range(11) if choose(every, at)(update)] == chosen


# Whole traces.


def test_a_trace_reads_as_it_was_written(recorded):
    trace = read_trace(recorded)
    assert trace.header.implementation == "reference" and trace.header.config.total_steps == 60
    assert tuple(trace.end) == (3, 60, 41)
    assert trace.valued == {0, 20, 40}
    kinds = [line.kind for line in read_lines(recorded, trace.header)]
    assert [kinds.count(kind) for kind in ("start", "step", "update", "episode")] == [1, 60, 41, 3]


def test_an_update_stands_after_the_step_that_it_followed(recorded):
    lines = list(read_lines(recorded, read_trace(recorded).header))
    first = next(place for place, line in enumerate(lines) if line.kind == "update")
    assert tuple(lines[first].place) == (1, 20, 1) and tuple(lines[first - 1].place) == (1, 20, 0)


def test_a_steps_values_go_with_those_of_the_next_update(recorded):
    lines = read_lines(recorded, read_trace(recorded).header)
    steps = [line.place.step for line in lines if line.kind == "step" and line.values]
    assert steps == [39, 59]  # update 1 follows step 20


def test_a_folder_stands_for_the_trace_in_it(recorded):
    assert read_trace(recorded.parent).end == read_trace(recorded).end


def change(number, **fields):
    """Gives one line, counted from 1, other fields."""

    def damage(lines):
        lines[number - 1] = json.dumps(json.loads(lines[number - 1]) | fields) + "\n"

    return damage


def without(number, *names):
    """Takes fields of one line away."""

    def damage(lines):
        kept = {name: value for name, value in json.loads(lines[number - 1]).items() if name not in names}
        lines[number - 1] = json.dumps(kept) + "\n"

    return damage


def in_hashes(number, **hashes):
    """Gives one line other hashes."""

    def damage(lines):
        line = json.loads(lines[number - 1])
        lines[number - 1] = json.dumps(line | {"hashes": line["hashes"] | hashes}) + "\n"

    return damage


def lines_from(first, last):
    """Keeps the lines from `first` to `last`, counted from 1, and the header."""
    return lambda lines: lines.__setitem__(slice(1, None), lines[first - 1 : last])


DAMAGED = {
    # name: (what is done to the lines, words that the one line must hold)
    "empty": (lambda lines: lines.clear(), ["line 1", "never finished"]),
    "not_json": (lambda lines: lines.__setitem__(0, "seed: 42\n"), ["line 1", "no JSON object"]),
    "another_format": (change(1, format="csv"), ["header of a ddpg-trace"]),
    "later_version": (change(1, version=2), ["version must be 1", "2"]),
    "unknown_field_of_config": (change(1, config={"learning_rate": 1}), ["learning_rate"]),
    "wrong_config": (change(1, config={"tau": 7}), ["tau", "(0, 1]"]),
    "no_config": (without(1, "config"), ["'config' is missing"]),
    "no_quantities": (change(1, quantities={}), ["quantities", "one at the least"]),
    "quantity_that_is_no_list": (change(1, quantities={"update": "target"}), ["lists of names"]),
    "unknown_kind": (change(1, quantities={"minibatch": ["target"]}), ["minibatch", "update"]),
    "header_alone": (lines_from(1, 0), ["breaks off after line 1"]),
    "cut_off": (lines_from(2, 70), ["breaks off after line 70", "Record it again"]),
    "cut_off_in_a_line": (lambda lines: lines.__setitem__(-1, lines[-1][:9]), ["was never finished"]),
    "line_missing": (lambda lines: lines.pop(9), ["line 10", "step 8 must come here; got 9"]),
    "line_twice": (lambda lines: lines.insert(9, lines[9]), ["line 11", "step 9 must come here; got 8"]),
    "line_that_is_none": (lambda lines: lines.insert(9, "]\n"), ["line 10", "no JSON object"]),
    "line_of_a_list": (lambda lines: lines.insert(9, "[]\n"), ["line 10", "no JSON object"]),
    "unannounced_line": (change(9, line="batch"), ["line 9", "announces no line 'batch'"]),
    "hash_missing": (change(9, hashes={"reward": "0" * 16}), ["line 9", "observation", "reward"]),
    "hash_too_short": (in_hashes(9, reward="abc"), ["line 9", "reward", "16 hexadecimal digits", "'abc'"]),
    "hash_in_capitals": (in_hashes(9, reward="A" * 16), ["line 9", "reward"]),
    "value_of_another_hash": (in_hashes(2, actor="0" * 16), ["line 2", "value of actor", "0" * 16]),
    "broken_value": (change(9, values={"reward": {"dtype": "float32", "shape": [], "base64": "!"}}), ["line 9"]),
    "unknown_dtype": (change(9, values={"reward": {"dtype": "f32", "shape": [], "base64": ""}}), ["line 9", "float32"]),
    "fraction_of_a_step": (change(9, step=7.5), ["line 9", "whole numbers"]),
    "back_in_time": (change(9, episode=0), ["line 9", "stands before"]),
    "end_too_early": (lambda lines: lines.pop(-2), ["ends at episode 3, after 2"]),
    "goes_on_after_its_end": (lambda lines: lines.append(lines[-2]), ["ended before it"]),
}


@pytest.mark.parametrize("damage, words", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_trace_is_refused_in_one_line(damage, words, recorded, tmp_path):
    lines = recorded.read_text().splitlines(keepends=True)
    damage(lines)
    path = tmp_path / "damaged.jsonl"
    path.write_text("".join(lines))
    with pytest.raises(InputError) as refusal:
        read_trace(path)
    text = str(refusal.value)
    assert "\n" not in text and str(path) in text
    assert [word for word in words if word not in text] == [], text


def test_other_files_are_refused(tmp_path):
    (tmp_path / "weights.pt").write_bytes(bytes(range(256)) * 8)
    with pytest.raises(InputError, match="line 1"):
        read_trace(tmp_path / "weights.pt")
    with pytest.raises(InputError, match=r"trace\.jsonl"):
        read_trace(tmp_path)


REFUSED = {
    "values_every_0": ("--values-every 0", "values_every must be .* at least 1; got 0"),
    "values_at_minus_1": ("--values-at -1", "values_at must be .* at least 0; got -1"),
    "nowhere_to_write": ("--out /proc/trace.jsonl", "out must be a file that can be written"),
}


@pytest.mark.parametrize("words, message", REFUSED.values(), ids=REFUSED.keys())
def test_record_refuses_bad_input(words, message):
    with pytest.raises(InputError, match=message):
        execute(parse(f"record {SHORT} {words}".split()))


def test_record_overwrites_nothing(recorded):
    before = recorded.read_bytes()
    with pytest.raises(InputError, match="is there already"):
        execute(parse(f"record {SHORT} --out {recorded}".split()))
    assert recorded.read_bytes() == before
