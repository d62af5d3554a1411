"""One quantity as a trace holds it: a hash, and where wanted its bytes."""

import base64
import hashlib
import json
from typing import Any

import numpy as np
import torch
from torch import Tensor

from harness.difference import leaves

HEX_DIGITS = 16
"""Of a SHA-256; two different quantities share them once in 2^64."""

_DTYPES = {"float32": "<f4", "float64": "<f8", "int64": "<i8", "int32": "<i4", "uint8": "|u1", "bool": "|b1"}


def hash_of(value: Any) -> str | None:
    """The first digits of a SHA-256 over a tensor, or over all tensors of nested dicts and NamedTuples in their order.

    Each tensor adds a line of text with its dtype and shape, `float32 [64,3]`, and then its elements as
    little-endian bytes, last dimension fastest.

    Args:
        value: tensors, or plain numbers and flags, which count as tensors of shape []; None: nothing was made.
            Within a dict or NamedTuple None adds nothing, so that a part which only some runs have changes no hash.

    Returns:
        Hexadecimal digits; None for None.
    """
    if value is None:
        return None
    digest = hashlib.sha256()
    for _, leaf in leaves("", value):
        if leaf is None:
            continue
        tensor = torch.as_tensor(leaf)
        dtype, shape = _form(tensor)
        digest.update(f"{dtype} {json.dumps(shape, separators=(',', ':'))}\n".encode())
        digest.update(_bytes(tensor))
    return digest.hexdigest()[:HEX_DIGITS]


def encode(value: Any) -> dict[str, Any]:
    """A tensor as dtype, shape and the base64 of its bytes; a dict of tensors name by name."""
    if isinstance(value, dict):
        return {name: encode(part) for name, part in value.items()}
    dtype, shape = _form(value)
    return {"dtype": dtype, "shape": shape, "base64": base64.b64encode(_bytes(value)).decode()}


def decode(value: Any) -> Any:
    """What `encode` was given.

    Raises:
        ValueError: an unknown dtype, or bytes that do not make the shape.
    """
    if not isinstance(value, dict):
        raise ValueError(f"a value must be an object; got {value!r}")
    if "base64" not in value:
        return {name: decode(part) for name, part in value.items()}
    if value["dtype"] not in _DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(_DTYPES)}; got {value['dtype']!r}")
    data = base64.b64decode(value["base64"], validate=True)
    array = np.frombuffer(data, _DTYPES[value["dtype"]]).reshape(value["shape"])
    return torch.from_numpy(array.astype(array.dtype.newbyteorder("=")))


def _form(tensor: Tensor) -> tuple[str, list[int]]:
    return str(tensor.dtype).removeprefix("torch."), list(tensor.shape)


def _bytes(tensor: Tensor) -> bytes:
    array = tensor.detach().cpu().contiguous().numpy()
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
