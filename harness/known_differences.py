"""The list of TorchRL's known differences, and which of them a release shows."""

import functools
import tomllib
from importlib.metadata import distributions, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from packaging.version import Version


class Difference(NamedTuple):
    """One entry of the list."""

    id: str
    class_: str  # defect: against documentation or paper; trap: documented or by design; convention: others choose so
    component: str  # the class or function of TorchRL, under its present name
    since: str  # the first release in which the component does so, or "unknown"
    until: str  # the first release in which it no longer does; "" while it still does
    what: str
    by_how_much: float  # what the test measures, to four significant digits
    unit: str  # of by_how_much
    measured_how: str  # the test: path::function
    link: str


def load(path: Path) -> list[Difference]:
    """The entries, in the file's order.

    Raises:
        ValueError: an entry lacks a field or has one too many.
    """
    needed = {field.rstrip("_") for field in Difference._fields}
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["difference"]
    for place, entry in enumerate(entries, start=1):
        if entry.keys() != needed:
            wrong = ", ".join(sorted(entry.keys() ^ needed))
            raise ValueError(f"{path.name}: entry {place}, {entry.get('id')!r}, lacks or should not have: {wrong}.")
    return [Difference(class_=entry.pop("class"), **entry) for entry in entries]


@functools.cache
def installed() -> Version:
    """The release of TorchRL that is imported; a nightly's is its date, which is later than all releases."""
    spec = find_spec("torchrl")
    if spec is not None and spec.origin is not None:
        folder = str(Path(spec.origin).parents[1])  # others may lie behind it on Python's path
        for name in ("torchrl-nightly", "torchrl"):
            for found in distributions(name=name, path=[folder]):
                return Version(found.version)
    return Version(version("torchrl"))


def absence(difference: Difference, torchrl: Version) -> str | None:
    """Why a release is not expected to show a difference; None: it is expected to."""
    release = Version(torchrl.base_version)
    if difference.since != "unknown" and release < Version(difference.since):
        return f"not there yet: since {difference.since}, and this is {torchrl}"
    if difference.until and release >= Version(difference.until):
        return f"no longer there: until {difference.until}, and this is {torchrl}"
    return None
