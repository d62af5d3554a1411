"""The two ways a command ends badly, told apart by exit status."""


class InputError(Exception):
    """What the user gave cannot be used: one line, exit status 2."""


def one_line(error: BaseException) -> str:
    """The message of any exception as a single line."""
    return " ".join(str(error).split()) or type(error).__name__
