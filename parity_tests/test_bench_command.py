"""`ddpg bench` whole, for a few steps: no claim about how long anything took."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.bench import contender as module
from harness.bench.contender import peak_memory, reason, timed_updates
from harness.bench.interleave import interleave
from harness.bench.process import ContenderProcess
from harness.bench.work import OURS, VARIANTS, Cell, Job

SHORT = (1001, 1003, 1005)
TINY = Cell(batch_size=8, width=8)
FEW = ["--from-step", "1001", "--to-step", "1005", "--repeats", "2", "--batch-sizes", "8", "--widths", "8"]


def bench(*words):
    command = [str(Path(sys.executable).with_name("ddpg")), "bench", *FEW, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_one_json_object_comes_out_with_every_contender_timed(tmp_path):
    done = bench("--json", "--out", str(tmp_path / "bench.html"))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    rows = {(row["measure"], row["contender"]): row for row in found["results"]}
    ours = "autograd", "fused", "torchrl"
    assert list(rows) == [*(("updates", name) for name in ("floor", *ours)), *(("steps", name) for name in ours)]
    for row in rows.values():
        assert row["missing"] is None and [each["count"] for each in row["repeats"]] == [2, 2]
        assert row["peak_memory_mib"] > 50 and row["versions"]["torch"]
    assert {(ratio["of"], ratio["to"]) for ratio in found["ratios"]} >= {("fused", "floor"), ("fused", "autograd")}
    assert "steps a second" in (tmp_path / "bench.html").read_text()


def test_bad_input_ends_with_2_and_one_line():
    done = bench("--repeats", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "ddpg: repeats must be at least 1; got 0.\n"


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", OURS)
def test_an_update_of_every_variant_can_be_timed(name, variant):
    seen = []
    job = Job(name, "updates", replace(TINY, variant=variant), (2, 5), slice_seconds=1e9)
    timed_updates(job, lambda count, wall, cpu: seen.append(count))()
    assert seen == [2, 3]


def test_a_slice_of_updates_ends_early_when_its_time_is_up():
    seen = []
    job = Job("floor", "updates", TINY, (1000, 2000), slice_seconds=1e-9)
    timed_updates(job, lambda count, wall, cpu: seen.append(count))()
    assert seen == [10, 10]  # asked for the time after every ten


def test_contenders_take_turns_and_another_begins_each_round(monkeypatch):
    order = []
    monkeypatch.setattr(ContenderProcess, "__init__", lambda self, python, job: setattr(self, "timed", Fake(job)))
    for name in ("begin", "work", "close"):
        monkeypatch.setattr(ContenderProcess, name, lambda self, name=name: order.append((name, self.timed.job)))
    jobs = [Job(name, "steps", TINY, SHORT) for name in ("autograd", "fused", "torchrl")]
    interleave(jobs, python=None, repeats=2, say=print)
    assert [job.contender for name, job in order if name == "work"] == [
        *("autograd", "fused", "torchrl"),
        *("fused", "torchrl", "autograd"),
    ]


class Fake:
    """What became of a job that nobody worked on."""

    def __init__(self, job):
        self.job, self.missing, self.slices = job, None, []


def test_a_contender_that_fails_is_missing_and_the_others_are_timed():
    wrong = Job("no_such_library", "steps", TINY, SHORT)
    right = Job("floor", "updates", TINY, (1, 2, 3))
    timed = interleave([wrong, right], python=sys.executable, repeats=2, say=print)
    assert timed[0].missing is not None and (timed[0].slices, len(timed[1].slices)) == ([], 2)


def test_a_process_that_dies_leaves_its_last_words():
    process = ContenderProcess(sys.executable, Job("floor", "updates", TINY, (1, 2)))
    process._process.kill()
    process._process.wait()
    process.begin()
    process.close()
    assert process.timed.missing == "failed: its process ended without a word"


def test_a_contender_ends_when_its_input_does():
    words = json.dumps(Job("floor", "updates", TINY, (1, 2)).to_json())
    command = [sys.executable, "-m", "harness.bench.contender"]
    done = subprocess.run(command, input=words + "\n", capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and json.loads(done.stdout).keys() == {"ready"}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ModuleNotFoundError(name="sbx"), "sbx is not installed: pip install 'ddpg-parity[peers]'"),
        (ModuleNotFoundError(name="wandb.sdk"), "wandb is not installed: pip install wandb"),
        (ValueError("its networks\nare 256, 256"), "failed: ValueError: its networks are 256, 256"),
    ],
)
def test_the_reason_why_a_contender_is_missing_is_one_line_with_its_cure(error, words):
    assert reason(error) == words


def test_peak_memory_is_the_processs_own():
    block = bytearray(64 * 2**20)
    assert peak_memory() > len(block) / 2**20


def test_a_process_is_held_to_its_cores(monkeypatch):
    held = []
    monkeypatch.setattr(module.os, "sched_getaffinity", lambda pid: {3, 1, 2}, raising=False)
    monkeypatch.setattr(module.os, "sched_setaffinity", lambda pid, cores: held.append(cores), raising=False)
    monkeypatch.setattr(module.os, "environ", {})
    module.limit_threads(2)
    assert held == [[1, 2]] and module.os.environ["OMP_NUM_THREADS"] == "2"
