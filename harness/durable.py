"""Files that survive a killed process and a power cut: written beside, flushed, put in place in one step."""

import os
from pathlib import Path

UNFINISHED = ".part"
"""Ending of a file that is not yet in its place."""


def write_durably(path: Path, data: bytes) -> None:
    """Lets `path` hold `data`, whole; until then it holds what it held before. `sync_folder` makes its name last."""
    part = path.with_name(path.name + UNFINISHED)
    try:
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
    """Takes off what a file holds beyond its first `size` bytes."""
    with open(path, "r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())
