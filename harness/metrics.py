"""One episode as a line of `metrics.jsonl`."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from harness.action_box import coverage, on_bounds, policy_near_bounds
from harness.value_check import value_check
from reference.config import Config
from reference.state import EpisodeRecord, Params, RunState, Space, UpdateMetrics

METRICS = {
    "episode", "last_step", "last_update", "return", "length", "terminated", "truncated", "seconds", "saturated",
    "updates", "probe",
}  # fmt: skip
"""What every line of `metrics.jsonl` holds; those of older folders hold no more."""

QUANTILES = (5, 25, 50, 75, 95)
"""Quantiles of a batch's TD errors, in percent."""


@torch.no_grad()
def summarise(record: EpisodeRecord, state: RunState, space: Space, config: Config, seconds: float) -> dict[str, Any]:
    """The figures of one episode as plain numbers; reads the run, draws nothing and writes nothing.

    Args:
        record: the episode.
        state: where the run stands at its end.
        space: the action bounds.
        config: the run.
        seconds: wall time that the episode took.

    Returns:
        JSON's types alone; each entry of "updates" has one number for each update, or is None.
    """
    return {
        "episode": record.episode,
        "last_step": record.last_step,
        "last_update": record.last_update,
        "return": record.episode_return.item(),
        "length": len(record.transitions.reward),
        "terminated": record.terminated,
        "truncated": record.truncated,
        "seconds": round(seconds, 3),
        "saturated": on_bounds(record.transitions.action, space),
        **{name: _number(value) for name, value in diagnostics(record, state, space, config).items()},
        "updates": update_figures(record.updates),
        "probe": None
        if record.probe is None
        else {"action": _numbers(record.probe.action), "value": _numbers(record.probe.value)},
    }


def diagnostics(record: EpisodeRecord, state: RunState, space: Space, config: Config) -> dict[str, float | None]:
    """What networks and replay show at the episode's end; None: there is no such number."""
    networks, observation = state.networks, record.transitions.observation
    check = value_check(record, networks, space, config)
    cells = coverage(state.replay, space)
    return {
        "largest_reward": record.transitions.reward.abs().max().item(),
        "policy_saturated": policy_near_bounds(networks.actor, observation, space),
        "checked_value": check and check.value,
        "checked_return": check and check.received,
        "checked_bootstrap": check and check.bootstrapped,
        "occupied_cells": cells and cells[0],
        "effective_cells": cells and cells[1],
        "actor_distance": distance(networks.actor, networks.target_actor),
        "critic_distance": distance(networks.critic, networks.target_critic),
    }


def update_figures(updates: UpdateMetrics) -> dict[str, Any]:
    """A list [U] for each quantity; "critics_gap" is None where there is no second critic."""
    stacked = updates.value.dim() == 3
    # Of two critics the first, which judges the actor.
    value = updates.value[:, 0] if stacked else updates.value
    twins = stacked and updates.value.shape[1] == 2
    errors = (value - updates.target).cpu().numpy()
    quantiles = np.quantile(errors, [percent / 100 for percent in QUANTILES], axis=1)
    return {
        "target_mean": _numbers(updates.target.mean(dim=-1)),
        "value_mean": _numbers(value.mean(dim=-1)),
        "value_largest": _numbers(updates.value.abs().flatten(1).amax(dim=1)),
        **{f"td_error_{percent}": _numbers(row) for percent, row in zip(QUANTILES, quantiles, strict=True)},
        "critics_gap": _numbers((value - updates.value[:, 1]).abs().mean(dim=-1)) if twins else None,
        "critic_loss": _numbers(updates.critic_loss),
        "critic_grad_norm": _numbers(updates.critic_grad_norm),
        "actor_loss": _numbers(updates.actor_loss),
        "actor_grad_norm": _numbers(updates.actor_grad_norm),
    }


def distance(online: Params, target: Params) -> float:
    r"""How far a target network lies from its online network.

    .. math:: \lVert \theta - \theta' \rVert_2 \, / \, \lVert \theta \rVert_2
    """
    ours, theirs = (torch.cat([params[name].flatten() for name in online]) for params in (online, target))
    return ((ours - theirs).norm() / ours.norm()).item()


def _numbers(values: Tensor | np.ndarray) -> list[Any]:
    """As JSON has them, which knows no NaN: what an update did not compute is None."""
    numbers = values.detach().cpu().tolist() if isinstance(values, Tensor) else values.tolist()
    return [_number(number) if isinstance(number, float) else number for number in numbers]


def _number(number: float | None) -> float | None:
    """None for what JSON does not know: NaN and the infinities."""
    return number if number is not None and math.isfinite(number) else None
