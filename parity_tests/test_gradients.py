"""Rung: the gradient of each loss, and whom it does not reach."""

import pytest
import torch

from parity_tests.assertions import assert_no_gradient, assert_same_bits, unchanged
from parity_tests.cases import CASES, build, each_case, learner_of
from reference.losses import actor_loss, critic_loss
from reference.networks import actor, critic
from reference.optim import gradient
from reference.targets import td_target, terminal
from reference.update import actor_gradient, critic_gradient
from torchrl_impl.state import tensordict_of
from torchrl_impl.update import actor_gradient_, critic_gradient_, train_state

RUNG = "gradients"


def grads_of(network):
    """What `.backward()` left, under the reference's keys."""
    return {".".join(key[-2:]): parameter.grad for key, parameter in network.items(True, True)}


def assert_no_gradient_but_for(learner, network):
    """None of a loss module's four networks but `network` received a gradient."""
    names = "actor_network", "value_network", "target_actor_network", "target_value_network"
    for name in set(names) - {network}:
        assert_no_gradient(name, dict(getattr(learner.loss, f"{name}_params").items(True, True)))


@each_case
def test_critic_gradient_is_torchrls(material):
    learner, batch = learner_of(material), tensordict_of(material.batch)
    inputs = material.state, material.batch, train_state(learner), dict(batch.items(True, True))
    with unchanged("input", *inputs):
        grads, *ours = critic_gradient(material.state, material.batch, material.space, material.config)
        theirs = critic_gradient_(learner, batch)
    assert_same_bits("critic gradient", grads, grads_of(learner.loss.value_network_params))
    for name, left, right in zip(("critic loss", "value", "target"), ours, theirs, strict=True):
        assert_same_bits(name, left, right)


@each_case
def test_actor_gradient_is_torchrls(material):
    learner, batch = learner_of(material), tensordict_of(material.batch)
    state, inputs = (
        material.state,
        (material.state, material.batch, train_state(learner), dict(batch.items(True, True))),
    )
    with unchanged("input", *inputs):
        grads, loss, _ = actor_gradient(state.actor, state.critic, material.batch, material.space)
        torchrl_loss = actor_gradient_(learner, batch)
    assert_same_bits("actor gradient", grads, grads_of(learner.loss.actor_network_params))
    assert_same_bits("actor loss", loss, torchrl_loss)


@each_case
def test_torchrls_critic_loss_reaches_the_critic_alone(material):
    learner = learner_of(material)
    critic_gradient_(learner, tensordict_of(material.batch))
    assert_no_gradient_but_for(learner, "value_network")


@each_case
def test_torchrls_actor_loss_reaches_the_actor_alone(material):
    learner = learner_of(material)
    actor_gradient_(learner, tensordict_of(material.batch))
    assert_no_gradient_but_for(learner, "actor_network")


@pytest.mark.parametrize("function", [critic_gradient_, actor_gradient_], ids=["critic", "actor"])
def test_torchrls_gradient_is_that_of_its_last_batch_alone(function):
    material = build(CASES["f32-b5-mixed-small_rewards"])
    once, twice, batch = learner_of(material), learner_of(material), tensordict_of(material.batch)
    function(once, batch)
    function(twice, batch * 2)
    function(twice, batch)
    name = "value_network_params" if function is critic_gradient_ else "actor_network_params"
    assert_same_bits("gradient", grads_of(getattr(once.loss, name)), grads_of(getattr(twice.loss, name)))


def networks_of(state):
    return {name: getattr(state, name) for name in ("actor", "critic", "target_actor", "target_critic")}


def as_leaves(state):
    """The same state, but each parameter asks for a gradient, as a module's would."""
    leaves = {
        name: {key: value.clone().requires_grad_() for key, value in params.items()}
        for name, params in networks_of(state).items()
    }
    return state._replace(**leaves)


def reached(loss, state):
    """The networks of `state` that the graph of `loss` leads to."""
    found = {
        name: torch.autograd.grad(loss, list(params.values()), retain_graph=True, allow_unused=True)
        for name, params in networks_of(state).items()
    }
    return {name for name, grads in found.items() if any(grad is not None for grad in grads)}


@each_case
def test_critic_loss_leads_to_the_critic_alone(material):
    state, batch = as_leaves(material.state), material.batch
    next_action = actor(state.target_actor, batch.next_observation, material.space)
    next_value = critic(state.target_critic, batch.next_observation, next_action)
    ends = terminal(batch, material.config.truncation_is_terminal)
    target = td_target(batch.reward, ends, next_value, material.config.gamma)
    loss = critic_loss(critic(state.critic, batch.observation, batch.action), target)
    assert reached(loss, state) == {"critic"}


@each_case
def test_critic_gradient_leaves_no_gradient_behind(material):
    state = as_leaves(material.state)
    grads, *rest = critic_gradient(state, material.batch, material.space, material.config)
    assert_no_gradient("state", networks_of(state))
    assert not any(value.requires_grad for value in (*grads.values(), *rest))


@each_case
def test_actor_gradient_leaves_no_gradient_behind(material):
    state = as_leaves(material.state)
    grads, *rest = actor_gradient(state.actor, state.critic, material.batch, material.space)
    assert_no_gradient("state", networks_of(state))
    assert not any(value.requires_grad for value in (*grads.values(), *rest))


def losses_of(material):
    """Each network's loss as a function of its parameters, with the parameters to try it at."""
    state, batch, space = material.state, material.batch, material.space

    def of_critic(phi):
        value = critic(phi, batch.observation, batch.action)
        return critic_loss(value, batch.reward.to(value.dtype)), value

    def of_actor(theta):
        value = critic(state.critic, batch.observation, actor(theta, batch.observation, space))
        return actor_loss(value), value

    return {"critic": (of_critic, state.critic), "actor": (of_actor, state.actor)}


@each_case
def test_gradient_is_that_of_torch_func(material):
    for name, (loss, params) in losses_of(material).items():
        ours = gradient(loss, params)
        grads, (value, extra) = torch.func.grad_and_value(loss, has_aux=True)(params)
        assert_same_bits(f"{name} gradient", ours[0], grads)
        assert_same_bits(f"{name} loss", ours[1], value)
        assert_same_bits(f"{name} value", ours[2], extra)


@each_case
def test_gradient_leaves_the_parameters_as_they_were(material):
    for loss, params in losses_of(material).values():
        with unchanged("parameters", params):
            gradient(loss, params)
        assert not any(value.requires_grad for value in params.values())


def test_gradient_of_a_square():
    params = {"x": torch.tensor([3.0, -1.0])}
    grads, value, extra = gradient(lambda at: (at["x"].square().sum(), at["x"] + 1), params)
    # by hand: 2x, 9 + 1, and x + 1
    assert (grads["x"].tolist(), value.item(), extra.tolist()) == ([6.0, -2.0], 10.0, [4.0, 0.0])
