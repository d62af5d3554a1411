"""A run folder from somebody else, in which links and pipes lie: nothing beyond it is touched, and nothing waits."""

import os
import shutil

import pytest

from harness.checkpoints import FOLDER, manifest_paths
from harness.run_folder import load_weights
from parity_tests.assertions import assert_same_bits
from parity_tests.fuzzing import call
from parity_tests.hosts import ENVIRONMENTS, SMALL
from parity_tests.kills import assert_same_run

RUN = f"train {SMALL} --keep-checkpoints 4 --env-id {ENVIRONMENTS}Wandering-v0"
RESUME = f"resume run --env-id {ENVIRONMENTS}Wandering-v0"
UNFINISHED = ["weights.pt.part", "report.html.part", "run.json.part", f"{FOLDER}/000006.json.part"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The untouched run."""
    run = tmp_path_factory.mktemp("whole") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harness.report.report", lambda runs: "</html>")
        assert call(f"{RUN} --out {run}").status == 0
    return run


@pytest.fixture
def ddpg(whole, tmp_path, monkeypatch):
    """Commands, with little time and memory, in a folder that holds the run without its last checkpoint, and a file."""
    shutil.copytree(whole, tmp_path / "run")
    manifest_paths(tmp_path / "run" / FOLDER)[0].unlink()
    (tmp_path / "mine").write_text("mine\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("harness.report.report", lambda runs: "</html>")
    return call


def test_unfinished_files_that_are_links_are_not_written_through(ddpg, whole, tmp_path):
    for name in UNFINISHED:
        (tmp_path / "run" / name).symlink_to(tmp_path / "mine")
    assert ddpg(RESUME).status == 0
    assert (tmp_path / "mine").read_text() == "mine\n"
    assert_same_run(tmp_path / "run", whole)


def test_unfinished_files_that_are_pipes_are_not_waited_for(ddpg, whole, tmp_path):
    for name in UNFINISHED:
        os.mkfifo(tmp_path / "run" / name)
    assert ddpg(RESUME).status == 0
    assert_same_run(tmp_path / "run", whole)


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["pipe", "device"])
def test_an_older_checkpoint_that_is_no_file_is_not_read(make, ddpg, whole, tmp_path):
    older = manifest_paths(tmp_path / "run" / FOLDER)[1]
    older.unlink()
    make(older)
    assert ddpg(RESUME).status == 0
    assert_same_bits("weights", *map(load_weights, (tmp_path / "run", whole)))


def test_a_log_that_is_a_link_is_not_cut(ddpg, whole, tmp_path):
    log = tmp_path / "run" / "metrics.jsonl"
    log.unlink()
    log.symlink_to(whole / "metrics.jsonl")
    before = (whole / "metrics.jsonl").read_bytes()
    ended = ddpg(RESUME)
    assert (ended.status, "run must be a folder that can be written" in ended.said) == (2, True)
    assert (whole / "metrics.jsonl").read_bytes() == before


def test_nothing_is_removed_from_a_folder_behind_a_link(ddpg, tmp_path):
    (tmp_path / "run" / FOLDER).rename(tmp_path / "models")
    (tmp_path / "models" / "mine.safetensors").write_text("mine\n")
    (tmp_path / "run" / FOLDER).symlink_to(tmp_path / "models")
    ended = ddpg(RESUME)
    assert (ended.status, "must be a folder of checkpoints" in ended.said) == (2, True)
    assert (tmp_path / "models" / "mine.safetensors").exists()


def test_a_whole_number_that_no_double_holds_is_refused(ddpg, tmp_path):
    path = tmp_path / "run" / "config.json"
    path.write_text(path.read_text().replace('"gamma": 0.99', '"gamma": 1' + 400 * "0"))
    ended = ddpg("report run")
    assert (ended.status, "is too large a number" in ended.said) == (2, True)
