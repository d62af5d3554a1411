"""A `RunState` as named tensors and whole numbers, and back, in every bit; no file is touched here."""

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import Tensor

from reference import replay as ring
from reference.config import Config
from reference.noise import init_noise
from reference.state import RunState, Snapshot, Space, Streams
from reference.streams import open_streams, stream_states
from reference.update import init_networks


def snapshot(state: RunState) -> Snapshot:
    """The state by name, without the rows of replay; tensors on the CPU are shared, not copied.

    Mirror: torchrl_impl/checkpoint.py, snapshot
    """
    whole = state._asdict() | {"replay": {"cursor": state.replay.cursor, "size": state.replay.size}}
    leaves = dict(_leaves("", whole))
    tensors = {name: leaf.detach().cpu().contiguous() for name, leaf in leaves.items() if isinstance(leaf, Tensor)}
    return Snapshot(tensors, {name: leaf for name, leaf in leaves.items() if isinstance(leaf, int)})


def restore(saved: Snapshot, pieces: Iterable[dict[str, Tensor]], config: Config, space: Space) -> RunState:
    """The state that `snapshot` was given, on either side.

    Mirror: torchrl_impl/checkpoint.py, restore

    Args:
        saved: by name, as `check` lets it pass.
        pieces: rows of replay by field of `Batch`, and "steps" with n-step returns; the first begins at row 0, each
            other where the one before it ended.
        config: of the run.
        space: of the run.
    """
    fresh = fresh_state(config, space, config.replay_size)
    replay, first = fresh.replay, 0
    for piece in pieces:
        last = first + len(piece["reward"])
        for column, rows in zip(replay.rows, (piece[name] for name in replay.rows._fields), strict=True):
            column[first:last] = rows
        if replay.steps is not None:
            replay.steps[first:last] = piece["steps"]
        first = last
    replay = replay._replace(cursor=saved.numbers["replay/cursor"], size=saved.numbers["replay/size"])
    parts = {name: _filled(name, part, saved) for name, part in fresh._asdict().items() if name != "replay"}
    return RunState(replay=replay, **parts)


def fresh_state(config: Config, space: Space, rows: int) -> RunState:
    """A state that has the names, shapes and dtypes of the run's, with `rows` rows of replay."""
    sizes, dtype = (space.observation_size, space.action_size), config.torch_dtype
    streams = open_streams(config.seed)
    networks = init_networks(streams.init, config, space)
    replay = ring.init(rows, *sizes, dtype, config.n_step)
    window = None if config.n_step == 1 else ring.init(config.n_step, *sizes, dtype).rows
    scale, probe_states = init_noise(config, space).scale, torch.zeros(config.probe_n, sizes[0], dtype=dtype)
    return RunState(networks, replay, window, scale, stream_states(streams), 0, 0, 0, probe_states)


def check(saved: Snapshot, config: Config, space: Space) -> None:
    """Refuses what is no state of this run at the end of an episode, on either side.

    Raises:
        ValueError: names, shapes or dtypes are others, numbers are not finite, counters contradict one another, or a
            stream's state is none.
    """
    needed = snapshot(fresh_state(config, space, 0))
    _check_names(saved, needed)
    _check_numbers(saved.numbers, config)
    numbers = saved.numbers
    if ("probe_states" in saved.tensors) != (numbers["replay/size"] >= max(config.probe_n, config.batch_size)):
        raise ValueError("probe_states are there from when replay holds enough for them, and not before")
    waiting = min(config.rows_behind, numbers["step"])
    for name, tensor in needed.tensors.items():
        came = saved.tensors.get(name, tensor)
        shape = (waiting, *tensor.shape[1:]) if name.startswith("window/") else tuple(tensor.shape)
        if (tuple(came.shape), came.dtype) != (shape, tensor.dtype):
            raise ValueError(f"{name} is {came.dtype} {tuple(came.shape)} where {tensor.dtype} {shape} is needed")
        # The square of a gradient may overflow where its loss does not; a run stops before anything else does.
        if came.isnan().any() or ("/square/" not in name and came.isinf().any()):
            raise ValueError(f"{name} holds numbers that are not finite")
    for name in Streams._fields:
        try:
            torch.Generator().set_state(saved.tensors[f"streams/{name}"])
        except RuntimeError as error:
            raise ValueError(f"streams/{name} is no state of a generator") from error


def _check_names(saved: Snapshot, needed: Snapshot) -> None:
    lacking = {*needed.tensors, *needed.numbers} - {*saved.tensors, *saved.numbers, "probe_states"}
    if lacking:
        raise ValueError(f"{sorted(lacking)[0]} is missing")
    beyond = {*saved.tensors} - {*needed.tensors} | {*saved.numbers} - {*needed.numbers}
    if beyond:
        raise ValueError(f"{sorted(beyond)[0]} belongs to no such run")


def _check_numbers(numbers: dict[str, int], config: Config) -> None:
    """The step decides all other counters: no state that a run can be in has others."""
    step, every = numbers["step"], config.update_every
    rows = max(step - config.rows_behind, 0)
    first = max(config.update_after, config.batch_size + config.rows_behind)  # step of the first update, if every is 1
    updates = max(step // every - (first - 1) // every, 0) * every * config.updates_per_step
    needed = {
        "replay/cursor": rows % config.replay_size,
        "replay/size": min(rows, config.replay_size),
        "update": updates,
        "networks/critic_adam/step": updates,
        "networks/actor_adam/step": updates // config.policy_delay,
    }
    for name, need in needed.items():
        if numbers[name] != need:
            raise ValueError(f"{name} is {numbers[name]} where {need} is needed")
    if not 1 <= numbers["episode"] <= step:
        raise ValueError(f"episode {numbers['episode']} cannot end at step {step}")


def _leaves(name: str, tree: Any) -> Iterator[tuple[str, Any]]:
    """What nested NamedTuples and dicts hold at their ends, by path."""
    if not isinstance(tree, (dict, tuple)):
        yield name, tree
        return
    parts = tree if isinstance(tree, dict) else tree._asdict()  # type: ignore[attr-defined]
    for key, value in parts.items():
        yield from _leaves(f"{name}/{key}" if name else key, value)


def _filled(name: str, tree: Any, saved: Snapshot) -> Any:
    """A tree of the same form, in the same order, on the same devices, with what was saved at its ends."""
    if isinstance(tree, dict):
        return {key: _filled(f"{name}/{key}", value, saved) for key, value in tree.items()}
    if isinstance(tree, tuple):
        parts = zip(tree._fields, tree, strict=True)  # type: ignore[attr-defined]
        return type(tree)(*(_filled(f"{name}/{key}", value, saved) for key, value in parts))
    if isinstance(tree, Tensor):
        return saved.tensors[name].to(tree.device) if name in saved.tensors else None  # probe states alone may lack
    return saved.numbers.get(name)
