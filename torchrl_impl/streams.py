"""The reference's random streams, handed to TorchRL.

TorchRL draws initial weights, random actions and exploration noise from torch's global generator.
To give each purpose its own stream, a stream is lent to the global generator while TorchRL runs.

Mirror: reference/streams.py
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from reference.streams import (
    Generators,
    episode_seed,
    evaluation_seed,
    open_streams,
    probe_stream,
    restore_streams_,
    stream_states,
)

__all__ = [
    "Generators",
    "episode_seed",
    "evaluation_seed",
    "lend",
    "open_streams",
    "probe_stream",
    "restore_streams_",
    "stream_states",
]


@contextmanager
def lend(generator: torch.Generator) -> Iterator[None]:
    """Within, torch's global generator stands where `generator` did; after, `generator` has moved in its place.

    The caller's global state is as it was on leaving, also when an exception leaves.
    """
    callers = torch.get_rng_state()
    torch.set_rng_state(generator.get_state())
    try:
        yield
    finally:
        generator.set_state(torch.get_rng_state())
        torch.set_rng_state(callers)
