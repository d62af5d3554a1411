"""Files on disk: written line by line or in one step, each whole or not at all."""

import json
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.errors import InputError, one_line


def append_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Adds lines of JSON to a file, each as it comes; what a failure leaves of one is cut off again."""
    with open(path, "ab", buffering=0) as file:
        for line in lines:
            data = (json.dumps(line, allow_nan=False) + "\n").encode()
            with uninterrupted():
                whole = file.tell()
                try:
                    if file.write(data) != len(data):
                        raise OSError(f"{path}: the disk took only part of a line; free some room")
                except OSError:
                    file.truncate(whole)
                    raise


def write_json(path: Path, value: Any) -> None:
    """Writes a JSON file whole or not at all."""
    text = json.dumps(value, indent=2, allow_nan=False) + "\n"
    write_whole(path, lambda part: part.write_text(text))


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Lets `write` fill a file beside `path`, flushes it to the disk, then puts it in its place in one step."""
    part = path.with_name(path.name + ".part")
    with uninterrupted():
        try:
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
    try:
        former = {
            number: signal.signal(number, lambda n, _: held.append(n)) for number in (signal.SIGINT, signal.SIGTERM)
        }
    except ValueError:  # not the main thread, which is the one that signals reach
        former = {}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if held:
            raise KeyboardInterrupt
