"""Rung: the soft update of the targets."""

import warnings

import pytest
import torch
from torchrl.objectives import SoftUpdate

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.cases import CASES, build, learner_of
from reference.soft_update import soft_update
from torchrl_impl.soft_update import soft_update_
from torchrl_impl.state import load_params_, target_critic_params
from torchrl_impl.update import train_state

RUNG = "soft update"

DTYPES = {"f32": "f32-b1-none", "f64": "f64-b1-terminated"}
"""A case of each precision; the batch plays no part."""

each_dtype = pytest.mark.parametrize("name", DTYPES.values(), ids=DTYPES.keys())
each_tau = pytest.mark.parametrize("tau", [1e-3, 0.005, 0.5, 1.0])


def material_of(name, tau):
    return build(CASES[name]._replace(tau=tau))


def drift(params, generator):
    """The online network after one more step of some optimiser."""
    return {
        key: value + 0.1 * torch.randn(value.shape, generator=generator, dtype=value.dtype)
        for key, value in params.items()
    }


def weight(tau):
    """As update.py hands it over."""
    return 1.0 - (1.0 - tau)


@each_tau
@each_dtype
def test_soft_update_is_torchrls(name, tau):
    material = material_of(name, tau)
    state, learner = material.state, learner_of(material)
    with unchanged("input", state):
        ours = {
            "actor": soft_update(state.target_actor, state.actor, weight(tau)),
            "critic": soft_update(state.target_critic, state.critic, weight(tau)),
        }
    soft_update_(learner.updater)
    theirs = train_state(learner)
    assert_same_bits("target", ours, {"actor": theirs.target_actor, "critic": theirs.target_critic})


@each_tau
@each_dtype
def test_a_hundred_soft_updates_are_torchrls(name, tau):
    material = material_of(name, tau)
    learner, generator = learner_of(material), torch.Generator().manual_seed(12)
    target, online = material.state.target_critic, material.state.critic
    for number in range(1, 101):
        online = drift(online, generator)
        target = soft_update(target, online, weight(tau))
        load_params_(learner.loss.value_network_params, online)
        soft_update_(learner.updater)
        assert_same_bits(f"target after {number}", target, train_state(learner).target_critic)


@each_dtype
def test_torchrls_soft_update_leaves_the_online_networks_alone(name):
    material = material_of(name, 0.5)
    learner = learner_of(material)
    soft_update_(learner.updater)
    after = train_state(learner)
    assert_same_bits("actor", after.actor, material.state.actor)
    assert_same_bits("critic", after.critic, material.state.critic)


def test_tau_is_the_weight_of_the_online_parameters():
    new = soft_update({"x": torch.tensor([0.0, 10.0])}, {"x": torch.tensor([8.0, -10.0])}, 0.25)
    assert new["x"].tolist() == [2.0, 5.0]  # by hand: 0 + (8 - 0)/4, 10 + (-10 - 10)/4


def test_a_tau_of_one_copies_the_online_parameters():
    online = material_of("f32-b1-none", 1.0).state.critic
    target = {name: torch.zeros_like(value) for name, value in online.items()}
    assert_same_bits("target", soft_update(target, online, weight(1.0)), online)


@each_tau
def test_soft_update_is_the_textbooks_to_rounding(tau):
    state = material_of("f64-b1-terminated", tau).state
    ours = soft_update(state.target_critic, state.critic, weight(tau))
    for name, value in ours.items():
        textbook = tau * state.critic[name] + (1 - tau) * state.target_critic[name]
        assert (value - textbook).abs().max() <= 1e-12 * textbook.abs().max()


def by_tau_itself(name, tau):
    """The reference's target for the weight tau, and TorchRL's."""
    material = material_of(name, tau)
    learner, state = learner_of(material), material.state
    soft_update_(learner.updater)
    return soft_update(state.target_critic, state.critic, tau), train_state(learner).target_critic


@pytest.mark.parametrize("tau", [1e-3, 0.005])
def test_in_float64_tau_itself_is_another_weight_than_torchrls(tau):
    # The reason why update.py hands over 1 - (1 - tau); when this fails, it can hand over tau.
    ours, theirs = by_tau_itself("f64-b1-terminated", tau)
    assert any(not torch.equal(ours[name], theirs[name]) for name in ours)


@pytest.mark.parametrize("tau", [1e-3, 0.005])
def test_in_float32_tau_itself_is_the_same_weight_as_torchrls(tau):
    assert_same_bits("target", *by_tau_itself("f32-b1-none", tau))


@each_tau
@each_dtype
def test_soft_update_tensor_by_tensor_has_the_bits_of_torchrls_nested_step(name, tau):
    material = material_of(name, tau)
    flat, nested = learner_of(material), learner_of(material)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Found an eps value < 0.5|Updated already")
        updater = SoftUpdate(nested.loss, tau=tau)
    load_params_(nested.loss.target_actor_network_params, material.state.target_actor)
    load_params_(target_critic_params(nested.loss), material.state.target_critic)
    for _ in range(3):
        soft_update_(flat.updater)
        updater.step()
    ours, theirs = train_state(flat), train_state(nested)
    for network in ("target_actor", "target_critic"):
        assert_same_bits(network, getattr(ours, network), getattr(theirs, network))
