"""The swap matrix, as it is printed and as a page holds it."""

from rich.table import Table

from parity_tests.swaps.fillings import LOOPS, OTHER_SIDE
from parity_tests.swaps.run import Outcome, difference

Line = tuple[str, ...]
"""The cells of one filling: what stood in each slot as it ran, the digest, and what differs."""


def line_of(outcome: Outcome, expected: Outcome, slots: tuple[str, ...]) -> Line:
    """One filling."""
    stood = (" + ".join(outcome.seen.get(slot, {})) or "nothing" for slot in slots)
    return (*stood, outcome.digest, difference(outcome, expected) or "none")


def headings(slots: tuple[str, ...]) -> Line:
    """Those of the columns."""
    return (*slots, "digest", "difference")


def table(name: str, loop: str, slots: tuple[str, ...], lines: list[Line]) -> Table:
    """The fillings of one loop, for the terminal."""
    shown = Table(title=f"{name}: {loop}, slots filled with its own or with {OTHER_SIDE[loop]}", title_justify="left")
    for heading in headings(slots):
        shown.add_column(heading, overflow="fold")
    for line in lines:
        shown.add_row(*line)
    return shown


def markdown(name: str, slots: tuple[str, ...], lines: dict[str, list[Line]]) -> str:
    """The fillings of both loops, for a page."""
    blocks = []
    for loop in LOOPS:
        rows = [headings(slots), ("---",) * (len(slots) + 2), *(tuple(map(_code, line)) for line in lines[loop])]
        text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        blocks.append(f"{name}, {loop}, slots filled with its own or with {OTHER_SIDE[loop]}:\n\n{text}")
    return "\n\n".join(blocks)


def summary(name: str, outcomes: list[Outcome], differing: int) -> str:
    """One line: how many fillings, of what length, and how many hashes were compared."""
    hashes, updates = sum(len(outcome.hashes) for outcome in outcomes), outcomes[0].updates
    return (
        f"{name}: {len(outcomes)} fillings of {updates:,} updates each, {hashes:,} hashes compared, "
        f"{differing} fillings with a difference."
    )


def _code(cell: str) -> str:
    return cell if cell == "none" else f"`{cell}`"
