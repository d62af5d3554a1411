"""A whole run as a list of digests, to compare runs of different processes by."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from torch import Tensor

from harness.difference import as_integers, leaves
from harness.episode_difference import comparable
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
        found += list(_of_episode(record, state))
        between()
    return found


def first_apart(ours: Digests, theirs: Digests) -> str | None:
    """Where two runs first differ; None: nowhere."""
    if ours == theirs:
        return None
    pairs = zip(ours, theirs, strict=False)
    return next((here for (here, left), (there, right) in pairs if (here, left) != (there, right)), "its length")


def _of_episode(record: Any, state: Any) -> Iterator[tuple[str, str]]:
    """Transitions, each update, and then all that the episode left."""
    yield f"the steps of episode {record.episode}", digest(record.transitions)
    first = record.last_update - len(record.updates.critic_loss) + 1
    for row in range(len(record.updates.critic_loss)):
        yield f"update {first + row}", digest([column[row] for column in record.updates])
    yield f"the end of episode {record.episode}", digest((record, comparable(state)))


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
