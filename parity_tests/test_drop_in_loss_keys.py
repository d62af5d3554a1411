"""Both drop-in losses are built, told of keys, called and read as the classes they replace."""

import inspect

import pytest
import torch
from torchrl.objectives import ValueEstimators

from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_losses import Keys, assert_alike, batch, each_swap, pair

NESTED = Keys("obs", ("agent", "act"), ("agent", "q"), "gain", ("ends", "terminated"), ("ends", "done"), "surprise")
PLAIN = Keys("seen", "move", "q", "gain", "ended", "over", "surprise")

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


@each_swap
@pytest.mark.parametrize("keys", [PLAIN, NESTED], ids=["plain", "nested"])
@pytest.mark.parametrize("kind", [ValueEstimators.TD0, ValueEstimators.TDLambda])
def test_custom_keys_are_read_and_written_as_by_the_original(swap, keys, kind):
    both = pair(swap, keys=keys, estimator={"value_type": kind, "gamma": 0.9})
    assert_alike(swap, both, batch(20, keys=keys, shape=(4, 5)))


@each_swap
def test_keys_set_after_the_estimator_are_read_as_by_the_original(swap):
    both = pair(swap)
    for made in both:
        made.set_keys(reward="gain", terminated="done", priority="surprise")
    frames = batch().rename_key_(("next", "reward"), ("next", "gain"))
    assert_alike(swap, both, frames)


@each_swap
def test_keyword_tensors_give_what_the_original_gives(swap):
    original, replacement = (by_keywords(made) for made in pair(swap))
    assert len(original) == 6
    assert_same_bits("outputs in order", replacement, original)


@each_swap
def test_selected_outputs_are_those_of_the_original(swap):
    both = pair(swap)
    for made in both:
        made.select_out_keys(swap.critic_loss, "loss_actor")
    original, replacement = (by_keywords(made) for made in both)
    assert len(original) == 2
    assert_same_bits("outputs in order", replacement, original)


def by_keywords(made):
    """What a loss returns for tensors instead of a TensorDict: its outputs in order."""
    tensors = {"_".join(k) if isinstance(k, tuple) else k: v for k, v in batch().items(True, True)}
    del tensors["next_truncated"]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        return {str(place): value.detach() for place, value in enumerate(made(**tensors))}


@each_swap
def test_constructor_is_the_originals(swap):
    assert inspect.signature(swap.replacement) == inspect.signature(swap.original)


@each_swap
@pytest.mark.parametrize("keys", [Keys(), NESTED], ids=["default", "nested"])
def test_keys_in_and_out_are_the_originals(swap, keys):
    original, replacement = pair(swap, keys=keys)
    assert sorted(map(str, replacement.in_keys)) == sorted(map(str, original.in_keys))
    assert replacement.out_keys == original.out_keys
    assert replacement.tensor_keys.__dict__ == original.tensor_keys.__dict__


@each_swap
def test_drop_in_declares_its_own_outputs(swap):
    # Inherited ones cannot be selected from before an original was built: TorchRL makes a property of them then.
    assert "out_keys" in vars(swap.replacement)


@each_swap
def test_direct_calls_return_what_the_originals_return(swap):
    both, frames = pair(swap), batch()
    for method in swap.methods:
        found = []
        for made in both:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(4)
                value, metadata = getattr(made, method)(frames.clone())
            found.append({"loss": value.detach(), **{k: v.detach() for k, v in sorted(metadata.items())}})
        assert_same_bits(method, found[1], found[0])
