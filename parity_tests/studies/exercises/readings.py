"""What the intervals say, in words, so that the words cannot outlive the numbers."""

from parity_tests.studies.exercises.bootstrap import interval
from parity_tests.studies.exercises.summaries import against_ddpg

FEW = 5
"""Seeds below which a bootstrap interval is far too narrow to be read."""


def reading(study, variants):
    """One line for each variant but DDPG: where the intervals of its paired differences lie."""
    if len(study.seeds) < FEW:
        return f"Fewer than {FEW} seeds are finished: too few to read an interval."
    lines = []
    for variant in variants:
        if variant != "ddpg":
            told = [f"{words} {place(against_ddpg(study, variant, name))}" for name, words in QUANTITIES.items()]
            lines.append(f"- `{variant}` against `ddpg`: {', '.join(told)}.")
    return "\n".join(lines)


QUANTITIES = {"shortfall": "return", "bias": "Q's bias"}


def place(differences):
    """Where the interval of the mean difference lies."""
    low, high = interval(differences)
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "not told apart (the interval holds 0)"
