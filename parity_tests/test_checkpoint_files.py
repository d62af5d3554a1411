"""Checkpoints as they are written: what changed and no more, so many of them, and nothing beside."""

import shutil

import pytest
import torch

from harness.checkpoints import FOLDER, Checkpoints, manifest_paths
from harness.chunks import changed_chunks
from harness.manifest import parse_manifest
from harness.parts import part_path
from harness.schedule import Schedule
from parity_tests.assertions import assert_same_bits
from parity_tests.checkpointed import CONFIG, SCHEDULE, newest, parts_of, small_chunks, written_run
from parity_tests.combinations import tiny
from reference.state import Batch, Replay


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        small_chunks(patch)
        return written_run(tmp_path_factory.mktemp("checkpoints") / "run")


@pytest.fixture
def run(whole, tmp_path):
    """A run folder with the checkpoints of episodes 4 and 5, to be damaged."""
    return shutil.copytree(whole, tmp_path / "run")


def test_only_chunks_that_changed_are_written(tmp_path, monkeypatch):
    small_chunks(monkeypatch)
    config = tiny({}, total_steps=None, episodes=5, replay_size=200)  # 22 rows an episode, 16 a chunk
    written_run(tmp_path / "run", config, Schedule(1, None, 5))
    chunks = [parse_manifest(path.read_text()).chunks for path in manifest_paths(tmp_path / "run" / FOLDER)]
    kept = [len(set(later) & set(earlier)) for later, earlier in zip(chunks, chunks[1:], strict=False)]
    # by hand: 22 k rows are so many whole chunks, after which the rest begins
    assert kept[::-1] == [22 * k // 16 for k in range(1, 5)]


# by hand, on a ring of 64 rows: cursor then, cursor now, steps between, chunks of 16
CHANGED = {
    "none": (20, 20, 0, set()),
    "one_row": (20, 21, 1, {1}),
    "to_the_end_of_a_chunk": (20, 32, 12, {1}),
    "over_a_border": (20, 33, 13, {1, 2}),
    "to_the_end": (50, 0, 14, {3}),
    "around": (50, 3, 17, {3, 0}),
    "around_into_its_own_chunk": (20, 18, 62, {0, 1, 2, 3}),
    "all_but_one": (20, 19, 63, {0, 1, 2, 3}),
    "once_around": (20, 20, 64, {0, 1, 2, 3}),
    "more_than_once": (20, 23, 1000, {0, 1, 2, 3}),
}


@pytest.mark.parametrize("before, now, steps, expected", CHANGED.values(), ids=CHANGED.keys())
def test_the_cursor_says_which_chunks_changed(before, now, steps, expected, monkeypatch):
    small_chunks(monkeypatch)
    rows = Batch(*(torch.zeros(64) for _ in Batch._fields))
    assert changed_chunks(Replay(rows, now, 64), before, steps) == expected


@pytest.mark.parametrize("keep", [1, 2, 4])
def test_so_many_checkpoints_are_kept_and_nothing_beside(keep, tmp_path, monkeypatch):
    small_chunks(monkeypatch)
    folder = written_run(tmp_path / "run", CONFIG, Schedule(1, None, keep)) / FOLDER
    manifests = [parse_manifest(path.read_text()) for path in manifest_paths(folder)]
    assert [path.name for path in manifest_paths(folder)] == [f"{number:06d}.json" for number in range(5, 5 - keep, -1)]
    named = {part_path(folder, part) for manifest in manifests for part in (manifest.tensors, *manifest.chunks)}
    assert {path for path in folder.iterdir() if path.suffix != ".json"} == named
    for path in manifest_paths(folder):
        loaded, refused = newest(folder.parent)
        assert loaded.path == path and not refused
        path.unlink()


def test_what_a_killed_process_left_is_cleared_away(run, monkeypatch):
    small_chunks(monkeypatch)
    for name in ("0" * 64 + ".safetensors", "1" * 64 + ".safetensors.part", "000009.json.part"):
        (run / FOLDER / name).write_bytes(b"x")
    loaded, _ = newest(run)
    names = {path.name for path in (run / FOLDER).iterdir()}
    Checkpoints(run, CONFIG, "reference", "autograd", SCHEDULE, loaded.manifest).write(loaded.state)
    left = {path.name for path in (run / FOLDER).iterdir()}
    assert len(names - left) == 3 and left < names


def test_a_damaged_part_is_written_anew(run, monkeypatch):
    small_chunks(monkeypatch)
    loaded, _ = newest(run)
    path = parts_of(run)[0]
    path.write_bytes(path.read_bytes()[::-1])
    Checkpoints(run, CONFIG, "reference", "autograd", SCHEDULE).write(loaded.state)
    again, refused = newest(run)
    assert not refused
    assert_same_bits("state", again.state, loaded.state)


def test_chunks_of_another_size_are_all_written_anew(run):
    loaded, _ = newest(run)  # in chunks of 16 rows
    Checkpoints(run, CONFIG, "reference", "autograd", SCHEDULE, loaded.manifest).write(loaded.state)
    again, refused = newest(run)
    assert (len(loaded.manifest.chunks), len(again.manifest.chunks), refused) == (3, 1, [])
    assert_same_bits("state", again.state, loaded.state)


def test_a_run_that_ends_in_mid_episode_leaves_the_checkpoint_of_the_last_whole_one(tmp_path):
    written_run(tmp_path / "run", tiny({}, total_steps=100), Schedule(1, None, 3))
    assert manifest_paths(tmp_path / "run" / FOLDER)[0].name == "000004.json"  # 4 episodes of 22 steps, and 12 steps
