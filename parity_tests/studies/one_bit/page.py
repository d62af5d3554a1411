"""Tables and figures of docs/rewrites.md, from the runs there are: `python -m parity_tests.studies.one_bit.page`."""

from pathlib import Path

import numpy as np

from parity_tests.studies.one_bit import drawn, still, summary
from parity_tests.studies.one_bit.results import FOLDER, has
from parity_tests.studies.one_bit.twins import JUDGED, Twin
from parity_tests.studies.one_bit.words import words_of
from parity_tests.studies.page import write_between_markers

PAGE = Path("docs/rewrites.md")
GROUPS = {"20 seeds": [Twin(seed) for seed in range(20)]} | {
    f"{count} twins of seed {seed}": [Twin(seed), *(Twin(seed, f"bit {bit}") for bit in range(1, count))]
    for seed, count in {0: 20, 1: 10}.items()
}
"""Runs whose returns' spread is looked at: seeds, and twins of one seed, each with another bit flipped."""
PARTS = ((11, 20), (21, 30), (31, 40))
"""Episodes of 200 steps; updates begin in the fifth, the policy acts from the tenth on."""


def write() -> None:
    """The tables, the interactive figure's numbers and the still one; what is not there yet is said."""
    write_between_markers(PAGE, parting_table(), "parting")
    measured = all(has(twin) for twin in spread_twins())
    for name, table in {"spread": spread_table, "judged": judged_table}.items():
        write_between_markers(PAGE, table() if measured else "Not measured yet.", name)
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


def spread_twins() -> list[Twin]:
    """The runs of all groups, each once."""
    return list(dict.fromkeys(twin for group in GROUPS.values() for twin in group))


def spread_table() -> str:
    """How widely training episodes' returns spread over seeds, and over twins of one seed."""
    returns = [summary.returns_of(twins) for twins in GROUPS.values()]
    lines = [f"| episodes | {' | '.join(GROUPS)} |", "|---|" + "--:|" * len(GROUPS)]
    lines += [
        f"| {first} to {last} | {' | '.join(_spread(group[:, first - 1 : last]) for group in returns)} |"
        for first, last in PARTS
    ]
    return "\n".join(lines)


def judged_table() -> str:
    """The same of policies that are played from the same states."""
    judged = [summary.judged(twins) for twins in GROUPS.values()]
    lines = [f"| updates | mean of the seeds | {' | '.join(GROUPS)} |", "|--:|--:|" + "--:|" * len(GROUPS)]
    for at, update in enumerate(JUDGED):
        cells = [_spread(group[:, at : at + 1]) for group in judged]
        lines.append(f"| {update:,} | {judged[0][:, at].mean():.0f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _spread(returns: np.ndarray) -> str:
    found = summary.spread(returns)
    if found.least < found.value / 2:  # no interval can be had of one run
        return f"{found.value:.0f}, by one run ({found.least:.0f})"
    return f"{found.value:.0f} ({found.low:.0f} to {found.high:.0f})"


def _range(values: list[float], form: str = ",.0f") -> str:
    """Median, and the least and the largest; of one value, itself."""
    low, middle, high = (
        "never" if np.isinf(value) else format(value, form) for value in (min(values), np.median(values), max(values))
    )
    return f"{middle} ({low} to {high})" if len(values) > 1 else middle


if __name__ == "__main__":
    write()
