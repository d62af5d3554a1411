"""Disks that fill up, folders that cannot be written or are gone: what was written stays whole, one line says so."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness import checkpoints, parts, recorder, whole_run
from harness.__main__ import main
from parity_tests.hosts import SMALL, Commands, assert_one_line, assert_whole
from parity_tests.kills import assert_same_run

RUN = f"train {SMALL} --out run"


@pytest.fixture
def ddpg(capfd, tmp_path, monkeypatch):
    return Commands(capfd, monkeypatch, tmp_path)


@contextmanager
def room_for(size):
    """Within, no file of this process can grow beyond so many bytes: the kernel takes what fits, and then fails."""
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN  # Python's own doing; it would kill the process
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def full_at(monkeypatch, owner, name, call, room):
    """The `call`-th call of a function meets a disk with little room."""
    function, calls = getattr(owner, name), []

    def limited(*arguments):
        calls.append(None)
        if len(calls) != call:
            return function(*arguments)
        with room_for(room(*arguments)):
            return function(*arguments)

    monkeypatch.setattr(owner, name, limited)


def line_and_a_half(folder, line):
    return (folder / "metrics.jsonl").stat().st_size + 200


PLACES = {
    # what is written: (where, by what, its call with little room, that room in bytes)
    "metrics.jsonl": (recorder, "append_metrics", 4, line_and_a_half),
    "part": (parts, "write_durably", 4, lambda path, data: len(data) // 2),
    "manifest": (checkpoints, "write_durably", 4, lambda path, data: len(data) // 2),
    "weights.pt": (recorder, "save_weights", 1, lambda *_: 100),
    "report.html": (whole_run, "_report", 1, lambda *_: 5),
}
NAMED = {"part": ".safetensors", "manifest": "run/checkpoints/000004.json"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The run that nothing happens to."""
    run = tmp_path_factory.mktemp("whole") / "run"
    assert main(f"train {SMALL} --out {run}".split()) == 0
    return run


@pytest.mark.parametrize("what", PLACES)
def test_a_full_disk_ends_a_run_in_one_line_and_it_can_be_gone_on_with(what, ddpg, tmp_path, monkeypatch, whole):
    with monkeypatch.context() as patch:
        full_at(patch, *PLACES[what])
        ended = ddpg(RUN)
    assert_one_line(ended, 1, "File too large", NAMED.get(what, f"run/{what}"), "Free some room", "ddpg resume run")
    assert_whole(tmp_path / "run", weights=what != "weights.pt", report=what != "report.html")
    assert ddpg("resume run").status == 0
    assert_whole(tmp_path / "run")
    assert_same_run(tmp_path / "run", whole)


def test_compare_and_record_on_a_full_disk_end_in_one_line(ddpg, tmp_path, monkeypatch):
    words = SMALL.partition(" --checkpoint")[0]
    with monkeypatch.context() as patch:
        full_at(patch, recorder, "append_metrics", 5, line_and_a_half)
        ended = ddpg(f"compare {words} --out both")
    assert_one_line(ended, 1, "File too large: 'both/reference/metrics.jsonl'", "Free some room")
    assert [assert_whole(tmp_path / "both" / impl, report=False) for impl in ("reference", "torchrl")] == [2, 2]
    with room_for(20_000):
        ended = ddpg(f"record {words} --out trace.jsonl")
    assert_one_line(ended, 1, "File too large: 'trace.jsonl'", "Free some room")
    assert all(json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines())


def test_seeds_on_a_full_disk_end_in_one_line(ddpg, tmp_path, monkeypatch):
    full_at(monkeypatch, recorder, "append_metrics", 8, line_and_a_half)
    ended = ddpg(f"train {SMALL} --seeds 0,1 --workers 1 --out many")
    assert_one_line(ended, 1, "File too large: 'many/seed-1/metrics.jsonl'", "ddpg resume many/seed-...")
    assert [assert_whole(tmp_path / "many" / name) for name in ("seed-0", "seed-1")] == [6, 1]


TMPFS = """
import os, subprocess, sys
from harness.__main__ import main
small = sys.argv[2:]
mount = lambda *words: subprocess.run(["mount", *words, sys.argv[1]], check=True)
mount("-t", "tmpfs", "-o", "size=100k", "none")
os.chdir(sys.argv[1])
print("full", main(["train", *small, "--out", "run"]), flush=True)
mount("-o", "remount,size=30m", "none")
print("resumed", main(["resume", "run"]), "whole", main(["train", *small, "--out", "whole"]))
from pathlib import Path
from parity_tests.kills import assert_same_run
assert_same_run(Path("run"), Path("whole"))
print("the same")
"""


def test_a_run_on_a_small_disk_of_its_own_goes_on_once_there_is_room(tmp_path):
    unshare = ["unshare", "-m" if os.geteuid() == 0 else "-Urm"]
    if subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", str(tmp_path)], capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    command = [*unshare, sys.executable, "-c", TMPFS, str(tmp_path)]
    done = subprocess.run([*command, *SMALL.split()], capture_output=True, text=True, cwd=tmp_path.parent)
    assert done.returncode == 0, done.stderr
    assert "full 1" in done.stdout and "resumed 0 whole 0" in done.stdout and "the same" in done.stdout
    assert "No space left on device" in done.stderr and "Traceback" not in done.stderr


# Folders that cannot be written.


@pytest.fixture
def here(capfd, monkeypatch):
    return Commands(capfd, monkeypatch)


@pytest.fixture
def unprivileged(monkeypatch):
    """A folder of one's own, of somebody for whom permissions hold: not the superuser."""
    root = os.geteuid() == 0
    folder = Path(tempfile.mkdtemp())
    monkeypatch.chdir(folder)
    if root:
        os.chown(folder, 65534, -1)
        os.seteuid(65534)
    yield folder
    if root:
        os.seteuid(0)
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o777)
    shutil.rmtree(folder)


def test_a_folder_that_cannot_be_written_is_wrong_input(here, unprivileged):
    assert here(RUN).status == 0
    for folder in ("run/checkpoints", "run", "."):
        (unprivileged / folder).chmod(0o555)
    for words in (f"train {SMALL} --out new", "resume run", "report run", "compare --out new/both"):
        assert_one_line(here(words), 2, "must be a f", "written", "Permission denied")


def test_a_folder_that_cannot_be_written_any_more_ends_the_run(here, unprivileged, monkeypatch):
    run = unprivileged / "run"
    happens_before(monkeypatch, checkpoints, "write_part", 5, lambda: (run / "checkpoints").chmod(0o555))
    assert_one_line(here(RUN), 1, "Permission denied", "Make the folder writable", "ddpg resume run")
    assert_whole(run)


# Folders that are gone.


def happens_before(monkeypatch, owner, name, call, what):
    """Something is done before the `call`-th call of a function."""
    function, calls = getattr(owner, name), []

    def called(*arguments):
        calls.append(None)
        if len(calls) == call:
            what()
        return function(*arguments)

    monkeypatch.setattr(owner, name, called)


@pytest.mark.parametrize("owner, name, call", [(recorder, "append_metrics", 3), (checkpoints, "write_part", 3),
                                               (recorder, "save_weights", 1), (whole_run, "_report", 1)])  # fmt: skip
def test_a_run_folder_that_is_deleted_ends_the_run_and_is_not_made_anew(owner, name, call, ddpg, tmp_path, monkeypatch):
    happens_before(monkeypatch, owner, name, call, lambda: shutil.rmtree(tmp_path / "run"))
    ended = ddpg(RUN)
    assert_one_line(ended, 1, "run", "removed the folder" if name != "_report" else "no config.json")
    assert "resume" not in ended.said and not (tmp_path / "run").exists()


def test_a_log_that_is_deleted_ends_the_run_and_is_not_begun_anew(ddpg, tmp_path, monkeypatch):
    happens_before(monkeypatch, recorder, "append_metrics", 3, lambda: (tmp_path / "run" / "metrics.jsonl").unlink())
    assert_one_line(ddpg(RUN), 1, "run/metrics.jsonl", "removed the folder, or a file in it")
    assert not (tmp_path / "run" / "metrics.jsonl").exists()
