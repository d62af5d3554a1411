"""Rungs: every variant's targets, losses, gradients and updates, of both implementations."""

from dataclasses import replace

import pytest
import torch

from harness.difference import leaves
from parity_tests.assertions import assert_no_gradient, assert_same_bits, unchanged
from parity_tests.cases import learner_of
from parity_tests.rungs import rung
from parity_tests.test_update import result
from parity_tests.variants import drawing, each_variant, frames_of, material_of
from reference.state import Batch
from reference.update import actor_gradient, critic_gradient, update
from torchrl_impl import targets as torchrl_targets
from torchrl_impl.optim import clip_by_global_norm_
from torchrl_impl.state import critic_params, named_params, target_critic_params
from torchrl_impl.update import actor_gradient_, critic_gradient_, train_state, update_


def ours_of(material):
    return material.state, material.batch, material.space, material.config


def grads_of(network):
    """Copies of what `.backward()` left, under the reference's keys."""
    return {name: parameter.grad.clone() for name, parameter in named_params(network)}


def assert_only_this_has_a_gradient(learner, network):
    loss = learner.loss
    networks = {
        "actor": loss.actor_network_params,
        "critic": critic_params(loss),
        "target actor": loss.target_actor_network_params,
        "target critic": target_critic_params(loss),
    }
    for name in set(networks) - {network}:
        assert_no_gradient(name, dict(named_params(networks[name])))


@rung("targets")
@each_variant
def test_a_variants_target_is_torchrls(pair):
    material = material_of(*pair)
    learner, frames = learner_of(material), frames_of(material)
    with unchanged("input", material, dict(frames.items(True, True))):
        *_, ours = critic_gradient(*ours_of(material), extra=material.extra)
        with drawing(material):
            theirs = torchrl_targets.td_target(learner.loss, frames)
    assert_same_bits("target", ours, theirs)


@rung("gradients")
@each_variant
def test_a_variants_critic_gradient_is_torchrls(pair):
    material = material_of(*pair)
    learner, frames = learner_of(material), frames_of(material)
    with unchanged("input", material, train_state(learner), dict(frames.items(True, True))):
        grads, *ours = critic_gradient(*ours_of(material), extra=material.extra)
        with drawing(material):
            theirs = critic_gradient_(learner, frames)
    for name, left, right in zip(("critic loss", "value", "target"), ours, theirs, strict=True):
        assert_same_bits(name, left, right)
    assert_same_bits("critic gradient", grads, grads_of(critic_params(learner.loss)))
    assert_only_this_has_a_gradient(learner, "critic")


@rung("gradients")
@each_variant
def test_a_variants_actor_gradient_is_torchrls(pair):
    material = material_of(*pair)
    learner, frames, state = learner_of(material), frames_of(material), material.state
    with unchanged("input", material, train_state(learner), dict(frames.items(True, True))):
        grads, loss, _ = actor_gradient(state.actor, state.critic, material.batch, material.space, extra=material.extra)
        theirs = actor_gradient_(learner, frames)
    assert_same_bits("actor loss", loss, theirs)
    assert_same_bits("actor gradient", grads, grads_of(learner.loss.actor_network_params))
    assert_only_this_has_a_gradient(learner, "actor")


@rung("clipping")
@each_variant
def test_a_variants_gradient_norm_is_torchrls(pair):
    # Gradients that come out of vmap are strided, and a strided norm sums in another order.
    material = material_of(*pair)
    learner = learner_of(material)
    _, metrics = update(material.state, material.indices, *ours_of(material)[1:], extra=material.extra)
    with drawing(material):
        critic_gradient_(learner, frames_of(material))
    norm = clip_by_global_norm_(critic_params(learner.loss), material.config.grad_clip_norm)
    assert_same_bits("critic gradient norm", metrics.critic_grad_norm, norm)


@rung("update")
@pytest.mark.parametrize("order", ["sequential", "simultaneous"])
@each_variant
def test_a_variants_update_is_torchrls(pair, order):
    material = material_of(*pair)
    material = material._replace(config=replace(material.config, update_order=order))
    learner, frames = learner_of(material), frames_of(material)
    with unchanged("input", material, dict(frames.items(True, True))):
        ours = update(material.state, material.indices, *ours_of(material)[1:], extra=material.extra)
        with drawing(material):
            metrics = update_(learner, material.indices, frames, material.config)
    assert_same_bits("update", result(*ours), result(train_state(learner), metrics))


@rung("update")
@pytest.mark.parametrize("shape", ["f32-b7-3_actions-large_rewards", "f64-b5-2_actions-small_rewards"])
@pytest.mark.parametrize("variant", ["td3", "policy_delay-waits", "paper", "all"])
def test_thirty_updates_of_a_variant_are_torchrls(variant, shape):
    material = material_of(variant, shape)
    learner, state = learner_of(material), material.state
    for _ in range(30):
        state, ours = update(state, material.indices, *ours_of(material)[1:], extra=material.extra)
        with drawing(material):
            theirs = update_(learner, material.indices, frames_of(material), material.config)
        assert_same_bits("update", result(state, ours), result(train_state(learner), theirs))


@rung("update")
@each_variant
def test_a_variant_moves_what_it_should(pair):
    material = material_of(*pair)
    state, metrics = update(material.state, material.indices, *ours_of(material)[1:], extra=material.extra)
    waits = pair[0] == "policy_delay-waits"
    for name in ("actor", "target_actor", "target_critic", "actor_adam"):
        assert (getattr(state, name) is getattr(material.state, name)) == waits, name
    assert metrics.actor_loss.isnan() == metrics.actor_grad_norm.isnan() == waits
    assert state.critic_adam.step == 8  # by hand: a case starts at seven


@rung("update")
@pytest.mark.parametrize("variant", ["td3", "all", "n_step", "layer_norm"])
def test_the_order_of_rows_does_not_matter_to_a_variant(variant):
    material = material_of(variant, "f64-b5-2_actions-small_rewards")
    rows = torch.tensor([3, 0, 4, 1, 2])
    extra = type(material.extra)(*(None if column is None else column[rows] for column in material.extra))
    batch = Batch(*(column[rows] for column in material.batch))
    arguments = (material.space, material.config)
    expected, _ = update(material.state, material.indices, material.batch, *arguments, extra=material.extra)
    found, _ = update(material.state, material.indices, batch, *arguments, extra=extra)
    found = dict(leaves("state", found))
    for path, value in leaves("state", expected):
        if isinstance(value, torch.Tensor):
            assert (found[path] - value).abs().max() <= 1e-12 * value.abs().max(), path
