"""Where TorchRL does something that its documentation, the paper or a user would not expect.

`known_differences.toml` lists them, one entry each; `python -m parity_tests.known_differences` prints
them as a table. Every entry has one test, which fails when the difference disappears or changes.
"""

import functools
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from harness import known_differences as harness_list
from harness.known_differences import Difference, absence, installed

LIST = Path(__file__).with_suffix(".toml")
CLASSES = ("defect", "trap", "convention")


def load(path: Path = LIST) -> list[Difference]:
    """The entries, in the file's order."""
    return harness_list.load(path)


def known_difference(id: str) -> Callable[[Callable], Callable]:
    """Marks the one test of an entry, which asserts what happens and returns the number that it measured.

    Raises:
        ValueError: the list has no such entry.
    """
    found = {entry.id: entry for entry in load()}
    if id not in found:
        raise ValueError(f"known_difference needs an id of {LIST.name}; got {id!r}.")
    reason = absence(found[id], installed())

    def mark(test: Callable[..., float]) -> Callable[..., None]:
        @functools.wraps(test)
        def compared(*args, **kwargs):
            __tracebackhide__ = True
            try:
                check(found[id], test(*args, **kwargs))
            except (Exception, pytest.fail.Exception) as error:
                lines = [line for line in str(error).splitlines() if line] or [type(error).__name__]
                message = f"known difference {id} has changed: {lines[0]}; update {LIST.name}"
                raise AssertionError(message) from error

        compared.difference = found[id]
        return pytest.mark.skipif(reason is not None, reason=reason or "")(compared)

    return mark


def check(difference: Difference, measured: float) -> None:
    """Fails if a measured number is not the entry's, to four significant digits."""
    rounded = float(f"{measured:.4g}")
    assert rounded == difference.by_how_much, f"measured {rounded:g}, where {difference.by_how_much:g} is listed"


def table(differences: list[Difference]) -> Table:
    """What the command prints."""
    columns = Table(title=f"Known differences of TorchRL, looked for in {installed()}")
    for heading in ("id", "class", "component", "since", "by how much"):
        columns.add_column(heading, overflow="fold", no_wrap=heading != "by how much")
    for entry in differences:
        amount = f"{entry.by_how_much:g} {entry.unit}"
        columns.add_row(entry.id, entry.class_, entry.component, entry.since, amount)
    return columns


def main(words: list[str]) -> int:
    """Prints the table; 2 if it was given anything."""
    if words:
        print(f"parity_tests.known_differences takes no arguments; got {' '.join(words)!r}.", file=sys.stderr)
        return 2
    # Four columns that must not wrap leave nothing of eighty characters, which is what a pipe would get.
    Console(width=None if sys.stdout.isatty() else 160).print(table(load()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
