"""What a drop-in refuses, in one line that names the key, what came, what was needed and the cure.

TorchRL computes something from each of these without a word: integer flags are inverted bit by bit, a
missing `terminated` makes time limits terminal, the mean of an empty batch is NaN.
"""

import torch
from tensordict import NestedKey, TensorDictBase
from torch import Tensor

KeyNames = dict[str, NestedKey]


def require_batch(name: str, frames: TensorDictBase) -> None:
    """Refuses a batch without a row.

    Raises:
        ValueError: it has none.
    """
    if frames.numel() == 0:
        raise ValueError(f"{name} needs a batch of one row or more; got {tuple(frames.batch_size)}. Sample more.")


def flag(name: str, frames: TensorDictBase, key: NestedKey) -> Tensor:
    """The flag under ("next", key), found to be there and boolean.

    Raises:
        KeyError: there is none.
        ValueError: it is not boolean.
    """
    found = entry(name, frames, ("next", key) if isinstance(key, str) else ("next", *key))
    if found.dtype != torch.bool:
        raise ValueError(
            f"{name} needs a boolean ('next', {key!r}); got {found.dtype}, whose ~ is no negation. "
            "Convert it with .bool() before it is stored."
        )
    return found


def entry(name: str, frames: TensorDictBase, key: NestedKey) -> Tensor:
    """The tensor under a key.

    Raises:
        KeyError: there is none.
    """
    found = frames.get(key, None)
    if found is None:
        raise KeyError(
            f"{name} needs the key {key!r}; the batch has {sorted(map(str, frames.keys(True, True)))}. "
            "Store it, or name another with set_keys."
        )
    return found


def require_like(name: str, what: str, tensor: Tensor, shape: torch.Size, device: torch.device) -> None:
    """Refuses what would broadcast, or lies elsewhere.

    Raises:
        ValueError: another shape or device than those needed.
    """
    if tensor.shape != shape:
        cure = "Give it a last dimension of one, as the critic's values have" if tensor.dim() < len(shape) else ""
        raise ValueError(f"{name} needs {what} of shape {tuple(shape)}; got {tuple(tensor.shape)}. {cure}.")
    if tensor.device != device:
        raise ValueError(f"{name} needs {what} on {device}; got it on {tensor.device}. Move the batch with .to().")
