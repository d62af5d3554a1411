"""What a command says when something is wrong."""

import sys


class InputError(Exception):
    """What the user gave cannot be used: one line, exit status 2."""


class RunError(Exception):
    """A run could not go on, for what its environment did: one line, exit status 1."""


def one_line(error: BaseException) -> str:
    """The message of any exception as a single line."""
    return " ".join(str(error).split()) or type(error).__name__


def notes_of(error: BaseException) -> list[str]:
    """What was noted on an exception on its way; most of it says what to do."""
    return [*getattr(error, "__notes__", [])]


def complain(text: str) -> None:
    """One line on standard error, whatever a file's name or a library's message holds."""
    print(f"ddpg: {' '.join(text.splitlines())}", file=sys.stderr)
