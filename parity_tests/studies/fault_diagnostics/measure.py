"""What is kept of a run: a number an episode for each diagnostic, and the updates' own as thinned curves."""

from importlib import import_module

import numpy as np

from harness.implementations import train_function
from harness.metrics import summarise
from harness.train import run_space

EPISODE = (
    "return", "saturated", "policy_saturated", "checked_value", "checked_return", "effective_cells",
    "actor_distance", "critic_distance",
)  # fmt: skip
"""Keys of a line of metrics.jsonl."""

UPDATE = (
    "value_mean", "target_mean", "value_largest", "td_error_50", "critic_loss", "actor_loss", "critic_grad_norm",
    "actor_grad_norm",
)  # fmt: skip
"""Keys of its "updates"."""


def measure(config, impl="reference", points=150, **parts):
    """Trains; "episodes": each key's list over "step", "updates": each key's curve over "update".

    Args:
        config: the run.
        impl: whose `train`.
        points: of a curve, at most; each is the mean of neighbours.
        parts: functions in place of the implementation's own.
    """
    train, space = train_function(impl), run_space(config)
    own = import_module(train.__module__).default_parts
    lines = [
        summarise(record, state, space, config, 0.0) for record, state in train(config, parts=own._replace(**parts))
    ]
    episodes = {"step": [line["last_step"] for line in lines]}
    episodes |= {key: [short(line.get(key)) for line in lines] for key in EPISODE}
    episodes |= {key: [short(mean(line["updates"][key])) for line in lines] for key in UPDATE}
    return {"episodes": episodes, "updates": curves(lines, points)}


def curves(lines, points):
    """Each update's quantities, thinned."""
    last = max(line["last_update"] for line in lines)
    if not last or not points:
        return {}
    width = -(-last // points)
    starts = range(0, last, width)
    whole = {key: [number for line in lines for number in line["updates"][key]] for key in UPDATE}
    thin = {key: [short(mean(all_[start : start + width])) for start in starts] for key, all_ in whole.items()}
    return {"update": [min(start + width, last) for start in starts], **thin}


def mean(numbers):
    """Of those that are there; None: none is."""
    there = [number for number in numbers if number is not None]
    return float(np.mean(there)) if there else None


def short(number):
    """Five digits, which a screen cannot tell from all."""
    return None if number is None or not np.isfinite(number) else float(f"{number:.5g}")
