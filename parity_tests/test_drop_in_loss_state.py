"""Both drop-in losses are saved, loaded, trained, moved and compiled as the classes they replace."""

from unittest.mock import patch

import pytest
import torch

from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_losses import (
    assert_alike,
    batch,
    computed,
    disturb_targets,
    each_swap,
    loss,
    pair,
    parameters,
    results,
    state,
)

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


@each_swap
def test_reset_parameters_are_the_originals(swap):
    both = pair(swap)
    for made in both:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(8)
            made.reset_parameters_recursive()
    assert_same_bits("state", state(both[1]), state(both[0]))


@each_swap
def test_state_of_the_original_loads_into_the_replacement_and_back(swap):
    original, replacement = pair(swap)
    first, second = (loss(swap, cls, seed=99) for cls in (swap.original, swap.replacement))
    for made in (first, second):
        made.make_value_estimator(gamma=0.5)
    assert second.load_state_dict(original.state_dict()) == first.load_state_dict(replacement.state_dict())
    assert_alike(swap, (original, second), batch())
    assert_alike(swap, (first, replacement), batch())


@each_swap
def test_state_has_the_originals_entries(swap):
    original, replacement = pair(swap)
    assert_same_bits("state", state(replacement), state(original))


@each_swap
def test_training_moves_every_parameter_as_the_original_does(swap):
    both = pair(swap)
    for made in both:
        train(swap, made)
    assert_same_bits("state", state(both[1]), state(both[0]))


@each_swap
def test_training_works_without_the_parents_arithmetic(swap):
    made = loss(swap, swap.replacement)
    before = state(made)

    def refuse(*_):
        raise AssertionError("the parent's arithmetic was used")

    actor_method, critic_method = swap.methods
    with patch.multiple(swap.original, **{actor_method: refuse, critic_method: refuse}):
        train(swap, made)
    moved = [
        key for key, value in state(made).items() if "params.module" in key and not torch.equal(value, before[key])
    ]
    assert any(key.startswith("actor_network") for key in moved)
    assert any(key.startswith(swap.critic) for key in moved)


def train(swap, made, steps=5):
    """Critic first, then the actor, by Adam; the targets follow by hand."""
    optimizers = {
        network: torch.optim.Adam(parameters(made, network).values(), lr=1e-2)
        for network in ("actor_network", swap.critic)
    }
    actor_method, critic_method = swap.methods
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(6)
        for step in range(steps):
            frames = batch(8 + step)
            for network, method in ((swap.critic, critic_method), ("actor_network", actor_method)):
                optimizers[network].zero_grad()
                getattr(made, method)(frames)[0].backward()
                optimizers[network].step()
            follow(made)


def follow(made):
    """Targets move a tenth of the way."""
    for name, child in made.named_children():
        if name.startswith("target_"):
            online = getattr(made, name.removeprefix("target_"))
            for key, value in child.items(True, True):
                value.data.lerp_(online.get(key).data, 0.1)


@each_swap
def test_loss_moved_to_another_precision_is_the_original(swap):
    both = pair(swap)
    for made in both:
        made.to(torch.float64)
    assert_alike(swap, both, batch(dtype="float64"))


@each_swap
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")
def test_compiled_drop_in_has_the_bits_of_the_uncompiled_one(swap):
    # Traced whole, and run as it is: generated code has other last bits, in the original as well.
    made = loss(swap, swap.replacement)
    expected = computed(made, batch())
    found = computed(torch.compile(made, backend="eager", fullgraph=True), batch())
    assert_same_bits("outputs", {key: found[key] for key in expected}, expected)


@each_swap
def test_building_and_computing_leave_settings_alone(swap):
    made = loss(swap, swap.replacement)
    disturb_targets(made)
    before = settings()
    results(swap, made, batch())
    loss(swap, swap.replacement)
    assert settings() == before


def settings():
    """What is common to the process."""
    generator = torch.random.get_rng_state().tolist()
    return torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled(), generator
