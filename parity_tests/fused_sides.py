"""The fused update behind the face of sides.py, and agents stacked as it takes them."""

from dataclasses import replace

import torch

from parity_tests.cases import Material
from parity_tests.sides import Gradient, Side
from parity_tests.variants import material_of
from reference.fused import actor_gradient_, clip_, critic_gradient_, update_
from reference.fused_agents import agent_state, init_fused
from reference.fused_state import Fused
from reference.state import Batch, Extra, TrainState, UpdateMetrics


def in_float64(variant: str, shape: str, order: str = "sequential", **fields) -> Material:
    """A variant's tensors in float64; `fields` go into its `Case`."""
    material = material_of(variant, shape, dtype="float64", **fields)
    return material._replace(config=replace(material.config, update_order=order))


def memory_of(*materials: Material) -> Fused:
    """The fused update's memory with the states of these agents in it."""
    return init_fused([material.state for material in materials], materials[0].space, materials[0].config)


def inputs_of(*materials: Material) -> tuple[torch.Tensor, Batch, Extra]:
    """Indices, batch and extra of several agents, each with a leading [S]."""
    indices = torch.stack([material.indices for material in materials])
    batch = Batch(*map(torch.stack, zip(*(material.batch for material in materials), strict=True)))
    parts = zip(*(material.extra for material in materials), strict=True)
    return indices, batch, Extra(*(None if part[0] is None else torch.stack(part) for part in parts))


def gradients_in(fused: Fused, agent: int = 0) -> TrainState:
    """The gradients that stand in the memory, as copies where a `TrainState` has the online networks."""
    actor, critic = (network._replace(params=network.grads) for network in (fused.actor, fused.critic))
    return agent_state(fused._replace(actor=actor, critic=critic), agent)


def metrics_of(metrics: UpdateMetrics, agent: int = 0) -> UpdateMetrics:
    """One agent's."""
    return UpdateMetrics(*(part[agent] for part in metrics))


def _critic_gradient(material: Material) -> Gradient:
    fused, (_, batch, extra) = memory_of(material), inputs_of(material)
    loss, *_ = critic_gradient_(fused, batch, extra)
    raw = gradients_in(fused).critic
    clip_(fused.critic, 1, material.config.grad_clip_norm)
    return Gradient(loss[0], raw, gradients_in(fused).critic)


def _actor_gradient(material: Material) -> Gradient:
    fused, (_, batch, extra) = memory_of(material), inputs_of(material)
    loss = actor_gradient_(fused, batch, extra)
    raw = gradients_in(fused).actor
    clip_(fused.actor, 1, material.config.grad_clip_norm)
    return Gradient(loss[0], raw, gradients_in(fused).actor)


def _update(material: Material) -> tuple[TrainState, UpdateMetrics]:
    fused = memory_of(material)
    metrics = update_(fused, *inputs_of(material))
    return agent_state(fused, 0), metrics_of(metrics)


FUSED = Side(_critic_gradient, _actor_gradient, _update)
