"""How a run learns, and acts on what it learned: by reference/update.py, or by reference/fused.py."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from reference import fused, update
from reference.config import Config, Update
from reference.fused_agents import agent_state, init_fused, load_agent_
from reference.networks import actor
from reference.state import Batch, Extra, Space, TrainState, UpdateMetrics
from reference.update import Parts, default_parts

FUSED = {
    "hidden_sizes": "fused", "layer_norm": "fused", "action_layer": "fused", "twin_critics": "fused",
    "target_noise": "fused", "policy_delay": "fused", "n_step": "fused", "loss_function": "fused",
    "grad_clip_norm": "fused", "critic_weight_decay": "fused", "update_order": "fused",
    "truncation_is_terminal": "fused", "dtype": "fused", "weight": "fused", "device": "fallback", "parts": "fallback",
}  # fmt: skip
"""What can vary in an update, a field of `Config` but for the last three: whether the fused update does it.

A `device` other than cpu and `parts` other than DDPG's own fall back to autograd. `weight` is `Extra.weight`.
"""


class Learner(NamedTuple):
    """Four functions of `networks`, in whatever form the learner keeps them."""

    load: Callable[[TrainState], Any]  # into that form
    act: Callable[[Any, Tensor], Tensor]  # networks and observation [O] to the policy's action [A]
    update: Callable[[Any, Tensor, Batch, Extra], tuple[Any, UpdateMetrics]]
    state: Callable[[Any], TrainState]  # out of that form


def learner(space: Space, config: Config, parts: Parts, kind: Update) -> Learner:
    """The learner of a run: of the kind that was asked for, or by autograd where `fallback` has a reason."""
    if kind == "fused" and fallback(config, parts) is None:
        return fused_learner(space, config)
    return autograd_learner(space, config, parts)


def fallback(config: Config, parts: Parts = default_parts) -> str | None:
    """Why the fused update cannot do this run; None: it can."""
    if config.device != "cpu":
        return f"device {config.device!r} is not cpu"
    return "parts other than DDPG's own were given" if parts != default_parts else None


def autograd_learner(space: Space, config: Config, parts: Parts) -> Learner:
    """Pure functions of a `TrainState`."""

    def act(state: TrainState, observation: Tensor) -> Tensor:
        return actor(state.actor, observation.to(config.device), space)

    def improve(state: TrainState, indices: Tensor, batch: Batch, extra: Extra) -> tuple[TrainState, UpdateMetrics]:
        batch = Batch(*(column.to(config.device) for column in batch))  # replay stays in main memory
        return update.update(state, indices, batch, space, config, parts, extra)

    def same(state: TrainState) -> TrainState:
        return state

    return Learner(same, act, improve, same)


def fused_learner(space: Space, config: Config) -> Learner:
    """One agent in the memory of the fused update, which every update writes into."""
    memory: list[fused.Fused] = []

    @torch.no_grad()
    def load(state: TrainState) -> fused.Fused:
        if memory:
            load_agent_(memory[0], 0, state)
        else:
            memory.append(init_fused([state], space, config))
        return memory[0]

    @torch.inference_mode()
    def act(agent: fused.Fused, observation: Tensor) -> Tensor:
        return fused.policy_(agent, agent.actor.params.layers, agent.acting, observation.view(1, 1, -1)).view(-1)

    @torch.inference_mode()
    def improve(agent: fused.Fused, indices: Tensor, batch: Batch, extra: Extra) -> tuple[fused.Fused, UpdateMetrics]:
        stacked = Extra(*(None if part is None else part.unsqueeze(0) for part in extra))
        metrics = fused.update_(agent, indices.unsqueeze(0), Batch(*(column.unsqueeze(0) for column in batch)), stacked)
        return agent, UpdateMetrics(*(part.squeeze(0) for part in metrics))

    return Learner(load, act, improve, lambda agent: agent_state(agent, 0))
