"""Agents into the memory of the fused update and out of it, bit for bit."""

from collections.abc import Sequence

import torch
from torch import Tensor

from reference.config import Config
from reference.fused_state import Fused, Network, Shapes, Trained, allocate
from reference.state import AdamState, Params, Space, TrainState


def init_fused(states: Sequence[TrainState], space: Space, config: Config) -> Fused:
    """Memory for S agents, with a copy of their states in it.

    Args:
        states: one for each agent, after equally many updates.
        space: of their environment.
        config: of their runs, which differ in their seeds alone.

    Raises:
        ValueError: the agents had different numbers of updates, which one count of Adam's cannot hold.
    """
    steps = {(state.actor_adam.step, state.critic_adam.step) for state in states}
    if len(steps) != 1:
        raise ValueError(
            f"init_fused needs agents after equally many updates; got Adam steps {sorted(steps)}. "
            "Stack those alone that stand at one step."
        )
    fused = allocate(states[0], len(states), space, config)
    for agent, state in enumerate(states):
        load_agent_(fused, agent, state)
    return fused


def load_agent_(fused: Fused, agent: int, state: TrainState) -> None:
    """Copies the state of agent number `agent`, from 0, into its place."""
    _load_(fused.actor, agent, fused.agents, (state.actor, state.target_actor), state.actor_adam)
    _load_(fused.critic, agent, fused.agents, (state.critic, state.target_critic), state.critic_adam)


def agent_state(fused: Fused, agent: int) -> TrainState:
    """A copy of the state of agent number `agent`, from 0."""
    actor, target_actor, actor_adam = _copies(fused.actor, agent, fused.agents)
    critic, target_critic, critic_adam = _copies(fused.critic, agent, fused.agents)
    return TrainState(actor, critic, target_actor, target_critic, actor_adam, critic_adam)


def _load_(network: Trained, agent: int, agents: int, both: tuple[Params, Params], adam: AdamState) -> None:
    places = (network.params, network.target, network.mean, network.square)
    for place, params in zip(places, (*both, adam.mean, adam.square), strict=True):
        rows = _rows(place, agent, agents)
        rows.copy_(torch.cat([params[name].reshape(len(rows), -1) for name in network.shapes], dim=1))
    network.step.fill_(adam.step)


def _copies(network: Trained, agent: int, agents: int) -> tuple[Params, Params, AdamState]:
    """Parameters, target parameters and Adam's memory."""
    places = (network.params, network.target, network.mean, network.square)
    params, target, mean, square = (_params(_rows(place, agent, agents), network.shapes) for place in places)
    return params, target, AdamState(mean, square, int(network.step))


def _rows(network: Network, agent: int, agents: int) -> Tensor:
    """The networks of one agent: [1, P], or [C, P] of its critics."""
    stack = len(network.flat) // agents
    return network.flat[agent * stack : (agent + 1) * stack]


def _params(rows: Tensor, shapes: Shapes) -> Params:
    """Some rows of a flat tensor under the names of `TrainState`, copied."""
    parts = rows.split([shape.numel() // len(rows) for shape in shapes.values()], dim=1)
    return {name: part.reshape(shape).clone() for (name, shape), part in zip(shapes.items(), parts, strict=True)}
