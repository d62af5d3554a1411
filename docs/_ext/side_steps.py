"""Steps of a page, and the lines of source that belong to each: two columns cut at anchors."""

from typing import NamedTuple

from side_source import Function, Line

NOTHING = "-"
"""In place of an anchor: this side has no line for the step."""


class Step(NamedTuple):
    """One line of the directive's body, and the quotes below it."""

    words: str
    left: str  # an anchor, or NOTHING
    right: str
    quotes: tuple[tuple[str, str], ...]  # a library's function, and text in it


class Piece(NamedTuple):
    """Lines of one function that stand together in a cell."""

    function: Function
    lines: tuple[Line, ...]


def parse(body: list[str]) -> list[Step]:
    """The steps of a directive: `words | anchor on the left | anchor on the right`, `> function | text` for quotes.

    Raises:
        ValueError: a line has another form.
    """
    steps: list[Step] = []
    for line in filter(None, map(str.strip, body)):
        parts = [part.strip() for part in line.removeprefix("> ").rsplit(" | ", 1 if line.startswith("> ") else 2)]
        if line.startswith("> ") and len(parts) == 2 and steps:
            steps[-1] = steps[-1]._replace(quotes=(*steps[-1].quotes, (parts[0], parts[1])))
        elif not line.startswith("> ") and len(parts) == 3:
            steps.append(Step(parts[0], parts[1], parts[2], ()))
        else:
            raise ValueError(f"a step is `words | anchor | anchor`, a quote `> function | text`; got: {line}")
    return steps


def cut(column: list[Function], anchors: list[str]) -> list[list[Piece]]:
    """A column's lines by step: each runs from its anchor to the next one's, comments above an anchor with it.

    Raises:
        ValueError: an anchor does not stand exactly once in the column, comes out of order, or lines at the
            top belong to no step.
    """
    lines = [(function, line) for function in column for line in function.lines]
    begins = [None if anchor == NOTHING else _begin(lines, anchor, column) for anchor in anchors]
    given = [begin for begin in begins if begin is not None]
    names = ", ".join(function.name for function in column)
    if sorted(given) != given or len(set(given)) != len(given):
        raise ValueError(f"the anchors of {names} do not stand in the order of its lines, each on a line of its own.")
    if not given or given[0] != 0:
        raise ValueError(f"the first lines of {names} belong to no step; begin with {lines[0][1].text.strip()!r}.")
    ends = dict(zip(given, [*given[1:], len(lines)], strict=True))
    return [[] if begin is None else _pieces(lines[begin : ends[begin]]) for begin in begins]


def _begin(lines: list[tuple[Function, Line]], anchor: str, column: list[Function]) -> int:
    """Where the step of an anchor begins."""
    count = sum(line.text.count(anchor) for _, line in lines)
    if count != 1:
        names = ", ".join(function.name for function in column)
        often = "no longer occurs" if count == 0 else f"occurs {count} times"
        raise ValueError(f"anchor {anchor!r} {often} in {names}; it must occur exactly once.")
    place = next(index for index, (_, line) in enumerate(lines) if anchor in line.text)
    while place and lines[place - 1][0] is lines[place][0] and _is_aside(lines[place - 1][1].text):
        place -= 1
    return place


def _is_aside(text: str) -> bool:
    """A comment or a decorator, which belongs to what follows."""
    return text.strip().startswith(("#", "@"))


def _pieces(lines: list[tuple[Function, Line]]) -> list[Piece]:
    """The lines of a cell, those of each function together, without blank lines at either end."""
    found = []
    for function in dict.fromkeys(function for function, _ in lines):
        own = [line for other, line in lines if other is function]
        while own and not own[-1].text.strip():
            own.pop()
        while own and not own[0].text.strip():
            own.pop(0)
        if own:
            found.append(Piece(function, tuple(own)))
    return found
