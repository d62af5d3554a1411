"""Experience replay: a ring of transitions, drawn from uniformly with replacement."""

import torch
from torch import Tensor

from reference.state import Batch, Replay


def init(size: int, observation_size: int, action_size: int, dtype: torch.dtype, n_step: int = 1) -> Replay:
    """An empty ring of `size` rows.

    Source: Lin 1992; Mnih et al. 2015, https://doi.org/10.1038/nature14236
    Mirror: torchrl_impl/replay.py, init

    Args:
        size: rows it can hold.
        observation_size: O.
        action_size: A.
        dtype: of observations and actions; rewards are float32.
        n_step: with 1, `Replay.steps` is None.
    """
    rows = Batch(
        observation=torch.zeros(size, observation_size, dtype=dtype),
        action=torch.zeros(size, action_size, dtype=dtype),
        reward=torch.zeros(size, dtype=torch.float32),
        next_observation=torch.zeros(size, observation_size, dtype=dtype),
        terminated=torch.zeros(size, dtype=torch.bool),
        truncated=torch.zeros(size, dtype=torch.bool),
    )
    return Replay(rows, cursor=0, size=0, steps=None if n_step == 1 else torch.ones(size, dtype=torch.int64))


def add_(replay: Replay, transition: Batch, steps: Tensor | None = None) -> Replay:
    """Writes one transition over the oldest row; the only function here that writes into an argument.

    Mirror: torchrl_impl/replay.py, add_

    Args:
        replay: its tensors are written to.
        transition: fields without the leading [B].
        steps: [], int64; environment steps that it spans; None: one.

    Returns:
        The same tensors with cursor and size moved on.

    Raises:
        ValueError: a field's shape or dtype is not that of a row.
    """
    rows = replay.rows
    for name, column, value in zip(Batch._fields, rows, transition, strict=True):
        if column.shape[1:] != value.shape or column.dtype != value.dtype:
            raise ValueError(
                f"add_ needs {name} of shape {tuple(column.shape[1:])} and {column.dtype}; got "
                f"{tuple(value.shape)} and {value.dtype}. One transition is added at a time, without a batch dimension."
            )
    for column, value in zip(rows, transition, strict=True):  # only once all of it is known to fit
        column[replay.cursor] = value
    if replay.steps is not None:
        replay.steps[replay.cursor] = 1 if steps is None else steps
    capacity = rows.reward.shape[0]
    return Replay(rows, (replay.cursor + 1) % capacity, min(replay.size + 1, capacity), replay.steps)


def next_rows(cursor: int, count: int, capacity: int) -> tuple[Tensor, int]:
    r"""Where the next transitions go, if many are added at once.

    .. math:: (c, c + 1, \dots, c + n - 1) \bmod N

    Mirror: TorchRL's `RoundRobinWriter`, inside torchrl_impl/replay.py, add_

    Args:
        cursor: c, the row that the first of them goes to.
        count: n.
        capacity: N, the rows of the ring.

    Returns:
        [n], int64, their rows; and the row that comes after.
    """
    return torch.arange(cursor, cursor + count) % capacity, (cursor + count) % capacity


def indices(generator: torch.Generator, size: int, batch_size: int) -> Tensor:
    r"""Rows of one batch.

    .. math:: i_1, \dots, i_B \sim U\{0, \dots, \mathrm{size} - 1\}

    Mirror: TorchRL's `RandomSampler`, inside torchrl_impl/replay.py, sample

    Returns:
        [B], int64.

    Raises:
        ValueError: the ring is empty.
    """
    if size < 1:
        raise ValueError(f"indices needs a ring that holds transitions; got size {size}. Add some before sampling.")
    return torch.randint(0, size, (batch_size,), generator=generator)


def gather(replay: Replay, index: Tensor) -> Batch:
    """The rows `index` of the ring, copied: fields [B, ...]."""
    return Batch(*(torch.index_select(column, 0, index) for column in replay.rows))


def sample(replay: Replay, generator: torch.Generator, batch_size: int) -> tuple[Tensor, Batch]:
    """One batch and the rows it came from.

    Mirror: torchrl_impl/replay.py, sample

    Returns:
        index: [B], int64.
        batch: fields [B, ...], copies.
    """
    index = indices(generator, replay.size, batch_size)
    return index, gather(replay, index)
