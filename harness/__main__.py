"""`ddpg`, also `python -m harness`: from words to work to exit status."""

import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from harness.arguments import Bench, Doctor, Parity, Presets
from harness.errors import InputError, complain, one_line
from harness.parser import parse

_WITHOUT_TORCH: dict[type, str] = {
    Parity: "harness.parity",
    Presets: "harness.presets_command",
    Bench: "harness.bench.command",
    Doctor: "harness.doctor",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Returns:
        0: done, and for `compare` all bits agree. 1: a run met a number that is not finite, or bits
        differ, or a file could not be written. 2: wrong input. 130: interrupted, with everything
        written so far intact.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        command = parse(arguments)
        # torch takes seconds to import: words that are wrong are refused before, and some commands never need it here.
        module = _WITHOUT_TORCH.get(type(command), "harness.commands")
        return int(import_module(module).execute(command))
    except InputError as error:
        return _end(one_line(error), 2)
    except FloatingPointError as error:
        return _end(f"{one_line(error)} The run stopped there; what it had written is whole.", 1)
    except OSError as error:
        return _end(one_line(error), 1)
    except KeyboardInterrupt:
        return _end("interrupted; what was written so far is whole.", 130)


def run() -> None:
    """The console script."""
    sys.exit(main())


def _end(text: str, status: int) -> int:
    complain(text)
    return status


if __name__ == "__main__":
    run()
