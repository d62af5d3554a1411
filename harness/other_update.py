"""What the update that a run did not use would have saved, measured on the run's own last state."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from reference import replay
from reference.config import Config, Update
from reference.learner import fallback, learner
from reference.state import Extra, RunState, Space
from reference.update import default_parts

NO_OTHER_UPDATE = {"other_update": None, "other_update_time": None, "other_update_saves_seconds": None}
"""Of a run that made no update, or that no other could have made."""

_ROUNDS, _UPDATES = 7, 5


def other_update(config: Config, space: Space, state: RunState, used: Update) -> dict[str, Any] | None:
    """Times both updates in turns, on a copy of the run's state; takes a fraction of a second.

    Args:
        config: the run.
        space: of its environment.
        state: where it ended; not changed.
        used: the update that it used.

    Returns:
        The other's name, its time for each unit of this one's, and the seconds that it would have saved, below 0
        where it is slower; None where there was nothing to save.
    """
    if state.update == 0 or state.replay.size == 0 or fallback(config) is not None:
        return None
    other: Update = "fused" if used == "autograd" else "autograd"
    steps = {kind: _one_update(config, space, state, kind) for kind in (used, other)}
    seconds: dict[Update, list[float]] = {used: [], other: []}
    for _ in range(_ROUNDS):
        for kind, step in steps.items():
            begin = time.perf_counter()
            for _ in range(_UPDATES):
                step()
            seconds[kind].append((time.perf_counter() - begin) / _UPDATES)
    ours, theirs = (statistics.median(seconds[kind]) for kind in (used, other))
    return {
        "other_update": other,
        "other_update_time": round(theirs / ours, 3),
        "other_update_saves_seconds": round((ours - theirs) * state.update, 1),
    }


def other_update_line(figures: dict[str, Any]) -> str:
    """The last line of a run."""
    name, ratio, saved = (figures[key] for key in NO_OTHER_UPDATE)
    words = f"saved about {saved} s" if saved >= 0 else f"cost about {-saved} s more"
    return f"updated by {figures['update']}; --update {name}, at {ratio:.2f} of an update's time, would have {words}."


def _one_update(config: Config, space: Space, state: RunState, kind: Update) -> Callable[[], None]:
    """One more update of a copy of the run, each time on the same batch."""
    chosen = learner(space, config, default_parts, kind)
    generator = torch.Generator().manual_seed(0)  # none of the run's streams
    indices, batch = replay.sample(state.replay, generator, config.batch_size)
    steps = None if state.replay.steps is None else state.replay.steps[indices]
    shape = (config.batch_size, space.action_size)
    draw = None if config.critics is None else torch.randn(shape, generator=generator, dtype=config.torch_dtype)
    networks = chosen.load(state.networks)

    def step() -> None:
        nonlocal networks
        networks, _ = chosen.update(networks, indices, batch, Extra(steps=steps, draw=draw))

    return step
