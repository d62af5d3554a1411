"""Ctrl-C and SIGTERM at any time: one line, exit status 130, a whole folder, and a resume to the same bits."""

import os
import random
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from harness import recorder, signals
from harness.implementations import train_function
from parity_tests import announced
from parity_tests.host_environments import Wandering
from parity_tests.hosts import ENVIRONMENTS, SMALL, Commands, assert_one_line, assert_whole
from parity_tests.kills import assert_same_run

RUN = f"train {SMALL} --env-id {ENVIRONMENTS}Wandering-v0"
SIGNALS = [signal.SIGINT, signal.SIGTERM]
INTERRUPTED = "interrupted; what was written so far is whole."


@pytest.fixture
def ddpg(capfd, tmp_path, monkeypatch):
    return Commands(capfd, monkeypatch, tmp_path)


class Interrupter(announced.Announcer):
    """Gets a signal at one place."""

    def __init__(self, place=0, number=signal.SIGINT):
        self._place, self._number, self.places = place, number, []

    def __call__(self, words):
        self.places.append(words)
        if len(self.places) == self._place:
            os.kill(os.getpid(), self._number)


def announce(say, patch):
    announced.announce(say, partial(patch.setattr, raising=False))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The run that is never interrupted, and the places where it writes."""
    run, say = tmp_path_factory.mktemp("whole") / "run", Interrupter()
    with pytest.MonkeyPatch.context() as patch:
        announce(say, patch)
        assert announced.main(f"{RUN} --out {run}".split()) == 0
    return run, say.places


@pytest.mark.parametrize("seed", range(3))
def test_a_signal_at_any_place_leaves_a_whole_folder_that_is_gone_on_with(seed, whole, ddpg, tmp_path, monkeypatch):
    run, places = whole
    for turn, place in enumerate(random.Random(seed).sample(range(1, len(places) + 1), 4)):
        say, folder = Interrupter(place, SIGNALS[turn % 2]), tmp_path / f"run-{place}"
        with monkeypatch.context() as patch:
            announce(say, patch)
            ended = ddpg(f"{RUN} --out {folder.name}")
        assert_one_line(ended, 130, INTERRUPTED)
        if (folder / "config.json").is_file():
            assert_one_line(ended, 130, f"Go on with: ddpg resume {folder.name}")
            assert_whole(folder, weights=(folder / "weights.pt").exists(), report=(folder / "report.html").exists())
            assert ddpg(f"resume {folder.name} --env-id {ENVIRONMENTS}Wandering-v0").status == 0
        else:  # it had not begun, and may begin again in the same place
            assert ddpg(f"{RUN} --out {folder.name}").status == 0
        assert_same_run(folder, run)


def test_a_second_signal_does_not_undo_what_the_first_one_ends(ddpg, tmp_path, monkeypatch):
    say = Interrupter(20)
    announce(say, monkeypatch)
    save = recorder.save_weights
    monkeypatch.setattr(recorder, "save_weights", lambda *given: (os.kill(os.getpid(), signal.SIGTERM), save(*given)))
    assert_one_line(ddpg(f"{RUN} --out run"), 130, INTERRUPTED)
    assert say.places[-1] == "report ends"
    assert_whole(tmp_path / "run")


def test_one_that_comes_much_later_is_heeded(ddpg, tmp_path, monkeypatch):
    monkeypatch.setattr(signals, "GRACE", 0.0)
    announce(Interrupter(20), monkeypatch)
    monkeypatch.setattr(recorder, "save_weights", lambda *given: (os.kill(os.getpid(), signal.SIGINT), time.sleep(9)))
    assert_one_line(ddpg(f"{RUN} --out run"), 130, INTERRUPTED)
    assert_whole(tmp_path / "run", weights=False)


class Last:
    """Is interrupted in its destructor, where Python drops exceptions."""

    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)


def test_an_interrupt_that_falls_into_a_destructor_is_not_lost(ddpg, tmp_path, monkeypatch):
    def wrong(self, *answer):
        if self._steps == 25:
            Last()
        time.sleep(0.01)
        return answer

    monkeypatch.setattr(Wandering, "wrong", wrong)
    ended = ddpg(f"{RUN} --out run")
    assert_one_line(ended, 130, INTERRUPTED)
    assert "Exception ignored" not in ended.said
    assert assert_whole(tmp_path / "run") < 6


def test_a_signal_that_was_ignored_from_the_start_stays_so(ddpg, monkeypatch):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    say = Interrupter(20, signal.SIGINT)
    announce(say, monkeypatch)
    assert ddpg(f"{RUN} --out run").status == 0 and len(say.places) > 20


def test_signals_are_as_before_once_a_command_has_ended(ddpg):
    before = [signal.getsignal(number) for number in SIGNALS], sys.unraisablehook
    assert ddpg("train --tau 0").status == 2
    assert ([signal.getsignal(number) for number in SIGNALS], sys.unraisablehook) == before


# While libraries are imported.


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_during_the_first_imports_ends_the_command_at_once(number, tmp_path):
    command = [sys.executable, "-X", "importtime", "-m", "harness", *f"{RUN} --out {tmp_path}/run".split()]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if line.rpartition("|")[2].strip().startswith("torch."):  # one of torch's modules is there, torch is not
                process.send_signal(number)
                break
        said = process.stderr.read()
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "ddpg: interrupted; nothing was written." and "Traceback" not in said
    assert not (tmp_path / "run").exists()


def test_a_signal_during_a_later_import_waits_for_its_end(monkeypatch):
    ended = []

    def imported(name):
        os.kill(os.getpid(), signal.SIGTERM)
        ended.append(name)

    monkeypatch.setattr("harness.implementations.import_module", imported)
    restore = signals.heed()
    try:
        with pytest.raises(KeyboardInterrupt):
            train_function("torchrl")
    finally:
        restore()
    assert ended == ["torchrl_impl.train"]
