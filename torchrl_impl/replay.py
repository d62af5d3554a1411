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
from torchrl_impl.n_step import make_transform
from torchrl_impl.state import KEYS, STEPS, batch_of, tensordict_of


def init(config: Config, generator: torch.Generator) -> TensorDictReplayBuffer:
    """An empty ring that samples uniformly with replacement, from `generator` and not from the global one."""
    return TensorDictReplayBuffer(
        storage=LazyTensorStorage(config.replay_size),
        sampler=RandomSampler(),
        generator=generator,
        transform=make_transform(config),
    )


def add_(buffer: TensorDictReplayBuffer, frames: TensorDictBase) -> None:
    """Writes frames [T] over the oldest rows, keeping only what the loss reads; n-step returns keep the last n back."""
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
    rows = buffer.storage._storage  # the public `buffer[:]` stops at the last row written
    return Replay(batch_of(rows), buffer.writer.state_dict()["_cursor"], len(buffer), rows.get(STEPS, None))


def empty_replay(config: Config, frame: TensorDictBase) -> Replay:
    """What `replay_of` would show of a ring to which nothing was added; `frame` [1] has the shapes of its rows."""
    rows = frame.select(*KEYS).apply(torch.zeros_like).expand(config.replay_size).clone()  # rows of their own memory
    steps = None if config.n_step == 1 else torch.ones(config.replay_size, dtype=torch.int64)
    return Replay(batch_of(rows), cursor=0, size=0, steps=steps)


def load_replay_(buffer: TensorDictReplayBuffer, replay: Replay) -> None:
    """Fills an empty ring with the rows of `replay`, each in its place, and sets the cursor."""
    if replay.size == 0:
        return
    written = tensordict_of(Batch(*(column[: replay.size] for column in replay.rows)))
    if replay.steps is not None:
        written[STEPS] = replay.steps[: replay.size]
    buffer.storage.set(torch.arange(replay.size), written)  # past the transform, which would sum rewards again
    buffer.writer.load_state_dict({"_cursor": replay.cursor, "_write_count": replay.size})
