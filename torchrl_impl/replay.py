"""Replay by `TensorDictReplayBuffer`.

Mirror: reference/replay.py
"""

import torch
from tensordict import TensorDictBase
from torch import Tensor
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
from torchrl.data.replay_buffers.samplers import RandomSampler

from reference.config import Config
from reference.state import Batch, Replay
from torchrl_impl.state import KEYS, batch_of, tensordict_of


def init(config: Config, generator: torch.Generator) -> TensorDictReplayBuffer:
    """An empty ring that samples uniformly with replacement, from `generator` and not from the global one."""
    return TensorDictReplayBuffer(
        storage=LazyTensorStorage(config.replay_size),
        sampler=RandomSampler(),
        generator=generator,
    )


def add_(buffer: TensorDictReplayBuffer, frames: TensorDictBase) -> None:
    """Writes frames [T] over the oldest rows, keeping only what the loss reads."""
    buffer.extend(frames.select(*KEYS))


def sample(buffer: TensorDictReplayBuffer, batch_size: int) -> tuple[Tensor, TensorDictBase]:
    """One batch [B] and the rows it came from."""
    batch = buffer.sample(batch_size)
    return batch.pop("index"), batch


def replay_of(buffer: TensorDictReplayBuffer) -> Replay:
    """The ring as the reference's `Replay`: views of the storage, all N rows of it.

    Raises:
        ValueError: nothing was added yet; `LazyTensorStorage` has no rows before the first.
    """
    if len(buffer) == 0:
        raise ValueError("replay_of needs a buffer that holds a transition; got an empty one. Add one first.")
    rows = batch_of(buffer.storage._storage)  # the public `buffer[:]` stops at the last row written
    return Replay(rows, buffer.writer.state_dict()["_cursor"], len(buffer))


def load_replay_(buffer: TensorDictReplayBuffer, replay: Replay) -> None:
    """Fills an empty ring with the rows of `replay`, each in its place, and sets the cursor."""
    if replay.size == 0:
        return
    written = Batch(*(column[: replay.size] for column in replay.rows))
    buffer.extend(tensordict_of(written))
    buffer.writer.load_state_dict({"_cursor": replay.cursor, "_write_count": replay.size})
