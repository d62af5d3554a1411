"""One filling, trained and hashed."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from harness.encoding import hash_of
from harness.episode_difference import comparable
from harness.errors import one_line
from harness.observe import observe
from harness.trace_lines import episode_lines, hashed
from harness.train import run_space
from parity_tests.swaps.fillings import Filling
from parity_tests.swaps.plain_loop import loop_parts
from parity_tests.swaps.seen import Seen, nothing_seen
from parity_tests.swaps.torchrl_pipeline import pipeline_parts
from reference.config import Config

Hashes = list[tuple[str, str | None]]
"""In the order made: which quantity of which step, update or episode, and its hash."""


class Outcome(NamedTuple):
    """What came of a filling."""

    loop: str
    filling: Filling
    seen: dict[str, dict[str, int]]  # by slot: the class or module called, and how often
    updates: int
    hashes: Hashes
    error: str | None = None  # what ended it; None: it went to its end

    @property
    def digest(self) -> str:
        """Of all hashes in their order."""
        return hashlib.sha256(repr(self.hashes).encode()).hexdigest()[:16]


def run(loop: str, filling: Filling, config: Config) -> Outcome:
    """Trains a filling to the end; what breaks it becomes part of the outcome."""
    seen, hashes, updates, error = nothing_seen(), [], 0, None
    try:
        for episode in _episodes(loop, filling, config, seen):
            hashes += _hashes(episode, config)
            updates = episode.state.update
        hashes.append(("final run state", hash_of(comparable(episode.state))))
    except Exception as problem:
        error = f"{type(problem).__name__}: {one_line(problem)}"
    return Outcome(loop, filling, {slot: dict(counts) for slot, counts in seen.items()}, updates, hashes, error)


def difference(outcome: Outcome, expected: Outcome) -> str | None:
    """The first quantity whose hash is another, or what ended the run; None: all the same."""
    for (name, found), (wanted_name, wanted) in zip(outcome.hashes, expected.hashes, strict=False):
        if (name, found) != (wanted_name, wanted):
            return f"{name}: {found} against {wanted}" if name == wanted_name else f"{name} where {wanted_name} is due"
    if outcome.error is not None:
        return outcome.error
    apart = len(outcome.hashes) - len(expected.hashes)
    return f"{abs(apart)} quantities {'more' if apart > 0 else 'fewer'}" if apart else None


def _episodes(loop: str, filling: Filling, config: Config, seen: Seen) -> Iterator:
    keep = hashed(_none)
    if loop == "plain loop":
        return observe("reference", config, keep, parts=loop_parts(filling, seen, config, run_space(config)))
    return observe("torchrl", config, keep, parts=pipeline_parts(filling, seen))


def _hashes(episode, config: Config) -> Hashes:
    """Those that a trace of the run would hold."""
    return [
        (f"{line.kind} {getattr(line.place, line.kind)}, {name}", value)
        for line in episode_lines(episode, config, _none)
        for name, value in line.hashes.items()
    ]


def _none(update: int) -> bool:
    return False
