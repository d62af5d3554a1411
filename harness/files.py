"""Files on disk: written line by line or in one step, each whole or not at all."""

import io
import json
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from harness.errors import InputError, one_line


def append_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Adds lines of JSON to a file, each as it comes; what a failure leaves of one is cut off again."""
    with named_errors(path), open(path, "ab", buffering=0, opener=_existing) as file:
        for line in lines:
            data = (json.dumps(line, allow_nan=False) + "\n").encode()
            with uninterrupted():
                _append(file, data)


def _existing(name: str, flags: int) -> int:
    """Opens no new file: one in the place of another that is gone would lack its beginning."""
    return os.open(name, flags & ~os.O_CREAT)


def _append(file: io.FileIO, data: bytes) -> None:
    """Writes all of it, or leaves the file as it was."""
    whole = os.fstat(file.fileno()).st_size
    left = memoryview(data)
    try:
        while left:
            left = left[file.write(left) or 0 :]  # a full disk takes a part, and then raises
    except OSError:
        with suppress(OSError):
            file.truncate(whole)
        raise


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """An error of the disk says of which file it is; Python leaves the name out where writing fails."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = str(path)
        raise


def write_json(path: Path, value: Any) -> None:
    """Writes a JSON file whole or not at all."""
    text = json.dumps(value, indent=2, allow_nan=False) + "\n"
    write_whole(path, lambda part: part.write_text(text))


def write_whole(path: Path, write: Callable[[Path], Any], part_ending: str = ".part") -> None:
    """Lets `write` fill a file beside `path`, flushes it to the disk, then puts it in its place in one step.

    Who writes where another process may do the same needs a `part_ending` of its own.
    """
    part = path.with_name(path.name + part_ending)
    with named_errors(path), uninterrupted():
        try:
            part.unlink(missing_ok=True)  # left there, it could be a link to a file elsewhere, or a pipe
            write(part)
            with open(part, "rb") as file:
                os.fsync(file.fileno())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


def refuse_used(folder: Path) -> None:
    """Raises InputError where a folder already holds something, but for a run folder whose making was broken off."""
    try:
        used = folder.exists() and (not folder.is_dir() or not all(map(_is_begun, folder.iterdir())))
    except OSError as error:
        raise InputError(f"out must be a folder that can be written; got {folder} ({one_line(error)}).") from error
    if used:
        what = "a run" if (folder / "config.json").is_file() else "other files"
        raise InputError(f"out must name a new or empty folder; {folder} already holds {what}. Choose another.")


def _is_begun(path: Path) -> bool:
    """Whether it is one of the files that a run folder holds before its `config.json`."""
    if path.name == "metrics.jsonl":
        return path.stat().st_size == 0
    return path.name in ("run.json", "versions.json") or path.name.endswith(".json.part")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Holds Ctrl-C and SIGTERM back until the block is done."""
    held: list[int] = []
    former: dict[int, Any] = {}
    try:
        for one in (signal.SIGINT, signal.SIGTERM):
            former[one] = signal.signal(one, lambda number, _: held.append(number))
    except ValueError:  # not the main thread, which is the one that signals reach
        pass
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        for came in held[:1]:
            if callable(former[came]):
                former[came](came, None)  # as if it came now
            elif former[came] != signal.SIG_IGN:
                raise KeyboardInterrupt
