"""Tables and figures of docs/rewrites.md, from the runs there are: `python -m parity_tests.studies.one_bit.page`."""

from pathlib import Path

import numpy as np

from parity_tests.studies.one_bit import drawn, still, summary
from parity_tests.studies.one_bit.results import FOLDER, has
from parity_tests.studies.one_bit.twins import Twin
from parity_tests.studies.one_bit.words import words_of
from parity_tests.studies.page import write_between_markers

PAGE = Path("docs/rewrites.md")
COUNT = 10
SEEDS = [Twin(seed) for seed in range(COUNT)]
"""Seeds whose returns' spread is looked at,"""
TWINS = [Twin(0), *(Twin(0, f"bit {bit}") for bit in range(1, COUNT))]
"""and twins of one seed, each with another bit flipped."""
PARTS = ((11, 20), (21, 30), (31, 40))
"""Episodes of 200 steps; updates begin in the fifth, the policy acts from the tenth on."""


def write() -> None:
    """Both tables, the interactive figure's numbers and the still one; what is not there yet is said."""
    write_between_markers(PAGE, parting_table(), "parting")
    measured = all(has(twin) for twin in (*SEEDS, *TWINS))
    write_between_markers(PAGE, spread_table() if measured else "Not measured yet.", "spread")
    drawn.write()
    (FOLDER / "one_bit.svg").write_text(still.picture())


def parting_table() -> str:
    """How fast the twins of each change part."""
    lines = [
        f"| change | twins | updates until policies differ by {summary.FAR} | updates an e-fold | largest difference "
        "at the end |",
        "|---|--:|--:|--:|--:|",
    ]
    for change, found in summary.partings().items():
        far = "-" if np.isinf(found.far).all() else _range(found.far)
        fold = "-" if np.isnan(found.fold).all() else _range([value for value in found.fold if value == value])
        last = "0" if not any(found.last) else _range(found.last, ".2g")
        lines.append(f"| {words_of(change)} | {len(found.far)} | {far} | {fold} | {last} |")
    return "\n".join(lines)


def spread_table() -> str:
    """How widely returns spread over seeds, and over twins of one seed."""
    seeds, twins = summary.returns_of(SEEDS), summary.returns_of(TWINS)
    lines = [f"| episodes | {COUNT} seeds | {COUNT} twins of seed 0 |", "|---|--:|--:|"]
    for first, last in PARTS:
        found = summary.spread(seeds, twins, first, last)
        cells = [f"{value:.0f} ({low:.0f} to {high:.0f})" for value, low, high in (found.seeds, found.twins)]
        lines.append(f"| {first} to {last} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def _range(values: list[float], form: str = ",.0f") -> str:
    """Median, and the least and the largest; of one value, itself."""
    low, middle, high = (
        "never" if np.isinf(value) else format(value, form) for value in (min(values), np.median(values), max(values))
    )
    return f"{middle} ({low} to {high})" if len(values) > 1 else middle


if __name__ == "__main__":
    write()
