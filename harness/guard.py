"""Runs that fail in one way, whatever their environment raises, and what is done however they end."""

import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from harness.errors import InputError, RunError, notes_of, one_line

Item = TypeVar("Item")

ERROR_FILE = "error.txt"
"""Holds the traceback, in the folder of a run that failed; `ddpg resume` removes it."""


def guarded(
    run: Generator[Item, None, None], folders: Sequence[Path] = (), ended: int | None = 0
) -> Generator[Item, None, None]:
    """A run as it goes.

    Args:
        run: an item an episode.
        folders: where the traceback is written.
        ended: episodes before the first one; None: several runs' episodes come mixed, and are not counted.

    Raises:
        RunError: the run raised anything that it does not promise to raise; one line says what, and where.
        FloatingPointError: as the run raised it.
    """
    place = "while it was closed"
    with explained(lambda: place, folders), closing(run):
        for episode in count(1 if ended is None else ended + 1):
            place = "" if ended is None else f"in episode {episode}"
            item = next(run, _END)
            if item is _END:
                return
            place = "while it was closed"
            try:  # what whoever asked for the item raises does not come in here: at most the generator is closed
                yield item
            except GeneratorExit:
                with suppress(Exception):  # why it is closed matters more than that its environment cannot be
                    run.close()
                raise


_END: Any = object()


@contextmanager
def explained(place: Callable[[], str], folders: Sequence[Path] = ()) -> Iterator[None]:
    """Turns what an environment may raise, which is anything, into one line; its traceback goes into the folders."""
    try:
        yield
    except (RunError, InputError):
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, FloatingPointError) and "is not finite at" in str(error):  # our own
            error.add_note(_cure(str(error)))
            raise
        if _interrupted(error):
            raise KeyboardInterrupt from error
        words = ["the run was ended", place(), "by", _words(error), *notes_of(error), _keep(error, folders)]
        raise RunError(" ".join(filter(None, words))) from error


@contextmanager
def afterwards(action: Callable[[], Any], what: str) -> Iterator[None]:
    """Does something at the end, however the block ends; if both fail, it is the block's error that is raised.

    Raises:
        RunError: where the action alone fails, since what it reads is no longer what the run has written.
    """
    try:
        yield
    except BaseException as error:
        try:
            action()
        except (OSError, InputError):
            error.add_note(f"{what} could not be written.")
        raise
    try:
        action()
    except InputError as error:
        raise RunError(f"{what} could not be written: {one_line(error)}") from error


def _interrupted(error: BaseException | None) -> bool:
    """Whether an interrupt came first, and then something that could not be closed."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _words(error: BaseException) -> str:
    """What was raised, and the line that raised it."""
    text = one_line(error)
    said = f": {text[:300]}" if text != type(error).__name__ else ""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{said.rstrip('.')}{where}."


def _keep(error: BaseException, folders: Sequence[Path]) -> str:
    """Writes the traceback; words that say where it is."""
    written = []
    for folder in folders:
        with suppress(OSError):
            (folder / ERROR_FILE).write_text("".join(traceback.format_exception(error)))
            written.append(str(folder / ERROR_FILE))
    return f"The traceback is in {written[0]}." if written else ""


def _cure(text: str) -> str:
    if "observation" in text or "reward" in text:
        return "Mend the environment."
    return "Lower the learning rates, clip the gradients, or check the scale of the rewards."
