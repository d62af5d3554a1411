"""Run folders and traces that are damaged, and what every command must make of them.

A case is a command and one or two damages. Whatever they are, the command ends with 0, 1 or 2, in a few lines and
seconds, with little memory and no traceback; and a run that it goes on with ends with the bits of the untouched one,
unless it says that they will differ.

What no check can know is left out: numbers of a checkpoint that somebody has changed and signed anew. A checkpoint
is proof against accidents and against code, not against forgery.
"""

import contextlib
import functools
import io
import json
import os
import resource
import shutil
import signal
import tempfile
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import torch
from hypothesis import strategies as st

from harness import fingerprint, parser
from harness.__main__ import main
from harness.checkpoints import FOLDER, manifest_paths
from harness.run_folder import load_weights
from parity_tests.assertions import assert_same_bits
from parity_tests.fuzz_damage import KINDS, SIGNED, Damage, apply

NAMED = "--env-id parity_tests.host_environments:Wandering-v0"
CONFIG = (
    "--episodes 6 --max-steps-per-episode 7 --start-steps 7 --update-after 10 --batch-size 4 --hidden-sizes 6 5 "
    "--replay-size 30 --probe-n 6 --n-step 3 --twin-critics --noise ornstein-uhlenbeck --noise-sigma-final 0.02 "
    f"--noise-anneal-steps 50 {NAMED} --update fused"
)
TRACED = CONFIG.partition(" --update fused")[0]
SECONDS = 30.0
"""No command on so small a folder takes one; a busy machine may."""
MEMORY = 400 << 20
"""Bytes that a command may map beyond what the process has; most of them are the page's and threads' stacks."""
LINES = 6
"""On standard error; a run that goes on says where, what is refused, what differs and what the other update does."""


class Case(NamedTuple):
    """A command, and what is done to what it reads."""

    command: str
    damages: tuple[Damage, ...]

    @property
    def signed(self):
        return any(damage.signed for damage in self.damages)


class Outcome(NamedTuple):
    """How a command ended."""

    status: int
    said: str


def damages(files, kinds):
    """Strategy of one damage."""
    return st.sampled_from([(file, kind) for file in files for kind in kinds]).flatmap(
        lambda both: KINDS[both[1]][1].map(lambda draws: Damage(*both, draws))
    )


ANY = ["bytes", "json", "place"]
COMMANDS = {
    "resume": damages(["config.json", "run.json", "versions.json", "manifest"], ANY)
    | damages(["metrics.jsonl", "tensors", "chunks"], ["bytes", "place"])
    | damages(["checkpoints"], ["place"]),
    "resume signed": damages(["manifest"], SIGNED),
    "report": damages(["config.json", "run.json", "versions.json", "metrics.jsonl", "metrics.jsonl"], ANY),
    "evaluate": damages(["config.json", "run.json"], ANY) | damages(["weights.pt"], ["bytes", "place"]),
    "compare": damages(["trace.jsonl"], ANY),
}
BOTH = "resume signed, too"
"""A damage that is signed, and another that is not, to any file."""
TURNS = ["resume signed"] * 11 + [BOTH, "resume", "resume", "resume", "report", "report", "evaluate", "compare"]
"""More than half of all cases are signed."""


def of_command(name):
    if name == BOTH:
        return st.tuples(COMMANDS["resume signed"], COMMANDS["resume"]).map(lambda both: Case("resume", both))
    return COMMANDS[name].map(lambda damage: Case(name.split()[0], (damage,)))


CASES = st.sampled_from(TURNS).flatmap(of_command)


class Ground:
    """Folders to be damaged, in memory where the system has a place for that; `close` removes them."""

    def __init__(self, draw=True):
        """`draw`: reports are drawn; else they are checked and made of one line. What is only shown is left out.

        The words of the commands are always the same few: they are parsed once.
        """
        self._patches = contextlib.ExitStack()
        self._patch("harness.whole_run.other_update", lambda *_: None)
        self._patch("harness.fingerprint._version", functools.cache(fingerprint._version))
        original = parser.parse
        parse = functools.cache(lambda words: original(list(words)))
        self._patch("harness.parser.parse", lambda words: parse(tuple(words)))
        if not draw:
            self._patch("harness.report.report", lambda runs: "</html>")
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
        self.whole, self.broken, self.run = (self.folder / name for name in ("whole", "broken", "run"))
        schedule = "--checkpoint-every 1 --keep-checkpoints 9"
        for words in (f"train {CONFIG} {schedule} --out {self.whole}", f"record {TRACED} --out {self.folder}"):
            assert call(words).status == 0
        self._break_off()

    def _break_off(self):
        """The folder of a run that died in its sixth episode, with the checkpoints of the third and fourth."""
        shutil.copytree(self.whole, self.broken)
        shutil.copy(self.folder / "trace.jsonl", self.broken)
        kept = manifest_paths(self.broken / FOLDER)
        for path in (*kept[:2], *kept[4:]):
            path.unlink()
        lines = (self.broken / "metrics.jsonl").read_text().splitlines(keepends=True)
        (self.broken / "metrics.jsonl").write_text("".join(lines[:5]) + lines[5][:50])

    def _patch(self, name, value):
        self._patches.enter_context(mock.patch(name, value))

    def close(self):
        self._patches.close()
        shutil.rmtree(self.folder)

    def judge(self, case):
        """Does what the case says, and fails where the command does not end as it must; how it ended."""
        shutil.rmtree(self.run, ignore_errors=True)
        shutil.copytree(self.broken, self.run)
        for damage in case.damages:
            apply(damage, self.run)
        words = {
            "resume": f"{self.run} {NAMED}",
            "evaluate": f"{self.run} --episodes 1 --max-steps-per-episode 5 {NAMED}",
            "compare": f"{self.run}/trace.jsonl {self.folder}/trace.jsonl",
        }
        ended = call(f"{case.command} {words.get(case.command, self.run)}")
        assert ended.status in (0, 1, 2), ended
        assert len(ended.said.splitlines()) <= LINES and "Traceback" not in ended.said, ended.said
        assert ended.status == 0 or ended.said.startswith("ddpg: ") or case.command == "compare", ended
        if case.command == "resume" and ended.status == 0 and "bits will differ" not in ended.said:
            self.assert_right()
        if case.command == "compare" and ended.status == 0:
            self.assert_same_trace()
        return ended

    def assert_right(self):
        """The run has come to where the untouched one came."""
        folders = (self.run, self.whole)
        logs = [(folder / "metrics.jsonl").read_text().splitlines() for folder in folders]
        ours, theirs = ([json.loads(line) | {"seconds": 0} for line in log] for log in logs)
        assert ours == theirs
        assert_same_bits("weights", *map(load_weights, folders))

    def assert_same_trace(self):
        """A trace that was found equal has the hashes of the untouched one."""
        logs = [(folder / "trace.jsonl").read_text().splitlines() for folder in (self.run, self.folder)]
        ours, theirs = ([json.loads(line).get("hashes") or {} for line in log] for log in logs)
        for a, b in zip(ours, theirs, strict=True):
            assert all(b[name] == digits for name, digits in a.items() if name in b), (a, b)


def call(words):
    """Runs a command in this process, with little time and memory."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors), _limits():
        try:
            status = main(words.split())
        except SystemExit as leaving:
            status = leaving.code
        except TooLong as error:
            raise AssertionError(f"{words} had not ended after {SECONDS:.0f} s") from error
    torch.set_flush_denormal(False)  # hypothesis draws such numbers, too
    return Outcome(status, errors.getvalue())


class TooLong(BaseException):
    """A command that hangs; no command catches it."""


def _too_long(number, frame):
    raise TooLong


@contextlib.contextmanager
def _limits():
    former = signal.signal(signal.SIGALRM, _too_long)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, limits[1]))
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, limits)
        signal.signal(signal.SIGALRM, former)
