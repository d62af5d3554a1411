"""Faults of replay: its ring, its draws, what comes back."""

from parity_tests.faults.fault import Fault

_REPLAY = "reference/replay.py"
_TORCHRL = "torchrl_impl/replay.py"
_ADDED = "return Replay(rows, (replay.cursor + 1) % capacity, min(replay.size + 1, capacity), replay.steps)"
_DRAWN = "return torch.randint(0, size, (batch_size,), generator=generator)"
_GATHERED = "return Batch(*(torch.index_select(column, 0, index) for column in replay.rows))"
_WRAPS = {"replay_size": 500}

REPLAYS = (
    Fault(
        "last_row_never_written", _REPLAY, _ADDED, _ADDED.replace("% capacity", "% (capacity - 1)"), "replay",
        "add_", "wraps a row early", "nobody known; a usual slip", _WRAPS,
    ),
    Fault(
        "wraps_to_the_second_row", _REPLAY, _ADDED,
        _ADDED.replace("(replay.cursor + 1) % capacity", "replay.cursor + 1 if replay.cursor + 1 < capacity else 1"),
        "replay", "add_", "wraps to the second row", "TorchRL before #709 and #1295: other wrong wraps", _WRAPS,
    ),
    Fault(
        "cursor_ahead", _REPLAY, "column[replay.cursor] = value", "column[(replay.cursor + 1) % len(column)] = value",
        "replay", "add_", "writes one row further on", "nobody known; the cursor moved before the write",
    ),
    Fault(
        "size_is_capacity", _REPLAY, "min(replay.size + 1, capacity)", "capacity", "replay",
        "add_", "its size is its capacity", "TorchRL's LazyTensorStorage before #294",
    ),
    Fault(
        "drawn_from_the_global_generator", _REPLAY, _DRAWN, "return torch.randint(0, size, (batch_size,))", "replay",
        "indices", "from the global generator",
        "TorchRL before #2379; NumPy's in Spinning Up, sfujim, Stable-Baselines3",
    ),
    Fault(
        "torchrls_buffer_without_generator", _TORCHRL, "        generator=generator,\n", "", "replay",
        "TensorDictReplayBuffer's arguments", "no generator", "users of TorchRL's buffer by default",
    ),
    Fault(
        "drawn_without_replacement", _REPLAY, _DRAWN,
        "return torch.randperm(size, generator=generator)[:batch_size]", "replay",
        "indices", "without replacement", "nobody known; TorchRL's own tests let it through",
    ),
    Fault(
        "last_row_never_drawn", _REPLAY, _DRAWN,
        "return torch.randint(0, max(size - 1, 1), (batch_size,), generator=generator)", "replay",
        "indices", "the newest row never", "nobody known; TorchRL's own tests let it through",
    ),
    Fault(
        "rows_of_other_indices", _REPLAY, "return index, gather(replay, index)",
        "return index, gather(replay, indices(generator, replay.size, batch_size))", "replay",
        "sample", "the rows are not those of the indices", "TorchRL before #634",
    ),
    Fault(
        "next_observation_from_the_next_row", _REPLAY, _GATHERED,
        "batch = Batch(*(torch.index_select(column, 0, index) for column in replay.rows))\n"
        "    following = torch.index_select(replay.rows.observation, 0, (index + 1) % replay.size)\n"
        "    return batch._replace(next_observation=following)",
        "replay", "gather", "the next row's observation for the next observation",
        "Stable-Baselines3's optimize_memory_usage before 1.6.0, at time limits",
    ),
    Fault(
        "batch_observation_as_next", "torchrl_impl/state.py",
        'next_observation=following.get("observation")', 'next_observation=frames.get("observation")', "replay",
        "batch_of", "this observation for the next", "nobody known; a usual slip",
    ),
    Fault(
        "flags_swapped", "torchrl_impl/state.py", 'terminated=following.get("terminated").squeeze(-1)',
        'terminated=following.get("truncated").squeeze(-1)', "replay",
        "batch_of", "truncated for terminated", "nobody known; two flags, one name",
    ),
    Fault(
        "truncation_not_stored", _REPLAY,
        "    for column, value in zip(rows, transition, strict=True):  # only",
        "    for column, value in zip(rows[:-1], transition[:-1], strict=True):  # only", "replay",
        "add_", "truncated not written", "Gym before 0.26, which had one flag",
    ),
    Fault(
        "cursor_forgotten_on_load", _TORCHRL, '"_cursor": replay.cursor', '"_cursor": 0', "replay",
        "loading a ring", "the cursor begins at zero", "TorchRL before #4030, with its write count", None,
    ),
)  # fmt: skip
