"""The memory of the fused update: flat tensors, and views of them layer by layer.

A network's parameters lie one behind the other in one tensor, so that Adam, clipping and the soft update are one
operation each. N networks of one shape are stacked: the agents of several seeds, and the critics of each.
"""

from typing import Any, NamedTuple

import torch
from torch import Size, Tensor

from reference.config import Config
from reference.fused_layers import Activations, Layer, Layers, init_activations
from reference.state import Space, TrainState

Shapes = dict[str, Size]
"""Names and shapes of one agent's parameters, as `TrainState` has them."""


class Network(NamedTuple):
    """N stacked networks of P numbers each: parameters, a gradient, or one of Adam's moments."""

    flat: Tensor  # [N, P]
    layers: Layers  # views of `flat`


class Trained(NamedTuple):
    """All that training keeps of N stacked networks."""

    params: Network
    target: Network
    mean: Network
    square: Network
    grads: Network
    step: Tensor  # [], float32, as Adam's kernel wants it; steps made so far
    shapes: Shapes


class Ends(NamedTuple):
    """Where a critic's inputs and answers stand in its activations; C critics for each of S agents. Views."""

    observation: Tensor  # [S, C, B, O]
    action: Tensor  # [S, C, B, A]
    value: Tensor  # [S, C, B]
    delta: Tensor  # [S, C, B]; the gradient with respect to the value


class Fused(NamedTuple):
    """S agents in training; the fused update writes into every tensor of it."""

    actor: Trained  # N = S
    critic: Trained  # N = S * C: the C critics of an agent lie side by side
    online: Tensor  # both networks' parameters in one tensor, so that the soft update is one lerp
    target: Tensor  # both networks' target parameters, likewise
    in_actor: Activations
    in_critic: Activations
    critic_ends: Ends
    judges: Layers  # the first critic of each agent; views
    in_judges: Activations
    judge_ends: Ends
    acting: Activations  # of one row, to act with
    scale: Tensor  # [A]; half the width of the action box
    middle: Tensor  # [A]
    space: Space
    config: Config

    @property
    def agents(self) -> int:
        """S."""
        return len(self.actor.params.flat)


def allocate(state: TrainState, agents: int, space: Space, config: Config) -> Fused:
    """Memory for S agents, all of it zeros.

    Args:
        state: one agent's, for names and shapes.
        agents: S.
        space: of their environment.
        config: of their runs, which differ in their seeds alone.
    """
    shapes = _shapes(state.actor), _shapes(state.critic)
    stacks = agents, agents * (config.critics or 1)
    # Parameters, targets, two moments, gradients: one tensor each, of which both networks are views.
    memory = [_networks(shapes, stacks, config) for _ in range(5)]
    actor, critic = (_trained([networks[k] for _, networks in memory], shapes[k]) for k in (0, 1))
    in_actor, in_critic = (init_activations(part.params.layers, config.batch_size) for part in (actor, critic))
    judges, in_judges = _first_of_each(critic.params.layers, in_critic, config.critics or 1)
    return Fused(
        actor,
        critic,
        online=memory[0][0],
        target=memory[1][0],
        in_actor=in_actor,
        in_critic=in_critic,
        critic_ends=_ends(in_critic, agents, space, config),
        judges=judges,
        in_judges=in_judges,
        judge_ends=_ends(in_judges, agents, space, config),
        acting=init_activations(actor.params.layers, 1),
        scale=(space.high - space.low) / 2,
        middle=(space.high + space.low) / 2,
        space=space,
        config=config,
    )


def _shapes(params: dict[str, Tensor]) -> Shapes:
    return {name: value.shape for name, value in params.items()}


def _networks(
    shapes: tuple[Shapes, Shapes], stacks: tuple[int, int], config: Config
) -> tuple[Tensor, tuple[Network, ...]]:
    """One tensor of zeros, and actors and critics as views of it, one behind the other."""
    # Stacked critics have their number in their shapes already.
    sizes = [stacks[0] * sum(shape.numel() for shape in network.values()) for network in shapes]
    memory = torch.zeros(sum(sizes), dtype=config.torch_dtype)
    flats = [part.view(stack, -1) for part, stack in zip(memory.split(sizes), stacks, strict=True)]
    return memory, tuple(Network(flat, _layers(flat, network)) for flat, network in zip(flats, shapes, strict=True))


def _layers(flat: Tensor, shapes: Shapes) -> Layers:
    """Views of N stacked networks, layer by layer."""
    stacked = len(shapes["0.weight"]) == 3  # one agent's critics: [C, out, in]
    sizes = [shape[1:] if stacked else shape for shape in shapes.values()]
    parts = flat.split([size.numel() for size in sizes], dim=1)
    layers: list[Layer] = []
    for k in range(0, len(sizes), 2):  # a weight and its bias, or the gain and the shift of the layer before
        first, second = parts[k].unflatten(1, sizes[k]), parts[k + 1].unsqueeze(1)
        if first.dim() == 3:
            layers.append(Layer(first, first.mT, second))
        else:
            layers[-1] = layers[-1]._replace(gain=first.unsqueeze(1), shift=second)
    return tuple(layers)


def _trained(networks: list[Network], shapes: Shapes) -> Trained:
    params, target, mean, square, grads = networks
    return Trained(params, target, mean, square, grads, torch.zeros(()), shapes)


def _first_of_each(layers: Layers, at: Activations, critics: int) -> tuple[Layers, Activations]:
    """Of the C critics of each agent the first, which judges the actor: views."""

    def first(part: Any) -> Any:
        return None if part is None else part[::critics]

    judges = tuple(Layer(*map(first, layer)) for layer in layers)
    return judges, Activations(*(tuple(map(first, parts)) for parts in at))


def _ends(at: Activations, agents: int, space: Space, config: Config) -> Ends:
    """The action joins behind what its layer reads of the one before."""
    first, joined = at.inputs[0], at.inputs[config.action_layer - 1]
    value, delta = at.outputs[-1].squeeze(-1), at.deltas[-1].squeeze(-1)
    ends = (first[..., : space.observation_size], joined[..., -space.action_size :], value, delta)
    return Ends(*(end.unflatten(0, (agents, -1)) for end in ends))
