"""A run with its networks watched at every update, not at episodes' ends alone.

One ulp in one weight can be rounded away by the next step of Adam before any loss or target shows it.
Keeping every update's networks would take gigabytes; sums over rows and columns of the bit patterns,
taken as whole numbers, are exact, small, and still tell which element changed and by how many ulps.
"""

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
    """Sums of the bit patterns of one network's tensors, read as whole numbers; a vector is one column."""

    shapes: dict[str, tuple[int, int]]  # by tensor: rows and columns
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
    """The sums of a network, in one tensor: thousands of small ones would riddle the heap between large ones."""
    bits = {key: as_integers(value.reshape(len(value), -1)) for key, value in params.items()}
    sums = [value.sum(dim=dim) for value in bits.values() for dim in (1, 0)]
    return BitSums({key: (value.shape[0], value.shape[1]) for key, value in bits.items()}, torch.cat(sums))


def difference_of_sums(ours: Sums, theirs: Sums) -> str | None:
    """The first tensor of one update whose sums differ, and the elements as nearly as sums tell them."""
    for network, (shapes, sums) in ours.items():
        apart = (sums - theirs[network].sums).split([size for shape in shapes.values() for size in shape])
        for (key, (rows, columns)), by_row, by_column in zip(shapes.items(), apart[::2], apart[1::2], strict=True):
            if by_row.any() or by_column.any():
                where = _elements(rows, columns, by_row, by_column)
                return f"{network}[{key}]: {where}; expected the same bits"
    return None


def _elements(rows: int, columns: int, by_row: Tensor, by_column: Tensor) -> str:
    """What differing sums tell of the elements that differ."""
    apart_rows, apart_columns = by_row.nonzero().flatten().tolist(), by_column.nonzero().flatten().tolist()
    if len(apart_rows) == len(apart_columns) == 1:
        ulps = abs(int(by_row[apart_rows[0]]))
        return f"1 element differs, at ({apart_rows[0]}, {apart_columns[0]}), by {ulps} ulp"
    size = f"{len(apart_rows)} of {rows} rows and {len(apart_columns)} of {columns} columns"
    return f"elements differ in {size}, first in row {min(apart_rows, default='?')}"


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
