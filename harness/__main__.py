"""`ddpg`, also `python -m harness`: from words to work to exit status. Imports little: Ctrl-C is heeded soon."""

import errno
import sys
from collections.abc import Sequence
from importlib import import_module

from harness.errors import InputError, RunError, complain, notes_of, one_line
from harness.signals import heed, ignore, leaving_at_once


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; signals are as before when it has ended.

    Returns:
        0: done, and for `compare` all bits agree. 1: a run could not go on, for its environment, a number that is
        not finite, or a disk; or bits differ. 2: wrong input. 130: interrupted, with everything written so far
        intact. docs/trouble.md lists what is said.
    """
    restore = heed()
    try:
        return _answer(arguments)
    finally:
        restore()


def run() -> None:
    """The console script."""
    try:
        heed()
        status = _answer(None)
    except KeyboardInterrupt:  # while the last line was printed
        status = 130
    ignore()
    sys.exit(status)


def _answer(arguments: Sequence[str] | None) -> int:
    try:
        return _execute(arguments)
    except InputError as error:
        return _end(error, 2, *notes_of(error))
    except FloatingPointError as error:
        return _end(error, 1, "The run stopped there; what it had written is whole.", *notes_of(error))
    except RunError as error:
        return _end(error, 1, "What was written is whole.", *notes_of(error))
    except OSError as error:
        return _end(error, 1, "What was written is whole.", _CURES.get(error.errno or 0, ""), *notes_of(error))
    except KeyboardInterrupt as error:
        return _end(KeyboardInterrupt("interrupted; what was written so far is whole."), 130, *notes_of(error))


def _execute(arguments: Sequence[str] | None) -> int:
    with leaving_at_once():
        parse = import_module("harness.parser").parse
    command = parse(arguments)
    # torch takes seconds to import: words that are wrong are refused before, and some commands never need it here.
    module = _WITHOUT_TORCH.get(type(command).__name__, "harness.commands")
    with leaving_at_once():
        execute = import_module(module).execute
    return int(execute(command))


_WITHOUT_TORCH = {
    "Parity": "harness.parity",
    "Presets": "harness.presets_command",
    "Bench": "harness.bench.command",
    "Doctor": "harness.doctor",
}

_NO_ROOM = "Free some room on the disk."
_CURES = {
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    errno.ENOENT: "Something has removed the folder, or a file in it.",
    errno.EACCES: "Make the folder writable.",
    errno.EROFS: "Make the folder writable.",
}


def _end(error: BaseException, status: int, *then: str) -> int:
    """Says in one line what happened, what became of what was written, and what to do."""
    complain(" ".join([one_line(error), *filter(None, then)]))
    return status


if __name__ == "__main__":
    run()
