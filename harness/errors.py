"""What a command says when something is wrong."""

import sys


class InputError(Exception):
    """What the user gave cannot be used: one line, exit status 2."""


def one_line(error: BaseException) -> str:
    """The message of any exception as a single line."""
    return " ".join(str(error).split()) or type(error).__name__


def complain(text: str) -> None:
    """One line on standard error."""
    print(f"ddpg: {text}", file=sys.stderr)
