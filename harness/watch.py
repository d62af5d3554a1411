"""A run with its networks watched at every update, not at episodes' ends alone.

One ulp in one weight can be rounded away by the next step of Adam before any loss or target shows it.
Keeping every update's networks would take gigabytes. A digest of each network tells whether any bit
differs; sums over rows and columns of the bit patterns, taken as whole numbers, tell where.
"""

import hashlib
from collections.abc import Generator
from typing import Any, NamedTuple

import torch
from torch import Tensor

from harness.difference import as_integers
from harness.implementations import Impl
from harness.observe import Observed, observe
from reference.config import Config
from reference.state import Params, RunState


class BitSums(NamedTuple):
    """What is kept of one network: a digest of its bits, and their sums as whole numbers to find a difference by."""

    digest: bytes  # SHA-256 over all tensors

    shapes: dict[str, tuple[int, int]]  # by tensor: rows and columns; a vector is one column
    sums: Tensor  # int64; each tensor's row sums and then its column sums, in the order of `shapes`


Sums = dict[str, BitSums]
"""One update: by network."""


Watched = Observed[BitSums]
"""One episode as `train` yields it, and what was seen at each of its updates."""


def watch(
    impl: Impl, config: Config, run_state: RunState | None = None, parts: Any = None
) -> Generator[Watched, None, None]:
    """The run of one implementation, watched where it updates its targets.

    Args:
        impl: which implementation.
        config: the run.
        run_state: where to go on from.
        parts: that implementation's `Parts`; None: its own.
    """
    yield from observe(impl, config, lambda _, params: bit_sums(params), run_state, parts)


def bit_sums(params: Params) -> BitSums:
    """Digest and sums of one network; all sums in one tensor, since thousands of small ones riddle the heap."""
    bits = {key: as_integers(value.reshape(len(value), -1)) for key, value in params.items()}
    sums = [value.sum(dim=dim) for value in bits.values() for dim in (1, 0)]
    digest = hashlib.sha256()
    for value in bits.values():
        digest.update(value.numpy().data)
    shapes = {key: (value.shape[0], value.shape[1]) for key, value in bits.items()}
    return BitSums(digest.digest(), shapes, torch.cat(sums))


def difference_of_sums(ours: Sums, theirs: Sums) -> str | None:
    """The first network whose digest differs at one update, and its elements as nearly as sums tell them."""
    for network, (digest, shapes, sums) in ours.items():
        if digest == theirs[network].digest:
            continue
        apart = (sums - theirs[network].sums).split([size for shape in shapes.values() for size in shape])
        for (key, (rows, columns)), by_row, by_column in zip(shapes.items(), apart[::2], apart[1::2], strict=True):
            if by_row.any() or by_column.any():
                where = _elements(rows, columns, by_row, by_column)
                return f"{network}[{key}]: {where}; expected the same bits"
        return f"{network}: elements differ whose sums over rows and columns are the same; expected the same bits"
    return None


def _elements(rows: int, columns: int, by_row: Tensor, by_column: Tensor) -> str:
    """What differing sums tell of the elements that differ."""
    apart_rows, apart_columns = by_row.nonzero().flatten().tolist(), by_column.nonzero().flatten().tolist()
    if len(apart_rows) == len(apart_columns) == 1:
        apart = abs(int(by_row[apart_rows[0]]))
        return f"1 element differs, at ({apart_rows[0]}, {apart_columns[0]}), bit patterns {apart} apart"
    if len(apart_rows) >= len(apart_columns):
        return f"elements differ in {len(apart_rows)} of {rows} rows at the least, first in row {apart_rows[0]}"
    return (
        f"elements differ in {len(apart_columns)} of {columns} columns at the least, first in column {apart_columns[0]}"
    )
