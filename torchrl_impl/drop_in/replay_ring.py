"""TorchRL's uniform sampler and its two round-robin writers with the reference's arithmetic inside.

Mirror: reference/replay.py
"""

import warnings
from typing import Any

import torch
from tensordict import TensorDictBase, is_tensor_collection, is_tensorclass
from tensordict.utils import expand_as_right
from torch import Tensor
from torchrl.data import RandomSampler, RoundRobinWriter, SamplerWithoutReplacement, TensorDictRoundRobinWriter
from torchrl.data.replay_buffers.samplers.base import _REPLACEMENT_DISPATCH
from torchrl.data.replay_buffers.storages import Storage

from reference.replay import indices, next_rows


class ReferenceRandomSampler(RandomSampler):
    """Takes the place of `torchrl.data.RandomSampler`: same draws from the same generator.

    Storages of more dimensions than one, or on another device than the CPU, are sampled by TorchRL.
    """

    def sample(self, storage: Storage, batch_size: int) -> tuple[Any, dict[str, Any]]:
        """The rows of one batch, [batch_size], and nothing more about them.

        Raises:
            RuntimeError: the storage is empty.
        """
        if len(storage) == 0:
            raise RuntimeError(
                "Cannot sample from an empty storage. ReferenceRandomSampler needs one row or more; got 0. "
                "Add some with extend() before sampling."
            )
        device = getattr(storage, "device", None)
        if storage.ndim > 1 or (device is not None and torch.device(device).type != "cpu"):
            return super().sample(storage, batch_size)
        return _drawn(storage, batch_size), {}


# RandomSampler(replacement=False) is a SamplerWithoutReplacement: so is what takes its place.
_REPLACEMENT_DISPATCH[ReferenceRandomSampler] = SamplerWithoutReplacement


# The size of a ring changes with every row: as TorchRL's own draw, this one is kept out of compiled graphs.
@torch.compiler.disable
def _drawn(storage: Storage, batch_size: int) -> Tensor:
    return indices(storage._rng or torch.default_generator, len(storage), batch_size)


class ReferenceRoundRobinWriter(RoundRobinWriter):
    """Takes the place of `torchrl.data.RoundRobinWriter`: the same rows in the same order.

    Rows whose keys are not those of the storage are warned of, and refused where a flag is among them. Such a row
    keeps what the overwritten transition had there, or the rows before it have zeros.
    """

    def add(self, data: Any) -> int | Tensor:
        """Writes one row; returns its index."""
        row = self._cursor
        _, cursor = next_rows(row, 1, self._storage._max_size_along_dim0(single_data=data))
        self._mark_rows(row, data)
        return self._write(row, data, 1, cursor)

    def extend(self, data: Any) -> Tensor:
        """Writes a batch of rows; returns their indices.

        Raises:
            RuntimeError: there is none.
        """
        count = _length(data)
        if count == 0:
            raise RuntimeError("Expected at least one element in extend. Got none. Leave the call out.")
        capacity = self._storage._max_size_along_dim0(batched_data=data)
        rows, cursor = next_rows(self._cursor, count, capacity)
        rows = rows.to(getattr(data, "device", None) or "cpu")
        self._mark_rows(rows, data)
        return self._write(rows, data, count, cursor)

    def _mark_rows(self, rows: int | Tensor, data: Any) -> None:
        """Writes the rows into the data, in a writer of tensordicts."""

    def _write(self, rows: int | Tensor, data: Any, count: int, cursor: int) -> Any:
        require_keys_of(self._storage, data)
        self._cursor = cursor  # before the rows: another process may write the next ones already
        self._write_count += count
        self._storage.set(rows, data)
        self._bump_generation(rows, data)
        index = self._replicate_index(rows)
        self._mark_update_entities(index)
        return index


class ReferenceTensorDictRoundRobinWriter(ReferenceRoundRobinWriter, TensorDictRoundRobinWriter):
    """Takes the place of `torchrl.data.TensorDictRoundRobinWriter`: as the other, with "index" in each row."""

    def _mark_rows(self, rows: int | Tensor, data: Any) -> None:
        if not is_tensorclass(data):
            data.set("index", expand_as_right(torch.as_tensor(rows, device=data.device, dtype=torch.long), data))


def require_keys_of(storage: Storage, data: Any) -> None:
    """Refuses a tensordict without a flag that the storage has, or with one that it has not; warns of other keys.

    TorchRL's own tests write rows that lack a reward, so that this cannot be refused. "index" is the writers' own,
    and may come or be missing. A storage in shared memory leaves out what it has no key for, as TorchRL's does.

    Raises:
        ValueError: the boolean keys differ.
    """
    rows = getattr(storage, "_storage", None)
    if not isinstance(rows, TensorDictBase) or not isinstance(data, TensorDictBase) or _same_keys(rows, data):
        return
    stored, came = ({*frames.keys(True, True)} - {"index"} for frames in (rows, data))
    missing, new = stored - came, came - stored if getattr(storage, "_storage_keys", None) is None else set()
    for what, keys, holder in (("lack", missing, rows), ("bring", new, data)):
        says = (
            f"ReferenceRoundRobinWriter needs rows with the keys of those stored; these {what} "
            f"{sorted(map(str, keys))}. Store every key with every row, or begin another buffer."
        )
        if any(getattr(holder.get(key), "dtype", None) == torch.bool for key in keys):
            raise ValueError(says)
        if keys:
            warnings.warn(says, stacklevel=2)


def _same_keys(one: TensorDictBase, other: TensorDictBase) -> bool:
    """Level by level, which takes a third of the time that all paths take."""
    if set(one.keys()) != set(other.keys()):
        return False
    inner = ((value, other.get(key)) for key, value in one.items() if isinstance(value, TensorDictBase))
    return all(isinstance(found, TensorDictBase) and _same_keys(value, found) for value, found in inner)


def _length(data: Any) -> int:
    if is_tensor_collection(data) or isinstance(data, (Tensor, list)):
        return len(data)
    return len(torch.utils._pytree.tree_leaves(data)[0])
