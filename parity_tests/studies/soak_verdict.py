"""What the log of a soak comes to: equality, memory before and after, speed in its first and last tenth."""

from collections.abc import Callable
from itertools import pairwise
from statistics import mean, median
from typing import NamedTuple

MAY_GROW = 0.01
"""Of the resident size, from the first wrap of replay to the end."""

EPISODES = 20
"""Over which one figure of memory is taken: a single reading holds whatever that episode has not yet given back."""

SIDES = ("reference", "torchrl")

FLOORS = 100
"""Updates whose matrix products are timed after each episode; other work on the machine slows them as it slows both."""


class Episode(NamedTuple):
    """One line of the log."""

    step: int  # environment steps so far
    update: int  # updates so far
    resident: int  # bytes that the process of both sides holds in memory, after the comparison
    wall: dict[str, float]  # by side: seconds that the episode took; and by "floor"
    processor: dict[str, float]  # by side: seconds of processor time, likewise
    compared: int  # quantities
    numbers: int
    difference: str | None


class Verdict(NamedTuple):
    """What a soak came to."""

    episodes: int
    steps: int
    updates: int
    compared: int
    numbers: int
    difference: str | None
    at_wrap: float  # bytes, mean over the first `EPISODES` after replay had wrapped
    at_end: float  # bytes, mean over the last
    largest: int  # bytes, of any episode after the wrap
    speeds: dict[str, dict[str, tuple[float, float]]]  # clock -> side -> steps/s in the first and the last tenth
    floors: dict[str, tuple[float, float]]  # side -> a step's time over an update's matrix products', likewise

    @property
    def growth(self) -> float:
        """Of the resident size since the wrap, as a share of it."""
        return self.at_end / self.at_wrap - 1.0

    @property
    def good(self) -> bool:
        """Whether every bit agreed and memory was flat."""
        return self.difference is None and self.growth < MAY_GROW


def judge(log: list[Episode], replay: int) -> Verdict:
    """The figures of a whole log.

    Raises:
        ValueError: it ends before replay had wrapped and two figures of memory could be taken.
    """
    wrapped = [episode.resident for episode in log if episode.step > replay]
    difference = next((episode.difference for episode in log if episode.difference is not None), None)
    if len(wrapped) < 2 * EPISODES:
        needed = f"{2 * EPISODES} episodes after {replay:,} steps, when replay has wrapped"
        raise ValueError(f"a soak needs {needed}; got {len(wrapped)}; first difference: {difference}.")
    return Verdict(
        len(log),
        log[-1].step,
        log[-1].update,
        sum(episode.compared for episode in log),
        sum(episode.numbers for episode in log),
        difference,
        mean(wrapped[:EPISODES]),
        mean(wrapped[-EPISODES:]),
        max(wrapped),
        {clock: {side: tenths(log, clock, side) for side in SIDES} for clock in ("wall", "processor")},
        {side: in_tenths(log, over_floor(side)) for side in SIDES if "floor" in log[0].wall},
    )


def tenths(log: list[Episode], clock: str, side: str) -> tuple[float, float]:
    """Median steps per second in the first and the last tenth."""
    return in_tenths(log, lambda episode, steps: steps / getattr(episode, clock)[side])


def in_tenths(log: list[Episode], measure: Callable[[Episode, int], float], tenths: int = 10) -> tuple[float, float]:
    """Median of a measure in the first and the last tenth of the episodes that made an update at every step."""
    found = []
    for before, episode in zip(log, log[1:], strict=False):
        steps = episode.step - before.step
        if episode.update - before.update == steps:  # not in warm-up, nor where updates begin
            found.append(measure(episode, steps))
    tenth = max(1, len(found) // tenths)
    return median(found[:tenth]), median(found[-tenth:])


def over_floor(side: str) -> Callable[[Episode, int], float]:
    """A step's time over that of an update's matrix products, measured right after the episode."""
    return lambda episode, steps: episode.wall[side] / steps / (episode.wall["floor"] / FLOORS)


def rows(verdict: Verdict) -> list[tuple[str, str]]:
    """The table of figures."""
    found = [
        ("environment steps of each side", f"{verdict.steps:,} in {verdict.episodes:,} episodes"),
        ("updates of each side", f"{verdict.updates:,}"),
        ("quantities compared", f"{verdict.compared:,} ({verdict.numbers:,} numbers)"),
        ("differing", verdict.difference or "0"),
        (f"resident size, {EPISODES} episodes after the wrap", f"{verdict.at_wrap / 1e6:.1f} MB"),
        (f"resident size, the last {EPISODES} episodes", f"{verdict.at_end / 1e6:.1f} MB ({verdict.growth:+.2%})"),
        ("largest since the wrap", f"{verdict.largest / 1e6:.1f} MB"),
    ]
    for clock, by_side in verdict.speeds.items():
        for side, (first, last) in by_side.items():
            text = f"{first:.0f}, {last:.0f} ({last / first - 1:+.1%})"
            found.append((f"{side}: steps per second of {clock} time, first and last tenth", text))
    for side, (first, last) in verdict.floors.items():
        text = f"{first:.2f}, {last:.2f} ({last / first - 1:+.1%})"
        found.append((f"{side}: a step's time over the floor's, first and last tenth", text))
    return found


def over_time(log: list[Episode], parts: int = 10) -> list[tuple[str, list[str]]]:
    """Of equal parts of the run: steps at the end, resident size there, and each side's median speed."""
    ends = [round(part * (len(log) - 1) / parts) for part in range(parts + 1)]
    pieces = [log[begin : end + 1] for begin, end in pairwise(ends)]
    table = [
        ("steps", [f"{log[end].step:,}" for end in ends[1:]]),
        ("resident, MB", [f"{log[end].resident / 1e6:.1f}" for end in ends[1:]]),
    ]
    for side in SIDES:
        table.append((f"{side}: steps per second", [f"{_speed(piece, side):.0f}" for piece in pieces]))
    ratios = [_speed(piece, "reference") / _speed(piece, "torchrl") for piece in pieces]
    return [*table, ("reference over torchrl", [f"{ratio:.2f}" for ratio in ratios])]


def _speed(piece: list[Episode], side: str) -> float:
    return in_tenths(piece, lambda episode, steps: steps / episode.wall[side], tenths=1)[0]


def page(verdict: Verdict, log: list[Episode], head: str) -> str:
    """Both tables as Markdown."""
    lines = [head, "", "| | |", "|---|---|", *(f"| {name} | {text} |" for name, text in rows(verdict)), ""]
    for place, (name, cells) in enumerate(over_time(log)):
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
        if place == 0:
            lines.append("|---|" + "--:|" * len(cells))
    return "\n".join(lines)
