"""What a drop-in refuses, in one line that names the key, what came, what was needed and the cure.

TorchRL computes something from each of these without a word: integer flags are inverted bit by bit, a
missing `terminated` makes time limits terminal, the mean of an empty batch is NaN.
"""

import torch
from tensordict import NestedKey, TensorDictBase
from tensordict.utils import unravel_key
from torch import Tensor
from torchrl.objectives.value import TD0Estimator, ValueEstimatorBase


def require_batch(name: str, frames: TensorDictBase) -> None:
    """Refuses a batch without a row.

    Raises:
        ValueError: it has none.
    """
    if 0 in frames.batch_size:
        raise ValueError(f"{name} needs a batch of one row or more; got {tuple(frames.batch_size)}. Sample more.")


def require_flags(name: str, estimator: ValueEstimatorBase, frames: TensorDictBase) -> None:
    """Refuses flags that are missing, or that are read and not boolean.

    Raises:
        KeyError: one is missing.
        ValueError: one is not boolean.
    """
    keys = estimator.tensor_keys
    flags = {key: entry(name, frames, ("next", key)) for key in (keys.terminated, keys.done)}
    if isinstance(estimator, TD0Estimator):
        flags = {keys.terminated: flags[keys.terminated]}  # TD(0) does not look at `done`
    for key, found in flags.items():
        if found.dtype != torch.bool:
            raise ValueError(
                f"{name} needs a boolean {unravel_key(('next', key))}; got {found.dtype}, whose ~ is no negation. "
                "Convert it with .bool() before it is stored."
            )


def entry(name: str, frames: TensorDictBase, key: NestedKey) -> Tensor:
    """The tensor under a key.

    Raises:
        KeyError: there is none.
    """
    found = frames.get(key, None)
    if found is None:
        raise KeyError(
            f"{name} needs the key {unravel_key(key)!r}; got {sorted(frames.keys(True, True), key=str)}. "
            "Store it, or name another with set_keys."
        )
    return found


def require_like(name: str, key: NestedKey, found: Tensor, value: Tensor) -> None:
    """Refuses what would broadcast against the values of the next state, or lies elsewhere.

    Raises:
        RuntimeError: another shape or device than theirs; the kind of error that TorchRL has for shapes.
    """
    if found.shape != value.shape:
        raise RuntimeError(
            f"{name} needs {unravel_key(key)} of the shape of the critic's values, {tuple(value.shape)}; got "
            f"{tuple(found.shape)}. Give rewards and flags a last dimension of one, as the critic's values have."
        )
    if found.device != value.device:
        raise RuntimeError(
            f"{name} needs {unravel_key(key)} on {value.device}; got it on {found.device}. Move the batch with .to()."
        )
