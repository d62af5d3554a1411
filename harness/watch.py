"""A run with its networks watched at every update, not at episodes' ends alone.

One ulp in one weight can be rounded away by the next step of Adam before any loss or target shows it.
Keeping every update's networks would take gigabytes. A digest of each network tells whether any bit
differs; sums over rows and columns of the bit patterns, taken as whole numbers, tell where.
"""

import hashlib
from collections.abc import Callable, Generator
from importlib import import_module
from typing import Any, NamedTuple

import torch
from torch import Tensor

from harness.difference import as_integers
from harness.implementations import Impl, train_function
from reference.config import Config
from reference.state import EpisodeRecord, Params, RunState


class BitSums(NamedTuple):
    """What is kept of one network: a digest of its bits, and their sums as whole numbers to find a difference by."""

    digest: bytes  # SHA-256 over all tensors

    shapes: dict[str, tuple[int, int]]  # by tensor: rows and columns; a vector is one column
    sums: Tensor  # int64; each tensor's row sums and then its column sums, in the order of `shapes`


Sums = dict[str, BitSums]
"""One update: by network."""


_ORDER = ("critic", "actor", "target_actor", "target_critic")


class Watched(NamedTuple):
    """One episode as `train` yields it, and what was seen at each of its updates."""

    record: EpisodeRecord
    state: RunState
    networks: list[Sums]  # one for each update


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
    parts = import_module(train_function(impl).__module__).default_parts if parts is None else parts
    seen: list[Sums] = []
    wrap = _watch_reference if impl == "reference" else _watch_torchrl
    parts = parts._replace(soft_update=wrap(parts.soft_update, seen))
    for record, state in train_function(impl)(config, run_state, parts):
        # In the order in which an update makes them, so that the first to differ is the cause.
        both = (actor | critic for actor, critic in zip(seen[::2], seen[1::2], strict=True))
        networks = [{name: sums[name] for name in _ORDER} for sums in both]
        seen.clear()
        yield Watched(record, state, networks)


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


def _watch_reference(soft_update: Callable[..., Params], seen: list[Sums]) -> Callable[..., Params]:
    """`soft_update`, called for the actor and then for the critic, that also writes down what it was given and made."""

    def watched(target: Params, online: Params, tau: float) -> Params:
        name = "critic" if len(seen) % 2 else "actor"
        moved = soft_update(target, online, tau)
        seen.append({name: bit_sums(online), f"target_{name}": bit_sums(moved)})
        return moved

    return watched


def _watch_torchrl(make_updater: Callable[..., Any], seen: list[Sums]) -> Callable[..., Any]:
    """The maker of an updater whose `step` also writes the networks of its loss module down."""
    params_of = import_module("torchrl_impl.state").params_of

    def make(loss_module: Any, tau: float) -> Any:
        updater = make_updater(loss_module, tau)
        step = updater.step

        def watched() -> None:
            step()
            for name, key in (("actor", "actor_network_params"), ("critic", "value_network_params")):
                online, target = params_of(getattr(loss_module, key)), params_of(getattr(loss_module, f"target_{key}"))
                seen.append({name: bit_sums(online), f"target_{name}": bit_sums(target)})

        updater.step = watched
        return updater

    return make
