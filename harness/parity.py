"""`ddpg parity`: the suite, where it is installed. It is loaded when it is asked for, and not before."""

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from harness.arguments import Parity
from harness.errors import InputError

_STATUS = {0: 0, 4: 2, 5: 2}
"""pytest's exit status to ours: wrong words, or words that no test fits, are bad input; all else is a failure."""

_SECONDS_TO_END = 5.0


def execute(command: Parity) -> int:
    """Runs pytest on the suite in a process of its own; its exit status as `ddpg`'s.

    Raises:
        InputError: pytest is not installed.
    """
    if find_spec("pytest") is None:
        raise InputError("parity needs pytest, which is not installed. pip install 'ddpg-parity[parity]'.")
    suite = Path(next(iter(import_module("parity_tests").__path__)))
    # The module, not the script: it finds packages in the working directory, as candidates often are.
    with subprocess.Popen([sys.executable, "-m", "pytest", "--ladder", *command.options, str(suite)]) as process:
        try:
            return _STATUS.get(process.wait(), 1)
        except KeyboardInterrupt:
            _end(process)
            raise


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ctrl-C in a terminal reached pytest as well, and it is about to end by itself; another signal did not."""
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.terminate()
