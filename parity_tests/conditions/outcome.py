"""Runs under a condition, in a process that meets it, and what became of them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from parity_tests.conditions.digests import Digests, first_apart
from parity_tests.conditions.listed import CONDITIONS

ROOT = Path(__file__).parents[2]

BUSY = "while True: pass"


class Outcome(NamedTuple):
    """What one condition did."""

    error: str | None  # why there was no run
    sides_apart: str | None  # where the reference's autograd and TorchRL first differ from one another
    from_plain: dict[str, str | None]  # by side: where its run first differs from the plain one


def under(name: str, fields: dict[str, Any]) -> dict[str, Digests]:
    """The digests of every side, from a process that meets the condition.

    Raises:
        RuntimeError: it failed; the message is the last line that it said.
    """
    condition = CONDITIONS[name]
    variables = os.environ | {"PYTHONPATH": str(ROOT)} | condition.variables
    words = [sys.executable, *condition.flags, "-m", "parity_tests.conditions.child", name, json.dumps(fields)]
    with _neighbours() if condition.beside else nullcontext():
        done = subprocess.run(words, env=variables, cwd=condition.folder or None, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return {side: [tuple(each) for each in found] for side, found in json.loads(done.stdout).items()}


def outcome(found: dict[str, Digests], plain: dict[str, Digests]) -> Outcome:
    """What a condition's digests say beside the plain run's."""
    apart = first_apart(found["reference"], found["torchrl"])
    return Outcome(None, apart, {side: first_apart(plain[side], digests) for side, digests in found.items()})


@contextmanager
def _neighbours() -> Iterator[None]:
    """Twice as many busy processes as there are cores."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()
