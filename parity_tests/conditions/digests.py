"""A whole run as a list of digests, to compare runs of different processes by."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from torch import Tensor

from harness.difference import as_integers, leaves
from harness.episode_difference import comparable, steps_of_updates
from harness.implementations import train_function
from reference.config import Config

SIDES = {"reference": ("reference", {}), "fused": ("reference", {"update": "fused"}), "torchrl": ("torchrl", {})}
"""Name -> implementation, and further arguments of its `train`."""

Digests = list[tuple[str, str]]
"""Where in the run, and the digest of what it held there."""


def digests(side: str, config: Config, between: Callable[[], Any] = lambda: None) -> Digests:
    """The run of one side.

    Args:
        side: one of `SIDES`.
        config: the run.
        between: called whenever an episode has ended, and before the next begins.
    """
    impl, arguments = SIDES[side]
    found = []
    for record, state in train_function(impl)(config, **arguments):
        found += list(_of_episode(record, state, config))
        between()
    return found


def first_apart(ours: Digests, theirs: Digests) -> str | None:
    """Where two runs first differ; None: nowhere."""
    if ours == theirs:
        return None
    pairs = zip(ours, theirs, strict=False)
    return next((here for (here, left), (there, right) in pairs if (here, left) != (there, right)), "its length")


def _of_episode(record: Any, state: Any, config: Config) -> Iterator[tuple[str, str]]:
    """Steps and updates in the order in which they were made, and then all that the episode left."""
    length, updates = len(record.transitions.reward), len(record.updates.critic_loss)
    found = []
    for row, step in enumerate(range(record.last_step - length + 1, record.last_step + 1)):
        found.append((step, 0, f"step {step}", _row(record.transitions, row)))
    for row, step in enumerate(steps_of_updates(record, config)):
        update = record.last_update - updates + 1 + row
        found.append((step, update, f"update {update} (step {step})", _row(record.updates, row)))
    yield from ((name, digest(values)) for _, _, name, values in sorted(found, key=lambda one: one[:2]))
    yield f"the end of episode {record.episode}", digest((record, comparable(state)))


def _row(columns: Any, row: int) -> list[Tensor]:
    return [column[row] for column in columns]


def digest(tree: Any) -> str:
    """SHA-256 over shape, dtype and bits of every tensor, and the plain values."""
    found = hashlib.sha256()
    for path, value in leaves("", tree):
        found.update(path.encode())
        if isinstance(value, Tensor):
            found.update(repr((tuple(value.shape), value.dtype)).encode())
            found.update(as_integers(value).numpy().tobytes())
        else:
            found.update(repr(value).encode())
    return found.hexdigest()[:16]
