"""Rung: the gradient of the sum that TorchRL's own recipe takes, which is not the gradient of its losses."""

import pytest
import torch

from harness.difference import first_difference
from parity_tests.assertions import assert_same_bits
from parity_tests.cases import each_case, learner_of
from parity_tests.rungs import rung
from parity_tests.studies.pred_value_run import PARTS, recipe_critic_loss
from parity_tests.test_gradients import grads_of
from reference.losses import critic_loss
from reference.update import actor_gradient, critic_gradient
from torchrl_impl.state import tensordict_of
from torchrl_impl.update import actor_gradient_, critic_gradient_


def recipe_learner(material):
    """TorchRL's objects after the recipe's backward pass."""
    learner = learner_of(material)
    learner.loss(tensordict_of(material.batch)).sum(reduce=True).backward()
    return learner


@rung("gradients")
@each_case
def test_recipe_loss_has_the_gradient_of_torchrls_recipe(material):
    # With it the study trains, on the reference's side alone.
    learner = recipe_learner(material)
    grads, *_ = critic_gradient(material.state, material.batch, material.space, material.config, PARTS["recipe"])
    assert_same_bits("critic gradient", grads, grads_of(learner.loss.value_network_params))
    grads, *_ = actor_gradient(material.state.actor, material.state.critic, material.batch, material.space)
    assert_same_bits("actor gradient", grads, grads_of(learner.loss.actor_network_params))


@each_case
def test_one_batch_shows_that_torchrls_recipe_has_another_critic_gradient(material):
    recipe, right = recipe_learner(material), learner_of(material)
    critic_gradient_(right, tensordict_of(material.batch))
    found = first_difference(
        "critic gradient", grads_of(right.loss.value_network_params), grads_of(recipe.loss.value_network_params)
    )
    assert found is not None, "DDPGLoss no longer returns pred_value with its gradient: take the page back"


@rung("gradients")
@each_case
def test_losses_alone_are_what_torchrls_recipe_should_sum(material):
    # The patch that the page proposes for the recipe.
    patched, right = learner_of(material), learner_of(material)
    td_loss = patched.loss(tensordict_of(material.batch))
    (td_loss["loss_actor"] + td_loss["loss_value"]).backward()
    critic_gradient_(right, tensordict_of(material.batch))
    actor_gradient_(right, tensordict_of(material.batch))
    for name in ("value_network_params", "actor_network_params"):
        assert_same_bits(name, grads_of(getattr(right.loss, name)), grads_of(getattr(patched.loss, name)))


@pytest.mark.parametrize("batch_size", [32, 128, 256])
def test_recipe_loss_regresses_on_a_target_lower_by_half_the_batch(batch_size):
    generator = torch.Generator().manual_seed(0)
    # Whole numbers and a power of two: nothing is rounded, so algebra's equality is one of bits.
    value, target = torch.randint(-9, 9, (2, batch_size), generator=generator).double()
    value.requires_grad_()
    (recipe,) = torch.autograd.grad(recipe_critic_loss(value, target), value)
    (right,) = torch.autograd.grad(critic_loss(value, target - batch_size / 2), value)
    assert_same_bits("gradient", recipe, right)
