"""Both implementations behind one face: all that one update computes, in the form of the oracle's answer."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

from parity_tests.cases import Material, learner_of
from parity_tests.oracle import Quantities
from parity_tests.variants import drawing, frames_of
from reference import optim
from reference import update as reference_update
from reference.state import Params, TrainState, UpdateMetrics
from torchrl_impl import update as torchrl_update
from torchrl_impl.optim import clip_by_global_norm_
from torchrl_impl.state import critic_params, named_params


class Gradient(NamedTuple):
    """One network's, by the functions that an update calls."""

    loss: Tensor  # []
    raw: Params
    clipped: Params


class Side(NamedTuple):
    """One implementation; each function reads a `Material` and changes nothing in it."""

    critic_gradient: Callable[[Material], Gradient]
    actor_gradient: Callable[[Material], Gradient]  # against the critic that stands in the material
    update: Callable[[Material], tuple[TrainState, UpdateMetrics]]


def answer(side: Side, material: Material) -> tuple[TrainState, Quantities]:
    """What `oracle.update` answers, from a side: values, losses and norms of its update, gradients of its functions."""
    new, metrics = side.update(material)
    judge = material.state.critic if material.config.update_order == "simultaneous" else new.critic
    critic = side.critic_gradient(material)
    actor = side.actor_gradient(material._replace(state=material.state._replace(critic=judge)))
    return new, Quantities(
        value=metrics.value,
        target=metrics.target,
        td_error=metrics.value - metrics.target,
        critic_loss=metrics.critic_loss,
        critic_gradient=critic.raw,
        critic_grad_norm=metrics.critic_grad_norm,
        critic_clipped=critic.clipped,
        actor_loss=metrics.actor_loss,
        actor_gradient=actor.raw,
        actor_grad_norm=metrics.actor_grad_norm,
        actor_clipped=actor.clipped,
    )


def _of_reference(grads: Params, loss: Tensor, material: Material) -> Gradient:
    return Gradient(loss, grads, optim.clip_by_global_norm(grads, material.config.grad_clip_norm)[0])


def _reference_critic_gradient(material: Material) -> Gradient:
    arguments = material.state, material.batch, material.space, material.config
    grads, loss, *_ = reference_update.critic_gradient(*arguments, extra=material.extra)
    return _of_reference(grads, loss, material)


def _reference_actor_gradient(material: Material) -> Gradient:
    arguments = material.state.actor, material.state.critic, material.batch, material.space
    grads, loss, _ = reference_update.actor_gradient(*arguments, extra=material.extra)
    return _of_reference(grads, loss, material)


def _reference_update(material: Material) -> tuple[TrainState, UpdateMetrics]:
    arguments = material.state, material.indices, material.batch, material.space, material.config
    return reference_update.update(*arguments, extra=material.extra)


def _grads_of(network) -> Params:
    """Copies of what `.backward()` left, under the reference's keys."""
    return {name: parameter.grad.clone() for name, parameter in named_params(network)}


def _of_torchrl(network, loss: Tensor, material: Material) -> Gradient:
    raw = _grads_of(network)
    clip_by_global_norm_(network, material.config.grad_clip_norm)
    return Gradient(loss, raw, _grads_of(network))


def _torchrl_critic_gradient(material: Material) -> Gradient:
    learner = learner_of(material)
    with drawing(material):
        loss, *_ = torchrl_update.critic_gradient_(learner, frames_of(material))
    return _of_torchrl(critic_params(learner.loss), loss, material)


def _torchrl_actor_gradient(material: Material) -> Gradient:
    learner = learner_of(material)
    loss = torchrl_update.actor_gradient_(learner, frames_of(material))
    return _of_torchrl(learner.loss.actor_network_params, loss, material)


def _torchrl_update(material: Material) -> tuple[TrainState, UpdateMetrics]:
    learner = learner_of(material)
    with drawing(material):
        metrics = torchrl_update.update_(learner, material.indices, frames_of(material), material.config)
    return torchrl_update.train_state(learner), metrics


SIDES = {
    "reference": Side(_reference_critic_gradient, _reference_actor_gradient, _reference_update),
    "torchrl": Side(_torchrl_critic_gradient, _torchrl_actor_gradient, _torchrl_update),
}
