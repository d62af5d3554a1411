"""The first difference between two runs of one episode, and when in the episode it arose."""

from collections.abc import Iterator
from typing import Any

import torch

from harness.difference import first_difference, leaves, same_bits
from reference.config import Config
from reference.state import Batch, EpisodeRecord, RunState, UpdateMetrics
from reference.train import updates_due

Step = tuple[EpisodeRecord, RunState]


def episode_difference(left: Step, right: Step, config: Config) -> str | None:
    """The first difference of one episode, in the order in which a run makes the quantities.

    Args:
        left: what `train` yielded on one side.
        right: what it yielded on the other.
        config: of both.

    Returns:
        Episode, environment step or update, quantity and elements; None where all is the same to the bit.
    """
    found = (text for text in _differences(left, right, config) if text is not None)
    text = next(found, None)
    return None if text is None else f"episode {left[0].episode}, {text}"


def comparable(state: RunState) -> RunState:
    """The state with the rows of replay cut to those that hold a transition."""
    rows = Batch(*(column[: state.replay.size] for column in state.replay.rows))
    return state._replace(replay=state.replay._replace(rows=rows))


def outcome(record: EpisodeRecord) -> dict[str, Any]:
    """The episode's own figures: return, flags, counters, and how many steps and updates it had."""
    own = {name: value for name, value in record._asdict().items() if name not in ("transitions", "updates", "probe")}
    return own | {"steps": len(record.transitions.reward), "updates": len(record.updates.critic_loss)}


def _differences(left: Step, right: Step, config: Config) -> Iterator[str | None]:
    shared = _storages(left[1]) & _storages(right[1])
    if shared:
        yield f"the two runs share {len(shared)} storages, so that comparing them shows nothing"
    ours, theirs = left[0], right[0]
    yield _in_the_loop(ours, theirs, config)
    yield first_difference("record", outcome(ours), outcome(theirs))
    yield first_difference("probe", ours.probe, theirs.probe)
    name = f"after update {ours.last_update} (environment step {ours.last_step}), state"
    yield first_difference(name, comparable(left[1]), comparable(right[1]))


def _in_the_loop(ours: EpisodeRecord, theirs: EpisodeRecord, config: Config) -> str | None:
    """The earliest difference among stored transitions and updates."""
    candidates = []
    first = ours.last_step - len(ours.transitions.reward)
    row = _first_row(ours.transitions, theirs.transitions)
    if row is not None:
        text = first_difference("transition", _row(ours.transitions, row), _row(theirs.transitions, row))
        candidates.append((first + row + 1, 0, f"environment step {first + row + 1}, {text}"))
    row = _first_row(ours.updates, theirs.updates)
    if row is not None:
        step = _steps_of_updates(config, first, ours.last_step)[row]
        number = ours.last_update - len(ours.updates.critic_loss) + row + 1
        text = first_difference("", _row(ours.updates, row), _row(theirs.updates, row))
        # At one step the transition is stored first, and the update comes after.
        candidates.append((step, 1, f"update {number} (environment step {step}), {text}"))
    return min(candidates)[2] if candidates else None


def _first_row(ours: Batch | UpdateMetrics, theirs: Batch | UpdateMetrics) -> int | None:
    """The first of the rows that both have in which any field differs."""
    found = []
    for a, b in zip(ours, theirs, strict=True):
        rows = min(len(a), len(b))
        if rows and (a.shape[1:] != b.shape[1:] or a.dtype != b.dtype):
            found.append(0)
        elif rows:
            differ = ~same_bits(a[:rows], b[:rows]).reshape(rows, -1).all(dim=1)
            found += differ.nonzero()[:1].flatten().tolist()
    return min(found, default=None)


def _row(columns: Any, row: int) -> Any:
    return type(columns)(*(column[row] for column in columns))


def _steps_of_updates(config: Config, first: int, last: int) -> list[int]:
    """The environment step after which each update of the steps first + 1 to last was made."""
    steps = range(first + 1, last + 1)
    return [step for step in steps for _ in range(updates_due(config, step, min(step, config.replay_size)))]


def _storages(state: RunState) -> set[int]:
    """Addresses of all memory behind a state's tensors; an empty tensor has none."""
    tensors = [value for _, value in leaves("", state) if isinstance(value, torch.Tensor)]
    return {tensor.untyped_storage().data_ptr() for tensor in tensors} - {0}
