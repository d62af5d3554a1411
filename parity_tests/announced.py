"""`ddpg`, which says on a pipe how far it has come with what it writes, and waits at one of these places to be killed.

    python -m parity_tests.announced PIPE PLACE train --out run ...

PIPE is the number of an open file, PLACE that of the place to wait at, from 1; 0: nowhere.
"""

import os
import sys
import time
from pathlib import Path

from harness import checkpoints, durable, recorder, resume
from harness.__main__ import main

WAIT = 60.0
"""Seconds; whoever reads the pipe kills this process long before."""


class Announcer:
    """Writes a line for each place, and waits at one."""

    def __init__(self, pipe, place):
        self._pipe, self._place, self._count = pipe, place, 0

    def __call__(self, words):
        self._count += 1
        os.write(self._pipe, f"{words}\n".encode())
        if self._count == self._place:
            time.sleep(WAIT)

    def around(self, function, words):
        """`function`, announced before and after."""

        def announced(*arguments, **options):
            self(f"{words} begins")
            result = function(*arguments, **options)
            self(f"{words} ends")
            return result

        return announced

    def replace(self, function):
        """`os.replace`, announced between the file and its name."""

        def announced(source, target):
            self(f"flushed, not in place: {kind_of(target)}")
            function(source, target)
            self(f"in place: {kind_of(target)}")

        return announced

    def open(self, path, mode):
        """`open` for a file that is announced when half of it is written."""
        return _Halves(self, path, mode)


class _Halves:
    def __init__(self, announce, path, mode):
        self._announce, self._path, self._file = announce, path, open(path, mode)  # noqa: SIM115

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, data):
        self._file.write(data[: len(data) // 2])
        self._file.flush()
        self._announce(f"half written: {kind_of(self._path)}")
        self._file.write(data[len(data) // 2 :])


def kind_of(path):
    """What a file is, without the digits that make its name its own."""
    name = Path(path).name.removesuffix(durable.UNFINISHED)
    if name.endswith(".safetensors"):
        return "part"
    return "manifest" if name.removesuffix(".json").isdigit() else name


def announce(pipe, place):
    """Puts the announcements into the product, in this process alone."""
    say = Announcer(pipe, place)
    durable.open = say.open
    os.replace = say.replace(os.replace)
    checkpoints.Checkpoints.write = say.around(checkpoints.Checkpoints.write, "checkpoint")
    checkpoints.prune = say.around(checkpoints.prune, "removal")
    resume.cut = say.around(resume.cut, "cut")
    recorder.append_metrics = say.around(recorder.append_metrics, "line")
    recorder.save_weights = say.around(recorder.save_weights, "weights")


if __name__ == "__main__":
    announce(int(sys.argv[1]), int(sys.argv[2]))
    sys.exit(main(sys.argv[3:]))
