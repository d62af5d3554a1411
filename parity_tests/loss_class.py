"""What a class in the place of TorchRL's `DDPGLoss` is compared in with the reference."""

import warnings
from collections.abc import Callable
from typing import NamedTuple
from unittest.mock import patch

import torch

import torchrl_impl.losses
from parity_tests.assertions import assert_no_gradient, assert_same_bits, tally
from parity_tests.cases import CASES, build, learner_of, reference_target
from reference.networks import critic
from reference.update import actor_gradient, critic_gradient
from torchrl_impl.config import loss_keys, value_estimator_arguments
from torchrl_impl.networks import actor as torchrl_actor
from torchrl_impl.networks import critic as torchrl_critic
from torchrl_impl.state import load_params_, tensordict_of
from torchrl_impl.targets import td_target
from torchrl_impl.update import actor_gradient_, critic_gradient_

TRIED_ON = (
    "f32-b128-mixed",
    "f32-b7-mixed-large_rewards-3_actions",
    "f32-b16-truncation_is_terminal",
    "f64-b5-mixed-large_rewards-3_actions",
)
"""Cases that tell faults from the right class; the ladder compares the right class on all of them."""


class Comparison(NamedTuple):
    """One quantity of one batch."""

    rung: str
    compare: Callable  # (loss class, material); raises AssertionError where they differ


class Caught(NamedTuple):
    """The first comparison that a class failed."""

    rung: str
    case: str
    message: str


def first_catch(loss_class):
    """Where a class first differs from the reference, lowest rung first; None: nowhere."""
    with patch.dict(tally):  # a fault that differs, as it should, is none of the suite's differences
        for comparison in COMPARISONS:
            for name in TRIED_ON:
                try:
                    comparison.compare(loss_class, build(CASES[name]))
                except AssertionError as error:
                    return Caught(comparison.rung, name, str(error))
    return None


def learner_with(loss_class, material):
    """`cases.learner_of`, whose loss module is of another class."""
    with patch.object(torchrl_impl.losses, "DDPGLoss", loss_class):
        return learner_of(material)


def compare_target(loss_class, material):
    """r + gamma (1 - d) Q'(s', mu'(s'))."""
    learner = learner_with(loss_class, material)
    assert_same_bits("TD target", reference_target(material), td_target(learner.loss, tensordict_of(material.batch)))


def compare_target_by_default(loss_class, material):
    """A class built without any option has a target critic, and, as its documentation says, no target actor."""
    state, config = material.state, material.config
    with warnings.catch_warnings():
        # One target needs no updater, and a loss without a target critic could not be given one.
        warnings.filterwarnings("ignore", message="No target network updater")
        warnings.filterwarnings("ignore", message="To copy construct from a tensor")  # gamma; as in torchrl_impl
        loss = loss_class(torchrl_actor(config, material.space), torchrl_critic(config, material.space))
        loss.set_keys(**loss_keys(config))
        loss.make_value_estimator(**value_estimator_arguments(config))
        load_params_(loss.actor_network_params, state.actor)
        load_params_(loss.target_value_network_params, state.target_critic)
        load_params_(loss.value_network_params, state.critic)  # last: without a target critic they are one
        theirs = td_target(loss, tensordict_of(material.batch))
    ours = reference_target(material._replace(state=state._replace(target_actor=state.actor)))
    assert_same_bits("TD target of a loss built by default", ours, theirs)


def compare_losses(loss_class, material):
    """Both losses, and the value that the critic's is of."""
    learner, batch = learner_with(loss_class, material), tensordict_of(material.batch)
    _, *ours, _ = critic_gradient(material.state, material.batch, material.space, material.config)
    for name, left, right in zip(("critic loss", "value"), ours, critic_gradient_(learner, batch), strict=False):
        assert_same_bits(name, left, right)
    _, loss, _ = actor_gradient(material.state.actor, material.state.critic, material.batch, material.space)
    assert_same_bits("actor loss", loss, actor_gradient_(learner, batch))


def compare_td_error(loss_class, material):
    """The squared TD error [B], which TorchRL writes into the batch for prioritized replay."""
    learner, batch = learner_with(loss_class, material), tensordict_of(material.batch)
    _, metadata = learner.loss.loss_value(batch)
    value = critic(material.state.critic, material.batch.observation, material.batch.action)
    ours = (value - reference_target(material)).square()
    assert_same_bits("td_error written", ours, batch.get("td_error"))
    assert_same_bits("td_error returned", ours, metadata["td_error"])


def compare_weighted_critic_loss(loss_class, material):
    """Weights w of prioritized replay: sum of w (Q - y)^2 over sum of w."""
    learner, batch = learner_with(loss_class, material), tensordict_of(material.batch)
    weight = torch.linspace(0.25, 1.0, len(batch), dtype=material.config.torch_dtype)
    loss, _ = learner.loss.loss_value(batch.set("priority_weight", weight))
    value = critic(material.state.critic, material.batch.observation, material.batch.action)
    error = (value - reference_target(material)).square()
    assert_same_bits("weighted critic loss", (weight * error).sum() / weight.sum(), loss.detach())


def compare_critic_gradient(loss_class, material):
    """The critic's gradient, which no other network receives."""
    learner = learner_with(loss_class, material)
    critic_gradient_(learner, tensordict_of(material.batch))
    grads, *_ = critic_gradient(material.state, material.batch, material.space, material.config)
    assert_same_bits("critic gradient", grads, _grads(learner, "value_network"))
    _assert_alone(learner, "value_network")


def compare_actor_gradient(loss_class, material):
    """The actor's gradient, which no other network receives."""
    learner = learner_with(loss_class, material)
    actor_gradient_(learner, tensordict_of(material.batch))
    grads, *_ = actor_gradient(material.state.actor, material.state.critic, material.batch, material.space)
    assert_same_bits("actor gradient", grads, _grads(learner, "actor_network"))
    _assert_alone(learner, "actor_network")


def _grads(learner, network):
    params = getattr(learner.loss, f"{network}_params")
    return {".".join(key[-2:]): parameter.grad for key, parameter in params.items(True, True)}


def _assert_alone(learner, network):
    for name in {"actor_network", "value_network", "target_actor_network", "target_value_network"} - {network}:
        assert_no_gradient(name, dict(getattr(learner.loss, f"{name}_params").items(True, True)))


COMPARISONS = (
    Comparison("targets", compare_target),
    Comparison("targets", compare_target_by_default),
    Comparison("losses", compare_losses),
    Comparison("losses", compare_td_error),
    Comparison("losses", compare_weighted_critic_loss),
    Comparison("gradients", compare_critic_gradient),
    Comparison("gradients", compare_actor_gradient),
)
"""Lowest rung first."""
