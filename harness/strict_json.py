"""JSON as this program writes it, read from files that anybody may have written: plain files, finite numbers."""

import json
import math
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO, NoReturn


def open_plain(path: Path) -> BinaryIO:
    """A regular file, to be read. Anything else is refused: a pipe would be waited for, a device has no end.

    Raises:
        OSError: it cannot be opened, or is no regular file.
    """
    file = open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")  # noqa: SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(f"{path.name} is no regular file")
    return file


def read_plain(path: Path) -> bytes:
    """What a regular file holds.

    Raises:
        OSError: as `open_plain`.
    """
    with open_plain(path) as file:
        return file.read()


def read_object(path: Path) -> dict[str, Any]:
    """The object that a file holds.

    Raises:
        OSError: as `read_plain`.
        ValueError: it holds none, or what `parse_json` refuses.
    """
    value = parse_json(read_plain(path).decode())
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} holds no object")
    json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair could be neither printed nor written
    return value


def parse_json(text: str) -> Any:
    """What a text says, once.

    Raises:
        ValueError: it is no JSON, is nested too deeply, holds a key twice, or a number that is not finite.
    """
    try:
        return json.loads(text, parse_constant=_refuse, parse_int=_short, parse_float=_finite, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _short(digits: str) -> int:
    if len(digits) > 300:  # any shorter one fits in a double
        raise ValueError(f"{digits[:20]}... is too large a number")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it holds a key twice")
    return found
