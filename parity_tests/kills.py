"""Runs that are killed and resumed, each by real processes, and compared with a run that never was."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

from harness.checkpoints import FOLDER, manifest_paths
from harness.manifest import parse_manifest
from harness.run_folder import load_weights
from parity_tests.assertions import assert_same_bits
from parity_tests.runs import THREE_ACTIONS

SMALL = (
    "--episodes 10 --max-steps-per-episode 30 --start-steps 40 --update-after 60 --batch-size 8 --hidden-sizes 12 10 "
    "--replay-size 100 --probe-n 8 --checkpoint-every 1 --keep-checkpoints 2"
)
"""Ten checkpoints; replay wraps in the fourth episode."""

RUNS = {
    "ddpg": "",
    "td3": f"--twin-critics --target-noise 0.3 --policy-delay 2 --n-step 3 --env-id {THREE_ACTIONS}",
    "annealed": "--noise ornstein-uhlenbeck --noise-sigma-final 0.02 --noise-anneal-steps 200 --layer-norm both",
    "float64": "--dtype float64 --update-every 5 --action-layer 2 --critic-weight-decay 1e-2 --final-init 3e-3",
}


SIDES = {"reference": "", "fused": "--update fused", "torchrl": "--impl torchrl"}


class Kill(NamedTuple):
    """When a process is killed: at an announced place, or after some time."""

    place: int = 0  # from 1; 0: by time
    seconds: float = 0.0


class Ended(NamedTuple):
    """A process that has ended."""

    status: int  # negative: the signal
    places: list[str]  # what it announced
    seconds: float
    errors: str

    @property
    def where(self) -> str:
        """Where it stood at the end."""
        return self.places[-1] if self.places else "before anything was written"

    @property
    def in_a_checkpoint(self) -> bool:
        """Whether a checkpoint was begun, and its manifest not yet in place."""
        since = self.places[_last(self.places, "checkpoint begins") :]
        return bool(since) and since[0] == "checkpoint begins" and "in place: manifest" not in since

    @property
    def between_file_and_name(self) -> bool:
        """Whether a file of a checkpoint was flushed and did not have its name yet."""
        return self.in_a_checkpoint and self.where.startswith("flushed")


def _last(places: list[str], words: str) -> int:
    found = [number for number, place in enumerate(places) if place == words]
    return found[-1] if found else len(places)


def ddpg(words: str, cwd: Path, kill: Kill | None = None) -> Ended:
    """Runs `ddpg`, and kills it with SIGKILL where told to."""
    read, write = os.pipe()
    place = 0 if kill is None else kill.place
    command = [sys.executable, "-m", "parity_tests.announced", str(write), str(place), *words.split()]
    begin = time.monotonic()
    with open(cwd / "errors.txt", "w+") as errors:
        process = subprocess.Popen(command, cwd=cwd, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=errors)
        os.close(write)
        timer = threading.Timer(0 if kill is None else kill.seconds, process.kill)
        if kill is not None and not place:
            timer.start()
        places = []
        with open(read) as lines:
            for line in lines:
                places.append(line.rstrip("\n"))
                if place and len(places) == place:
                    process.send_signal(signal.SIGKILL)
        status = process.wait()
        timer.cancel()
        errors.seek(0)
        return Ended(status, places, time.monotonic() - begin, errors.read())


def whole_run(name: str, side: str, folder: Path) -> Ended:
    """The run that is never stopped, in `folder`/run."""
    folder.mkdir(parents=True)
    ended = ddpg(f"train {SMALL} {RUNS[name]} {SIDES[side]} --out run", folder)
    assert ended.status == 0, ended.errors
    return ended


def killed_run(name: str, side: str, folder: Path, kills: list[Kill]) -> list[Ended]:
    """The same run, killed as often as told, each time resumed by a new process, at the end to its end."""
    folder.mkdir(parents=True)
    train, resume = f"train {SMALL} {RUNS[name]} {SIDES[side]} --out run", "resume run"
    if "--env-id" in RUNS[name]:  # code that a file names runs only if the command line names it, too
        resume += f" --env-id {THREE_ACTIONS}"
    ends = []
    for kill in [*kills, None]:
        # A folder without config.json is no run yet: the same command begins it.
        words = resume if (folder / "run" / "config.json").exists() else train
        ends.append(ddpg(words, folder, kill))
    assert ends[-1].status == 0, ends[-1].errors
    assert "Traceback" not in "".join(end.errors for end in ends)
    return ends[:-1]


def assert_same_run(killed: Path, whole: Path) -> None:
    """Every line, weight, Adam moment, row of replay and stream; and nothing lies about."""
    assert_same_bits("metrics.jsonl", _lines(killed), _lines(whole))
    assert_same_bits("weights", load_weights(killed), load_weights(whole))
    ours, theirs = (parse_manifest(manifest_paths(run / FOLDER)[0].read_text()) for run in (killed, whole))
    # Parts are compared by their checksums, which are over all of their bytes.
    assert_same_bits("checkpoint", ours._asdict() | {"metrics": None}, theirs._asdict() | {"metrics": None})
    names = [sorted(path.name for path in run.rglob("*")) for run in (killed, whole)]
    assert_same_bits("files", _parts(names[0]), _parts(names[1]))


def _parts(names: list[str]) -> dict[str, bool]:
    return dict.fromkeys(names, True)


def _lines(run: Path) -> dict[str, str]:
    """Each episode's line but for the wall time."""
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return {f"line {number}": json.dumps(line | {"seconds": None}) for number, line in enumerate(lines, start=1)}
