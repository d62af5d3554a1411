"""Results of studies that go on where they were broken off: a file with a line of JSON for each, added as it comes."""

import json
import sys
from pathlib import Path
from typing import Any


def lines(path: Path) -> list[dict[str, Any]]:
    """The results that are there; a last line without its end was broken off while it was written, and is none."""
    text = path.read_text() if path.is_file() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def append(path: Path, line: dict[str, Any]) -> None:
    """Adds a result, in the place of one that was broken off."""
    mend(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")


def mend(path: Path) -> None:
    """Takes a last line without its end away."""
    data = path.read_bytes() if path.is_file() else b""
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        path.write_bytes(whole)


def refuse_words(study: str, folder: Path) -> None:
    """Ends the process, with one line and status 2, where a study is given words, or is not where it can write."""
    if sys.argv[1:] or not folder.is_dir():
        print(f"{study} takes no arguments, and writes to {folder}/ of the repository's root.", file=sys.stderr)
        sys.exit(2)
