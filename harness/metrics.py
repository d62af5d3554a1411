"""One episode as a line of `metrics.jsonl`."""

from typing import Any

from torch import Tensor

from reference.state import EpisodeRecord, Space

METRICS = {
    "episode", "last_step", "last_update", "return", "length", "terminated", "truncated", "seconds", "saturated",
    "updates", "probe",
}  # fmt: skip
"""What every line of `metrics.jsonl` holds."""


def summarise(record: EpisodeRecord, space: Space, seconds: float) -> dict[str, Any]:
    """The figures of one episode as plain numbers.

    Args:
        record: the episode.
        space: the action bounds, which say what is saturated.
        seconds: wall time that the episode took.

    Returns:
        JSON's types alone; each entry of "updates" has one number for each update.
    """
    updates, actions = record.updates, record.transitions.action
    bounds = (actions == space.low.cpu()) | (actions == space.high.cpu())
    return {
        "episode": record.episode,
        "last_step": record.last_step,
        "last_update": record.last_update,
        "return": record.episode_return.item(),
        "length": len(record.transitions.reward),
        "terminated": record.terminated,
        "truncated": record.truncated,
        "seconds": round(seconds, 3),
        "saturated": bounds.float().mean().item(),
        "updates": {
            "target_mean": _numbers(updates.target.mean(dim=-1)),
            # Of two critics the first, which judges the actor.
            "value_mean": _numbers((updates.value if updates.value.dim() == 2 else updates.value[:, 0]).mean(dim=-1)),
            "critic_loss": _numbers(updates.critic_loss),
            "critic_grad_norm": _numbers(updates.critic_grad_norm),
            "actor_loss": _numbers(updates.actor_loss),
            "actor_grad_norm": _numbers(updates.actor_grad_norm),
        },
        "probe": None
        if record.probe is None
        else {"action": _numbers(record.probe.action), "value": _numbers(record.probe.value)},
    }


def _numbers(values: Tensor) -> list[Any]:
    """As JSON has them, which knows no NaN: what an update did not compute is None."""
    numbers = values.detach().cpu().tolist()
    return [None if number != number else number for number in numbers]
