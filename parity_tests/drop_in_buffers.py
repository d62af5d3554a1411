"""Replay buffers of both sides, filled with the same transitions."""

import pytest
import torch
from tensordict import TensorDict
from torchrl.data import (
    LazyMemmapStorage,
    LazyTensorStorage,
    ListStorage,
    ReplayBuffer,
    TensorDictReplayBuffer,
)

from torchrl_impl.drop_in.replay import ReferenceReplayBuffer, ReferenceTensorDictReplayBuffer

PLAIN = (ReferenceReplayBuffer, ReplayBuffer)
OF_TENSORDICTS = (ReferenceTensorDictReplayBuffer, TensorDictReplayBuffer)
N = 7


each_kind = pytest.mark.parametrize("kinds", [PLAIN, OF_TENSORDICTS], ids=["plain", "of_tensordicts"])
each_storage = pytest.mark.parametrize("storage", [ListStorage, LazyTensorStorage, LazyMemmapStorage])
each_tensor_storage = pytest.mark.parametrize("storage", [LazyTensorStorage, LazyMemmapStorage])
each_way = pytest.mark.parametrize("first, second", [(0, 1), (1, 0)], ids=["to_torchrls", "from_torchrls"])


def frames(first, count):
    """Transitions from number `first`; their rewards are their numbers."""
    reward = torch.arange(first, first + count, dtype=torch.float32).unsqueeze(-1)
    following = {"reward": reward, "observation": reward * 0.1, "terminated": reward % 3 == 0}
    return TensorDict({"observation": reward * 0.2, "next": TensorDict(following, [count])}, [count])


def seeded():
    return torch.Generator().manual_seed(2)


def buffer(kind, storage=LazyTensorStorage, size=N, seed=6, **options):
    return kind(storage=storage(size), generator=torch.Generator().manual_seed(seed), **{"batch_size": 5, **options})


def table(data):
    """A sample or the stored rows as tensors by name."""
    if isinstance(data, (list, tuple)):
        data = torch.stack(list(data))
    return dict(sorted((str(key), value) for key, value in data.items(True, True)))


def trace(buffer, first=1, sizes=(1, 3, 2, 1, 5, N, 2, 4)):
    """Adds one row, and then so many at once; what each call answered, what is stored, and what is drawn."""
    found, number = {}, first
    for size in sizes:
        found[f"added at {number}"] = buffer.add(frames(number, 1)[0])
        found[f"extended at {number}"] = buffer.extend(frames(number + 1, size))
        number += size + 1
        found[f"stored at {number}"] = table(buffer[:])
        found[f"cursor at {number}"] = buffer.writer.state_dict()
        sample, info = buffer.sample(return_info=True)
        found[f"sample at {number}"] = table(sample)
        found[f"drawn at {number}"] = torch.as_tensor(info["index"])
    return found | {"generator": buffer._rng.get_state()}
