"""The first difference between two runs of one episode, and when in the episode it arose."""

from collections.abc import Iterator
from typing import Any

import torch

from harness.difference import first_difference, leaves, same_bits
from harness.watch import Watched, difference_of_sums
from reference.config import Config
from reference.state import Batch, EpisodeRecord, RunState, UpdateMetrics
from reference.train import updates_due
from reference.update import actor_moves


def episode_difference(left: Watched, right: Watched, config: Config) -> str | None:
    """The first difference of one episode, in the order in which a run makes the quantities.

    Args:
        left: what `watch` yielded on one side.
        right: what it yielded on the other.
        config: of both.

    Returns:
        Episode, environment step or update, quantity and elements; None where all is the same to the bit.
    """
    found = (text for text in _differences(left, right, config) if text is not None)
    text = next(found, None)
    return None if text is None else f"episode {left.record.episode}, {text}"


def comparable(state: RunState) -> RunState:
    """The state with the rows of replay cut to those that hold a transition."""
    size, steps = state.replay.size, state.replay.steps
    rows = Batch(*(column[:size] for column in state.replay.rows))
    return state._replace(replay=state.replay._replace(rows=rows, steps=None if steps is None else steps[:size]))


def outcome(record: EpisodeRecord) -> dict[str, Any]:
    """The episode's own figures: return, flags, counters, and how many steps and updates it had."""
    own = {name: value for name, value in record._asdict().items() if name not in ("transitions", "updates", "probe")}
    return own | {"steps": len(record.transitions.reward), "updates": len(record.updates.critic_loss)}


def steps_of_updates(record: EpisodeRecord, config: Config) -> list[int]:
    """The environment step after which each update of an episode was made, as the configuration has it.

    A run that makes more updates than that is one to compare too: the rest count as made after the last step.
    """
    steps = range(record.last_step - len(record.transitions.reward) + 1, record.last_step + 1)
    stored = {step: min(max(step - config.rows_behind, 0), config.replay_size) for step in steps}
    due = [step for step in steps for _ in range(updates_due(config, step, stored[step]))]
    made = len(record.updates.critic_loss)
    return (due + [record.last_step] * made)[:made]


def _differences(left: Watched, right: Watched, config: Config) -> Iterator[str | None]:
    shared = _storages(left.state) & _storages(right.state)
    if shared:
        yield f"the two runs share {len(shared)} storages, so that comparing them shows nothing"
    ours, theirs = left.record, right.record
    yield _in_the_loop(left, right, config)
    yield first_difference("record", outcome(ours), outcome(theirs))
    yield first_difference("probe", ours.probe, theirs.probe)
    name = f"after {_place(ours.last_update, ours.last_step)}, state"
    yield first_difference(name, comparable(left.state), comparable(right.state))


def _in_the_loop(left: Watched, right: Watched, config: Config) -> str | None:
    """The earliest difference among stored transitions and updates."""
    ours, theirs = left.record, right.record
    candidates = []
    first = ours.last_step - len(ours.transitions.reward)
    steps = steps_of_updates(ours, config)
    first_update = ours.last_update - len(steps) + 1
    row = _first_row(ours.transitions, theirs.transitions)
    if row is not None:
        text = first_difference("transition", _row(ours.transitions, row), _row(theirs.transitions, row))
        candidates.append((first + row + 1, 0, f"environment step {first + row + 1}, {text}"))
    row = _first_row(ours.updates, theirs.updates)
    if row is not None:
        text = first_difference("", _row(ours.updates, row), _row(theirs.updates, row))
        candidates.append((steps[row], 3 * row + 1, f"{_place(first_update + row, steps[row])}, {text}"))
    moved = [row for row in range(len(steps)) if actor_moves(first_update + row, config)]
    for row, a, b in zip(moved, left.networks, right.networks, strict=False):
        text = difference_of_sums(a, b)
        if text is not None:
            candidates.append((steps[row], 3 * row + 2, f"{_place(first_update + row, steps[row])}, {text}"))
            break
    # At one step the transition is stored first; an update's losses come before the weights it leaves.
    return min(candidates)[2] if candidates else None


def _place(update: int, step: int) -> str:
    return f"update {update} (environment step {step})"


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


def _storages(state: RunState) -> set[int]:
    """Addresses of all memory behind a state's tensors; an empty tensor has none."""
    tensors = [value for _, value in leaves("", state) if isinstance(value, torch.Tensor)]
    return {tensor.untyped_storage().data_ptr() for tensor in tensors} - {0}
