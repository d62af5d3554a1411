"""Numbers for a page: whole ones of eight bits in base64, and what the eight bits stand for."""

import base64
from typing import Any

import numpy as np


def pack(values: np.ndarray, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """Values between `low` and `high` (left out: their own extremes) as int8; a value is offset + scale * number."""
    least, most = (float(values.min()) if low is None else low), (float(values.max()) if high is None else high)
    offset, scale = (least + most) / 2, (most - least) / 254
    whole = np.zeros(values.size) if scale == 0 else np.rint((values.ravel() - offset) / scale)
    if np.abs(whole).max() > 127:
        raise ValueError(f"pack needs values from {least} to {most}; got {values.min()} to {values.max()}.")
    return {"int8": base64.b64encode(whole.astype(np.int8).tobytes()).decode(), "scale": scale, "offset": offset}


def unpack(packed: dict[str, Any]) -> np.ndarray:
    """What a page decodes: within half a scale of what was packed, flat."""
    return packed["offset"] + packed["scale"] * np.frombuffer(base64.b64decode(packed["int8"]), np.int8)


def difference(ours: np.ndarray, theirs: np.ndarray) -> dict[str, Any]:
    """Two float32 arrays compared by their bits, before anything is rounded.

    Returns:
        How many values differ in a bit, of how many; the largest absolute difference; and only where one is not
        zero, the differences themselves, packed.
    """
    if not ours.shape == theirs.shape or not ours.dtype == theirs.dtype == np.float32:
        raise ValueError(f"difference needs float32 of one shape; got {ours.dtype} {ours.shape}, {theirs.shape}.")
    apart = ours.astype(np.float64) - theirs
    largest = float(np.abs(apart).max())
    found = {"differing": int((ours.view(np.int32) != theirs.view(np.int32)).sum()), "of": ours.size}
    found["largest"] = largest
    return found | ({"map": pack(apart, -largest, largest)} if largest else {})
