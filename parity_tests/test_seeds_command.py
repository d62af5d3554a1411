"""`ddpg train --seeds`: what it writes, how it ends, and that no process outlives it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from harness.__main__ import main
from harness.run_folder import load_weights

DDPG = str(Path(sys.executable).with_name("ddpg"))
SHORT = (
    "--total-steps 60 --max-steps-per-episode 5 --start-steps 20 --update-after 20 --batch-size 8 --hidden-sizes 8 8"
)
ENDLESS = (
    "--episodes 100000 --max-steps-per-episode 20 --start-steps 20 --update-after 20 --batch-size 8 --hidden-sizes 8 8"
)
FILES = {"config.json", "run.json", "versions.json", "metrics.jsonl", "weights.pt", "report.html"}


@pytest.fixture
def ddpg(tmp_path, monkeypatch, capfd):
    """Runs `ddpg` in this process and in a folder of its own: exit status, standard output, standard error."""
    handler = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)

    def run(words):
        capfd.readouterr()
        return main(words.split()), *capfd.readouterr()

    yield run
    signal.signal(signal.SIGTERM, handler)


def timeless(folder):
    """The lines of a run without what depends on the time that they took."""
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


@pytest.mark.parametrize("impl", ["reference", "torchrl"])
def test_a_seeds_folder_is_the_one_that_its_run_alone_makes(impl, ddpg, tmp_path):
    assert ddpg(f"train {SHORT} --impl {impl} --seeds 3,5 --workers 1 --out many")[0] == 0
    for seed in (3, 5):
        assert ddpg(f"train {SHORT} --impl {impl} --seed {seed} --out alone-{seed}")[0] == 0
        ours, alone = tmp_path / f"many/seed-{seed}", tmp_path / f"alone-{seed}"
        assert {path.name for path in ours.iterdir()} == {path.name for path in alone.iterdir()} == FILES
        for name in ("config.json", "run.json", "versions.json"):
            assert (ours / name).read_text() == (alone / name).read_text()
        assert timeless(ours) == timeless(alone)
        for name, params in load_weights(ours).items():
            for key, value in load_weights(alone)[name].items():
                assert torch.equal(params[key], value)


def test_workers_and_stacks_train_every_seed(tmp_path):
    words = [DDPG, *f"train {SHORT} --update fused --seeds 0..4 --workers 2 --stack 2 --out many --json".split()]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert (figures["seeds"], figures["workers"], figures["stack"], figures["steps"]) == (5, 2, 2, 300)
    assert [run["run"] for run in figures["runs"]] == [f"many/seed-{seed}" for seed in range(5)]
    for seed in range(5):
        folder = tmp_path / f"many/seed-{seed}"
        assert {path.name for path in folder.iterdir()} == FILES
        assert json.loads((folder / "config.json").read_text())["seed"] == seed
        assert json.loads((folder / "run.json").read_text())["update"] == "fused"
        assert len(timeless(folder)) == 12
        assert f"seed {seed}  episode 10  step 50" in done.stderr
    page = (tmp_path / "many/report.html").read_text()
    assert all(f"seed-{seed}" in page for seed in range(5))


def test_a_stack_of_one_is_the_run_alone(ddpg, tmp_path):
    assert ddpg(f"train {SHORT} --update fused --seeds 7,8 --workers 1 --stack 1 --out many")[0] == 0
    assert ddpg(f"train {SHORT} --update fused --seed 7 --out alone")[0] == 0
    assert timeless(tmp_path / "many/seed-7") == timeless(tmp_path / "alone")


def test_a_folder_in_use_is_refused(ddpg, tmp_path):
    (tmp_path / "many").mkdir()
    (tmp_path / "many/notes.txt").write_text("mine")
    status, _, said = ddpg(f"train {SHORT} --seeds 0,1 --out many")
    assert status == 2 and said.startswith("ddpg: out must name a new or empty folder;") and said.count("\n") == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_a_number_that_is_not_finite_ends_all_and_names_its_seed(workers, tmp_path):
    words = f"train {SHORT} --env-id factory=parity_tests.seed_environments:NotFinite --update fused --seeds 3,4,5"
    command = [DDPG, *f"{words} --workers {workers} --stack 2 --out many".split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1 and last.startswith("ddpg: seed 4: observation is not finite at environment step 8.")
    assert "Traceback" not in done.stderr
    assert len(timeless(tmp_path / "many/seed-4")) == 1
    assert (tmp_path / "many/seed-4/weights.pt").is_file() and (tmp_path / "many/report.html").is_file()


def started(cwd, seeds):
    """A run without end, once each of its seeds has ended five episodes."""
    words = f"train {ENDLESS} --update fused --seeds {seeds} --workers 2 --stack 2 --out many"
    command = [DDPG, *words.split()]
    process = subprocess.Popen(command, cwd=cwd, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and len(far_enough(cwd)) < 3:
        time.sleep(0.1)
    return process


def far_enough(cwd):
    return [log for log in cwd.glob("many/seed-*/metrics.jsonl") if log.read_text().count("\n") >= 5]


def children(process):
    """The processes that it started, as `ps` knows them."""
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True)
    return [int(pid) for pid in done.stdout.split()]


def end_of(pids):
    """Waits until none of them lives; those that do at last."""
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline and (alive := [pid for pid in pids if is_alive(pid)]):
        time.sleep(0.1)
    return alive


def is_alive(pid):
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return done.stdout.strip() not in ("", "Z", "Zs", "ZNs", "ZN")


def assert_whole(cwd):
    """Every seed's folder: whole lines, weights that load, a report, nothing half written."""
    for seed in range(3):
        folder = cwd / f"many/seed-{seed}"
        assert (folder / "metrics.jsonl").read_text().endswith("\n") and len(timeless(folder)) >= 5
        assert set(load_weights(folder)) == {"actor", "critic", "target_actor", "target_critic"}
        assert {path.name for path in folder.iterdir()} == FILES


@pytest.mark.parametrize("kind", ["ctrl_c", "sigterm"])
def test_an_interrupt_leaves_every_folder_whole(kind, tmp_path):
    process = started(tmp_path, "0..2")
    if kind == "ctrl_c":  # which a terminal sends to workers too
        os.killpg(process.pid, signal.SIGINT)
    else:
        os.kill(process.pid, signal.SIGTERM)
    _, said = process.communicate(timeout=200)
    assert process.returncode == 130 and "Traceback" not in said, said
    last = "interrupted; what was written so far is whole. Go on with each seed alone: ddpg resume many/seed-..."
    assert said.splitlines()[-1] == f"ddpg: {last}"
    assert_whole(tmp_path)
    assert (tmp_path / "many/report.html").is_file()


def test_workers_end_when_the_parent_is_killed_and_leave_every_folder_whole(tmp_path):
    process = started(tmp_path, "0..2")
    workers = children(process)
    assert len(workers) >= 2
    process.kill()
    assert end_of(workers) == []
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said, said
    assert_whole(tmp_path)


def test_a_worker_that_is_killed_ends_all_in_one_line(tmp_path):
    process = started(tmp_path, "0..2")
    # The first child may be multiprocessing's own, which tracks resources.
    workers = [pid for pid in children(process) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(workers[0], signal.SIGKILL)
    _, said = process.communicate(timeout=200)
    last = said.splitlines()[-1]
    assert process.returncode == 1 and "Traceback" not in said, said
    assert last.startswith("ddpg: the worker that trained seed 0") and "exit status -9" in last
    assert end_of(workers) == []
