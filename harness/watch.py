"""A run with its networks watched at every update, not at episodes' ends alone.

One ulp in one weight can be rounded away by the next step of Adam before any loss or target shows it.
Keeping every update's networks would take gigabytes; sums over rows and columns of the bit patterns,
taken as whole numbers, are exact, small, and still tell which element changed and by how many ulps.
"""

from collections.abc import Callable, Generator
from importlib import import_module
from typing import Any, NamedTuple

from torch import Tensor

from harness.difference import as_integers
from harness.implementations import Impl, train_function
from reference.config import Config
from reference.state import EpisodeRecord, Params, RunState


class BitSums(NamedTuple):
    """Sums of one tensor's bit patterns, read as whole numbers; a vector is one column."""

    rows: Tensor  # [rows], int64
    columns: Tensor  # [columns], int64


Sums = dict[str, BitSums]
"""By tensor, as "critic[2.weight]"."""


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
        networks = [{**actor, **critic} for actor, critic in zip(seen[::2], seen[1::2], strict=True)]
        seen.clear()
        yield Watched(record, state, networks)


def bit_sums(name: str, params: Params) -> Sums:
    """The sums of each tensor of a network."""
    bits = {key: as_integers(value.reshape(len(value), -1)) for key, value in params.items()}
    return {f"{name}[{key}]": BitSums(value.sum(dim=1), value.sum(dim=0)) for key, value in bits.items()}


def difference_of_sums(ours: Sums, theirs: Sums) -> str | None:
    """The first tensor of one update whose sums differ, and the elements as nearly as sums tell them."""
    for name, (rows, columns) in ours.items():
        apart_rows = (rows - theirs[name][0]).nonzero().flatten().tolist()
        apart_columns = (columns - theirs[name][1]).nonzero().flatten().tolist()
        if not apart_rows and not apart_columns:
            continue
        if len(apart_rows) == len(apart_columns) == 1:
            (row,), (column,) = apart_rows, apart_columns
            ulps = abs(int(rows[row] - theirs[name][0][row]))
            return f"{name}: 1 element differs, at ({row}, {column}), by {ulps} ulp; expected the same bits"
        size = f"{len(apart_rows)} of {len(rows)} rows and {len(apart_columns)} of {len(columns)} columns"
        return f"{name}: elements differ in {size}, first in row {min(apart_rows, default='?')}; expected the same bits"
    return None


def _watch_reference(soft_update: Callable[..., Params], seen: list[Sums]) -> Callable[..., Params]:
    """`soft_update`, called for the actor and then for the critic, that also writes down what it was given and made."""

    def watched(target: Params, online: Params, tau: float) -> Params:
        name = "critic" if len(seen) % 2 else "actor"
        moved = soft_update(target, online, tau)
        seen.append(bit_sums(name, online) | bit_sums(f"target_{name}", moved))
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
                seen.append(bit_sums(name, online) | bit_sums(f"target_{name}", target))

        updater.step = watched
        return updater

    return make
