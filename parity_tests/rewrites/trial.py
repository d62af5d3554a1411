"""A run with a rewrite in it, in lockstep with one that has none: where the first bit differs."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import NamedTuple

from harness.lockstep import lockstep
from harness.watch import Watched, watch
from parity_tests.faults.apply import edit, put_in_place, source_of
from parity_tests.faults.processes import each
from parity_tests.rewrites.keep import KEEP
from parity_tests.rewrites.lose import LOSE
from parity_tests.rewrites.rewrite import Rewrite
from reference.config import Config

REWRITES = {rewrite.name: rewrite for rewrite in (*KEEP, *LOSE)}


Beside = Callable[[Config], Iterable[Watched]]


class Outcome(NamedTuple):
    """What a run with a rewrite came to."""

    updates: int  # compared, or made until the first bit differed
    parted: str | None  # the quantity in which it did; None: every bit was the same


def torchrls(config: Config) -> Iterator[Watched]:
    """TorchRL's side, which has no rewrite."""
    return watch("torchrl", config)


def rewrite_here(rewrite: Rewrite) -> None:
    """Puts the rewrite into this process, for good."""
    put_in_place(import_module(rewrite.module), edit(source_of(rewrite), rewrite))


def outcome(config: Config, beside: Beside, rewrite: Rewrite) -> Outcome:
    """Trains both until they part, or to the end; the process keeps the rewrite."""
    rewrite_here(rewrite)
    config, updates = replace(config, **rewrite.config), 0
    for episode in lockstep(watch("reference", config), beside(config), config):
        if episode.difference is not None:
            return _parted(episode.difference)
        updates = episode.record.last_update
    return Outcome(updates, None)


def outcomes(
    config: Config, rewrites: Sequence[Rewrite], beside: Beside = torchrls
) -> Iterator[tuple[Rewrite, Outcome]]:
    """Each rewrite, in a process of its own, beside a run without it: TorchRL's, or one that `beside` gives."""
    yield from each(partial(outcome, config, beside), rewrites)


def _parted(words: str) -> Outcome:
    """Number of the update and quantity, out of what lockstep says."""
    found = re.search(r"update (\d+) \(environment step \d+\), ([^:]+):", words)
    if found is None:
        raise ValueError(f"a rewrite of the update parts two runs at an update; got {words!r}")
    return Outcome(int(found[1]), found[2])
