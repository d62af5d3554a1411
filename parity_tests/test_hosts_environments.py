"""Environments that raise, leave, hang or answer nonsense: one line, exit status 1, and a run folder that is whole."""

import json
import os
import signal
import threading
from dataclasses import replace
from multiprocessing import Pipe
from queue import SimpleQueue

import pytest

from harness import stalls
from harness.errors import RunError, complain
from harness.guard import ERROR_FILE, explained
from harness.implementations import train_function
from harness.schedule import parse_schedule
from harness.seeds_job import Job
from harness.seeds_worker import _work
from harness.train import run_space
from parity_tests import host_environments
from parity_tests.host_environments import Wandering
from parity_tests.hosts import ENVIRONMENTS, SMALL, Commands, assert_one_line, assert_whole
from parity_tests.kills import assert_same_run
from reference.config import Config

IMPLS = ["reference", "torchrl"]


@pytest.fixture
def ddpg(capfd, tmp_path, monkeypatch):
    return Commands(capfd, monkeypatch, tmp_path)


def config(name):
    fields = {"episodes": 4, "max_steps_per_episode": 10, "start_steps": 10, "update_after": 12, "batch_size": 4}
    sizes = {"hidden_sizes": (6, 6), "replay_size": 40}
    return Config(env_id=f"{ENVIRONMENTS}{name}-v0", **fields, **sizes)


# What the environment answers.

WRONG = {
    "Longer": "observation must be numbers of shape (2,), as its space declares; got float32 of shape (3,)",
    "Scalar": "observation must be numbers of shape (2,), as its space declares; got float32 of shape ()",
    "Column": "observation must be numbers of shape (2,), as its space declares; got float32 of shape (2, 1)",
    "Words": "observation must be numbers of shape (2,), as its space declares; got <U5 of shape (2,)",
    "Complex": "observation must be numbers of shape (2,), as its space declares; got complex64 of shape (2,)",
    "Nothing": "observation must be numbers of shape (2,), as its space declares; got object of shape ()",
    "TwoRewards": "reward must be one number; got float64 of shape (2,)",
    "NoReward": "reward must be one number; got object of shape ()",
    "RewardInWords": "reward must be one number; got <U4 of shape ()",
    "TwoEnds": "terminated must be one number; got bool of shape (2,)",
    "FourValues": "not enough values to unpack",
}


@pytest.mark.parametrize("impl", IMPLS)
@pytest.mark.parametrize("name", WRONG)
def test_an_answer_that_is_none_stops_both_implementations_with_the_same_words(name, impl):
    ended = []
    with pytest.raises(ValueError) as caught:
        ended.extend(record.last_step for record, _ in train_function(impl)(config(name)))
    assert WRONG[name] in str(caught.value)
    assert ended == [10, 20]


@pytest.mark.parametrize("name", ["RewardInABox", "Doubles", "WholeNumbers", "Outside"])
def test_other_precisions_and_values_outside_the_box_are_taken_alike(name):
    ours, theirs = ([record for record, _ in train_function(impl)(config(name))] for impl in IMPLS)
    assert len(ours) == len(theirs) == 4
    for a, b in zip(ours, theirs, strict=True):
        assert all(x.dtype == y.dtype and x.equal(y) for x, y in zip(a.transitions, b.transitions, strict=True))


# What the environment does.

DOES = {
    "ZeroDivision": ("in episode 3 by ZeroDivisionError: division by zero (host_environments.py, line ",),
    "BrokenPipe": ("ConnectionResetError: the simulator hung up (host_environments.py, line ",),
    "Leaves": ("SystemExit: bye (host_environments.py, line ",),
    "TwoLines": ("RuntimeError: first line second line x x",),
}


@pytest.mark.parametrize("impl, name", [("reference", name) for name in DOES] + [("torchrl", "ZeroDivision")])
def test_an_environment_that_raises_ends_the_run_in_one_line(impl, name, ddpg, tmp_path):
    ended = ddpg(f"train {SMALL} --env-id {ENVIRONMENTS}{name}-v0 --impl {impl} --out run")
    assert_one_line(ended, 1, *DOES[name], "run/error.txt", "whole", "Go on with: ddpg resume run")
    assert assert_whole(tmp_path / "run") == 2
    assert "host_environments.py" in (tmp_path / "run" / ERROR_FILE).read_text()


def test_a_reset_that_raises_costs_torchrls_side_the_episode_before(ddpg, tmp_path):
    episodes = {}
    for impl in IMPLS:
        ended = ddpg(f"train {SMALL} --env-id {ENVIRONMENTS}BreaksAtReset-v0 --impl {impl} --out {impl}")
        assert_one_line(ended, 1, "KeyError: 'level 3'", f"ddpg resume {impl}")
        episodes[impl] = assert_whole(tmp_path / impl, weights=impl == "reference" or None)
    assert episodes == {"reference": 2, "torchrl": 1}  # its collector resets before it yields the last frame


@pytest.mark.parametrize("impl", IMPLS)
def test_a_run_whose_environment_was_mended_ends_as_one_that_never_failed(impl, ddpg, tmp_path, monkeypatch):
    words = f"{SMALL} --env-id {ENVIRONMENTS}ZeroDivision-v0 --impl {impl}"
    assert ddpg(f"train {words} --out run").status == 1
    ended = ddpg(f"resume run --env-id {ENVIRONMENTS}ZeroDivision-v0")  # its environment counts from 0 again
    assert_one_line(ended, 1, "in episode 5 by ZeroDivisionError", "Go on with: ddpg resume run")
    monkeypatch.setattr(host_environments, "FIRST", 1_000)
    assert ddpg(f"resume run --env-id {ENVIRONMENTS}ZeroDivision-v0").status == 0
    assert ddpg(f"train {words} --out whole").status == 0
    assert not (tmp_path / "run" / ERROR_FILE).exists()
    assert_same_run(tmp_path / "run", tmp_path / "whole")


def test_compare_is_ended_by_an_environment_that_raises_and_leaves_both_runs_whole(ddpg, tmp_path):
    words = f"{SMALL.partition(' --checkpoint')[0]} --env-id {ENVIRONMENTS}ZeroDivision-v0"
    assert_one_line(ddpg(f"compare {words} --out both"), 1, "in episode 3 by ZeroDivisionError", "both/reference/error")
    assert [assert_whole(tmp_path / "both" / impl, report=False) for impl in IMPLS] == [2, 2]
    assert (tmp_path / "both" / "report.html").is_file() and not (tmp_path / "both" / "compare.json").exists()
    assert_one_line(ddpg(f"compare {words}"), 1, "in episode 3 by ZeroDivisionError")


@pytest.mark.parametrize("options", ["--stack 1", "--update fused --stack 2"])
def test_one_of_several_seeds_that_fails_is_named(options, ddpg, tmp_path):
    words = (
        f"{SMALL} --env-id factory=parity_tests.seed_environments:Raises --seeds 3,4 --workers 1 {options} --out many"
    )
    ended = ddpg(f"train {words}")
    assert_one_line(ended, 1, "ZeroDivisionError: the simulator broke", "run of seed 4", "ddpg resume many/seed-...")
    assert assert_whole(tmp_path / "many" / "seed-4") == 1


def test_a_worker_hands_on_why_its_run_ended(tmp_path):
    ours, theirs = Pipe()
    jobs = SimpleQueue()
    fails = replace(config("ZeroDivision"), seed=4)
    jobs.put(Job(fails, "reference", "autograd", run_space(fails), tmp_path, (4,), parse_schedule(None, 1)))
    former = signal.getsignal(signal.SIGTERM)
    try:
        _work(theirs, jobs)
    finally:  # a worker that has done its work ignores it
        signal.signal(signal.SIGTERM, former)
    said = [ours.recv() for _ in range(3)]
    assert [message.episode for message in said[:2]] == [1, 2]
    assert said[2].kind == "RunError" and "by ZeroDivisionError: division by zero" in said[2].message


def test_evaluate_and_record_end_in_one_line_too(ddpg, tmp_path):
    words = f"{SMALL.partition(' --checkpoint')[0]} --env-id {ENVIRONMENTS}ZeroDivision-v0"
    assert_one_line(ddpg(f"record {words} --out trace.jsonl"), 1, "in episode 3 by ZeroDivisionError")
    assert all(json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines())
    assert ddpg(f"train {words} --out run").status == 1
    assert_one_line(
        ddpg(f"evaluate run --env-id {ENVIRONMENTS}ZeroDivision-v0"),
        1,
        "ZeroDivisionError: division by zero (host_environments.py",
    )


def test_an_environment_that_cannot_be_made_is_wrong_input(ddpg, monkeypatch):
    def fails(self):
        raise RuntimeError("no display")

    monkeypatch.setattr(Wandering, "__init__", fails)
    ended = ddpg(f"train {SMALL} --env-id {ENVIRONMENTS}Wandering-v0 --out run")
    assert_one_line(ended, 2, "env_id", "RuntimeError: no display")


def test_an_environment_that_cannot_be_closed_does_not_hide_why_the_run_ended(ddpg, monkeypatch):
    def fails(self):
        if self._steps:
            raise BrokenPipeError("gone")

    monkeypatch.setattr(Wandering, "close", fails, raising=False)
    interrupts_itself(monkeypatch)
    ended = ddpg(f"train {SMALL} --env-id {ENVIRONMENTS}Wandering-v0 --out run")
    assert_one_line(ended, 130, "interrupted")


# Hanging.


def interrupts_itself(monkeypatch):
    """The 25th step gets a Ctrl-C."""

    def wrong(self, *answer):
        threading.Timer(0.0, os.kill, [os.getpid(), signal.SIGINT]).start()
        threading.Event().wait(20)
        return answer

    monkeypatch.setattr(Wandering, "wrong", wrong)


@pytest.mark.parametrize("impl", IMPLS)
def test_a_step_that_hangs_is_told_of_and_ended_by_an_interrupt(impl, ddpg, tmp_path, monkeypatch):
    def interrupts(words):
        complain(words)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("harness.stalls.SECONDS", 1.0)
    monkeypatch.setattr("harness.stalls.complain", interrupts)
    monkeypatch.setattr(Wandering, "wrong", lambda self, *answer: (threading.Event().wait(20), answer)[1])
    ended = ddpg(f"train {SMALL} --env-id {ENVIRONMENTS}Wandering-v0 --impl {impl} --out run")
    assert "warning: a step of the environment has lasted 1 s (threading.py, line " in ended.said
    assert_one_line(ended, 130, "interrupted", "Go on with: ddpg resume run")
    assert assert_whole(tmp_path / "run") == 2


class Clock:
    """Stands for the event that ends the look-out: each wait takes as long as it says, and plays one of `calls`."""

    def __init__(self, calls, monkeypatch):
        self._calls, self._now, self._call = iter(calls), 0.0, None
        monkeypatch.setattr("harness.stalls.monotonic", lambda: self._now)
        monkeypatch.setattr("harness.stalls._step", lambda frame: self._call)

    def wait(self, seconds):
        self._now += seconds
        self._call = next(self._calls, "over")
        return self._call == "over"


@pytest.mark.parametrize(
    "calls, told",
    [
        (["a"] * 8 + ["b"] * 8 + [None] * 20 + ["c"] * 8, 0),  # at eight looks a minute, each lasted less than one
        (["a"] * 9, 1),
        (["a"] * 40, 1),
        (["a"] * 9 + [None] + ["b"] * 20, 2),
    ],
)
def test_a_step_is_told_of_once_and_steps_that_take_long_together_are_not(calls, told, monkeypatch, capfd):
    stalls._look(Clock(calls, monkeypatch), 60.0)
    assert capfd.readouterr().err.count("a step of the environment has lasted 60 s (") == told


# The guard itself.


def test_what_a_run_promises_to_raise_is_let_through():
    with pytest.raises(FloatingPointError) as caught, explained(lambda: "here"):
        raise FloatingPointError("reward is not finite at environment step 7.")
    assert caught.value.__notes__ == ["Mend the environment."]
    with pytest.raises(RunError, match="here by FloatingPointError: overflow"), explained(lambda: "here"):
        raise FloatingPointError("overflow encountered in multiply")  # numpy's, in an environment that asks for it


def test_an_interrupt_is_no_failure_of_the_run():
    with pytest.raises(KeyboardInterrupt), explained(lambda: "here"):
        raise KeyboardInterrupt
