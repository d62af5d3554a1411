"""When checkpoints are due: `--checkpoint-every` and `--keep-checkpoints`."""

import re
from time import monotonic
from typing import Any, NamedTuple

from harness.errors import InputError


class Schedule(NamedTuple):
    """At least one of the first two is None; where both are, no checkpoint is ever due."""

    episodes: int | None
    seconds: float | None
    keep: int  # the newest ones kept

    def recorded(self) -> dict[str, Any]:
        """As `run.json` holds it, and `parse_schedule` reads it."""
        every = None if self.episodes is None else str(self.episodes)
        return {
            "checkpoint_every": every if self.seconds is None else f"{self.seconds:.0f}s",
            "keep_checkpoints": self.keep,
        }


def parse_schedule(every: str | None, keep: int) -> Schedule:
    """`every` is episodes as "10", seconds as "30s", or None for no checkpoints.

    Raises:
        InputError: it is neither, or none would be kept.
    """
    if keep < 1:
        raise InputError(f"keep_checkpoints must be a whole number of at least 1; got {keep}.")
    if every is None:
        return Schedule(None, None, keep)
    found = re.fullmatch(r"([0-9]{1,9})(s?)", every.strip())
    if found is None or int(found[1]) < 1:
        raise InputError(f"checkpoint_every must be episodes, as 10, or seconds, as 30s, of at least 1; got {every!r}.")
    number = int(found[1])
    return Schedule(None, float(number), keep) if found[2] else Schedule(number, None, keep)


class Clock:
    """Says at an episode's end whether a checkpoint is due."""

    def __init__(self, schedule: Schedule, episode: int) -> None:
        self._schedule, self._episode, self._time = schedule, episode, monotonic()

    def due(self, episode: int) -> bool:
        """Whether one is due at the end of this episode; counted from the last that was."""
        episodes, seconds = self._schedule.episodes, self._schedule.seconds
        due = (episodes is not None and episode - self._episode >= episodes) or (
            seconds is not None and monotonic() - self._time >= seconds
        )
        if due:
            self._episode, self._time = episode, monotonic()
        return due
