"""One process at a time in a run folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import InputError, one_line


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the lock of a folder itself; the system lets go of it when the process ends, however that comes about.

    Raises:
        InputError: another process holds it, or there is no such folder.
    """
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise InputError(f"a run folder is needed; {folder} is none ({one_line(error)}).") from error
    try:
        _take(place, folder)
        yield
    finally:
        os.close(place)


def _take(place: int, folder: Path) -> None:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InputError(f"{folder} is in use by another process. Wait for it to end, or stop it.") from error
    except OSError as error:
        raise InputError(f"{folder} cannot be locked ({one_line(error)}). Use a folder on a local disk.") from error
