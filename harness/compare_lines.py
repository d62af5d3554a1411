"""`ddpg compare` with a trace on either side: by hashes, to the first that differs."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from harness.difference import first_difference
from harness.trace import KINDS, Line

Quantities = dict[str, list[str]]
"""By kind of line, in the order in which a run makes them."""


class ComparedLine(NamedTuple):
    """What the comparison of one line came to."""

    kind: str
    names: list[str]  # the quantities compared; what neither side made there is none
    difference: str | None  # where the first difference is; None: all hashes agree


def in_common(ours: Quantities, theirs: Quantities) -> Quantities:
    """What both sides offer; kinds of which they share nothing are left out."""
    both = {kind: [name for name in ours.get(kind, []) if name in theirs.get(kind, [])] for kind in KINDS}
    return {kind: names for kind, names in both.items() if names}


def not_offered(ours: Quantities, theirs: Quantities) -> list[str]:
    """What the other side has and ours lacks, as "update target"."""
    lacking = ((kind, [name for name in theirs.get(kind, []) if name not in ours.get(kind, [])]) for kind in KINDS)
    return [f"{kind} {name}" for kind, names in lacking for name in names]


def compare_lines(ours: Iterable[Line], theirs: Iterable[Line], common: Quantities) -> Iterator[ComparedLine]:
    """Compares two runs line by line; ends after the first that differs.

    Args:
        ours: the left side of every "against".
        theirs: likewise.
        common: what to compare; other lines and quantities are passed over.
    """
    wanted = ((line for line in side if line.kind in common) for side in (ours, theirs))
    for left, right in zip_longest(*wanted):
        if left is None or right is None:
            ended, goes_on, line = ("left", "right", right) if left is None else ("right", "left", left)
            yield ComparedLine(
                line.kind, [], f"{place_words(line)}: the {ended} run has ended, the {goes_on} one goes on"
            )
            return
        text = _difference(left, right, common[left.kind])
        made = [name for name in common[left.kind] if text is None and left.hashes[name] is not None]
        yield ComparedLine(left.kind, made, text)
        if text is not None:
            return


def place_words(line: Line) -> str:
    """Where a line stands, as messages name it."""
    episode, step, update = line.place
    return {
        "start": "before the first step",
        "step": f"episode {episode}, environment step {step}",
        "update": f"episode {episode}, update {update} (environment step {step})",
        "episode": f"episode {episode}, after update {update} (environment step {step})",
    }[line.kind]


def _difference(left: Line, right: Line, names: list[str]) -> str | None:
    """The first quantity of a line whose hashes differ, with the elements where both sides hold values."""
    if (left.kind, left.place) != (right.kind, right.place):
        return f"the left run comes to {place_words(left)}, the right one to {place_words(right)}"
    for name in names:
        ours, theirs = left.hashes[name], right.hashes[name]
        if ours != theirs:
            what = f"transition.{name}" if left.kind == "step" else name
            return f"{place_words(left)}, {_elements(left, right, name, what)}"
    return None


def _elements(left: Line, right: Line, name: str, what: str) -> str:
    if name in left.values and name in right.values:
        ours, theirs = left.values[name], right.values[name]
        if isinstance(ours, dict) and isinstance(theirs, dict) and len(ours) == len(theirs):
            theirs = dict(zip(ours, theirs.values(), strict=True))  # a network's tensors are told apart by order alone
        return f"{first_difference(what, ours, theirs)}"
    cure = ""
    if left.kind != "episode":
        # A step's values are written with those of the update that comes next.
        update = left.place.update + (left.kind == "step")
        cure = f"; traces recorded with --values-at {update} tell the elements"
    return f"{what}: hash {left.hashes[name] or 'none'} against {right.hashes[name] or 'none'}{cure}"
