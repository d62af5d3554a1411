"""Files that survive a killed process and a power cut: written beside, flushed, put in place in one step."""

import os
from pathlib import Path

from harness.files import named_errors

UNFINISHED = ".part"
"""Ending of a file that is not yet in its place."""


def write_durably(path: Path, data: bytes) -> None:
    """Lets `path` hold `data`, whole; until then it holds what it held before. `sync_folder` makes its name last."""
    part = path.with_name(path.name + UNFINISHED)
    with named_errors(path):
        try:
            part.unlink(missing_ok=True)  # left there, it could be a link to a file elsewhere, or a pipe
            with open(part, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Makes names in a folder last: a file's own contents are flushed without them."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def cut(path: Path, size: int) -> None:
    """Takes off what a file holds beyond its first `size` bytes; a link is not followed to a file elsewhere."""
    place = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    try:
        os.ftruncate(place, size)
        os.fsync(place)
    finally:
        os.close(place)
