"""Checkpoints that are damaged, foreign or malicious: each is refused in one line, and the one before it is used."""

import json
import os
import pickle
import shutil

import pytest
import torch
from safetensors.numpy import save

from harness.checkpoints import FOLDER, manifest_paths
from harness.durable import write_durably
from harness.manifest import digest_of, manifest_text, parse_manifest
from harness.parts import part_of, part_path
from harness.run_folder import load_weights
from parity_tests.checkpointed import newest, parts_of, small_chunks, written_run
from parity_tests.combinations import tiny


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        small_chunks(patch)
        return written_run(tmp_path_factory.mktemp("checkpoints") / "run")


@pytest.fixture
def run(whole, tmp_path):
    """A run folder with the checkpoints of episodes 4 and 5, to be damaged."""
    return shutil.copytree(whole, tmp_path / "run")


def test_the_newest_whole_checkpoint_is_read(run):
    loaded, refused = newest(run)
    assert (loaded.state.episode, loaded.path.name, refused) == (5, "000005.json", [])


# Damage.


def truncated(path):
    path.write_bytes(path.read_bytes()[:-2])


def emptied(path):
    path.write_bytes(b"")


def flipped(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def longer(path):
    path.write_bytes(path.read_bytes() + b"\0")


def removed(path):
    path.unlink()


def made_a_folder(path):
    path.unlink()
    path.mkdir()


def made_a_pipe(path):
    path.unlink()
    os.mkfifo(path)


def foreign(path):
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


DAMAGES = {
    # how: what a part's refusal says; its length is looked at before it is read
    truncated: "bytes where", emptied: "holds 0 bytes where", flipped: "fails its checksum", longer: "bytes where",
    removed: "is missing", made_a_folder: "is missing", made_a_pipe: "is missing", foreign: "bytes where",
}  # fmt: skip


@pytest.mark.parametrize("which", ["tensors", "chunk"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_part_is_refused_and_the_checkpoint_before_it_used(damage, which, run):
    tensors, *chunks = parts_of(run)
    damage(tensors if which == "tensors" else chunks[0])
    assert_refused(run, DAMAGES[damage])


@pytest.mark.parametrize("damage", [damage for damage in DAMAGES if damage is not removed])
def test_a_damaged_manifest_is_refused_and_the_checkpoint_before_it_used(damage, run):
    path = manifest_paths(run / FOLDER)[0]
    if damage is longer:
        path.write_text(path.read_text() + "{}")
    else:
        damage(path)
    assert_refused(run, "it")


def assert_refused(run, words):
    """The checkpoint of episode 5 is, in one line, and that of episode 4 is used."""
    loaded, refused = newest(run)
    assert [path.name for path, _ in refused] == ["000005.json"]
    assert words in refused[0].reason and "\n" not in refused[0].reason
    assert loaded is not None and loaded.state.episode == 4


def test_metrics_of_another_run_are_refused(run):
    lines = (run / "metrics.jsonl").read_text().splitlines()
    (run / "metrics.jsonl").write_text("\n".join([*lines[:4], '{"episode": 6}']) + "\n")
    assert_refused(run, "metrics.jsonl is not as it was")


def test_every_byte_of_a_manifest_counts(run):
    path = manifest_paths(run / FOLDER)[0]
    data = path.read_bytes()
    places = torch.randint(0, len(data), (40,), generator=torch.Generator().manual_seed(0)).tolist()
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 4
        path.write_bytes(changed)
        loaded, _ = newest(run)
        blank = chr(data[place]).isspace() and chr(changed[place]).isspace()
        assert loaded.state.episode == (5 if blank else 4), f"byte {place}"


# What is whole, and wrong all the same.


def signed(run, **fields):
    """The newest manifest with other fields, and the checksum that belongs to them."""
    path = manifest_paths(run / FOLDER)[0]
    path.write_text(manifest_text(parse_manifest(path.read_text())._replace(**fields)))


def put(run, data):
    """A file with its checksum for a name."""
    part = part_of(data)
    write_durably(part_path(run / FOLDER, part), data)
    return part


def manifest(run):
    return parse_manifest(manifest_paths(run / FOLDER)[0].read_text())


class Malice:
    """A pickle that, when it is loaded, makes a folder."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def test_this_malice_works_where_pickles_are_loaded(tmp_path):
    pickle.loads(pickle.dumps(Malice(tmp_path / "made")))
    assert (tmp_path / "made").is_dir()


@pytest.mark.parametrize("form", ["pickle", "torch"])
@pytest.mark.parametrize("which", ["tensors", "chunk"])
def test_a_malicious_pickle_does_nothing(form, which, run, tmp_path):
    file, made = tmp_path / "file", tmp_path / "made"
    if form == "pickle":
        file.write_bytes(pickle.dumps(Malice(made)))
    else:
        torch.save(Malice(made), file)
    part = put(run, file.read_bytes())
    signed(run, **({"tensors": part} if which == "tensors" else {"chunks": [part, *manifest(run).chunks[1:]]}))
    assert_refused(run, "holds no tensors")
    assert not made.exists()


def test_a_malicious_pickle_in_weights_does_nothing(run, tmp_path):
    torch.save(Malice(tmp_path / "made"), run / "weights.pt")
    with pytest.raises(Exception, match="cannot be read as weights"):
        load_weights(run)
    assert not (tmp_path / "made").exists()


def test_chunks_in_another_order_are_refused_by_their_rows(run):
    chunks = manifest(run).chunks  # 16, 16 and 8 rows
    signed(run, chunks=[chunks[2], chunks[1], chunks[0]])
    assert_refused(run, "chunk 0 of replay")


def test_a_chunk_too_few_is_refused(run):
    signed(run, chunks=manifest(run).chunks[:-1])
    assert_refused(run, "2 chunks of replay")


def test_a_chunk_of_other_columns_is_refused(run):
    part = put(run, save({"reward": torch.zeros(16).numpy()}))
    signed(run, chunks=[part, *manifest(run).chunks[1:]])
    assert_refused(run, "chunk 0 of replay")


def test_counters_of_another_episode_are_refused(run):
    numbers = manifest(run).numbers
    signed(run, numbers=numbers | {"step": numbers["step"] + 22})
    assert_refused(run, "not where the checkpoint stands")


def test_a_cursor_that_so_many_steps_do_not_lead_to_is_refused(run):
    numbers = manifest(run).numbers
    signed(run, numbers=numbers | {"replay/cursor": numbers["replay/cursor"] - 1})
    assert_refused(run, "replay/cursor")


def test_a_checkpoint_of_another_configuration_is_refused(run):
    other = written_run(run.parent / "other", tiny({"replay": "wraps"}, total_steps=None, episodes=5, seed=1))
    shutil.rmtree(run / FOLDER)
    shutil.copytree(other / FOLDER, run / FOLDER)
    loaded, refused = newest(run)
    assert loaded is None and {reason for _, reason in refused} == {"it is of a run with another configuration"}


@pytest.mark.parametrize("number", [2, 0, "1", None, 10**30])
def test_another_format_is_refused_before_anything_else_is_read(number, run):
    path = manifest_paths(run / FOLDER)[0]
    whole = json.loads(path.read_text())
    path.write_text(json.dumps({"kind": whole["kind"], "format": number, "anything": "else"}))
    assert_refused(run, f"it has format {str(number)[:20]}, and this version reads format 1")


@pytest.mark.parametrize("text", ["{}", "[]", "null", "[" * 100_000, '{"kind": "another program"}', "{'a': 1}"])
def test_a_manifest_of_another_program_is_refused(text, run):
    manifest_paths(run / FOLDER)[0].write_text(text)
    assert_refused(run, "it is no")


@pytest.mark.parametrize("field", ["config", "impl", "update", "versions", "numbers", "tensors", "chunks", "metrics"])
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], {"a": None}])
def test_a_field_of_another_kind_is_refused(field, value, run):
    path = manifest_paths(run / FOLDER)[0]
    whole = json.loads(path.read_text())
    if whole[field] == value or (field, value) in (("update", "x"), ("numbers", {}), ("config", {})):
        value = -1
    whole[field] = value
    whole["sha256"] = digest_of({name: part for name, part in whole.items() if name != "sha256"})
    path.write_text(json.dumps(whole))
    assert_refused(run, "it")


@pytest.mark.parametrize("sha256", ["../" * 21 + "x", "/etc/passwd".ljust(64, "x"), "A" * 64, "0" * 63])
def test_a_part_cannot_lie_elsewhere(sha256, run):
    signed(run, tensors=manifest(run).tensors._replace(sha256=sha256))
    assert_refused(run, "it lacks something")
