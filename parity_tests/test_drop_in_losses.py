"""What both drop-in losses share with the classes they replace, to the bit: outputs, what is written, gradients."""

import inspect
from unittest.mock import patch

import pytest
import torch
from tensordict import TensorDict
from torchrl.objectives import ValueEstimators
from torchrl.objectives.value import TD0Estimator

from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_losses import (
    DDPG,
    TD3,
    Keys,
    assert_alike,
    batch,
    disturb_targets,
    loss,
    networks,
    pair,
    parameters,
    results,
    state,
)

each_swap = pytest.mark.parametrize("swap", [DDPG, TD3], ids=repr)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
NESTED = Keys("obs", ("agent", "act"), ("agent", "q"), "gain", ("ends", "terminated"), ("ends", "done"), "surprise")
PLAIN = Keys("seen", "move", "q", "gain", "ended", "over", "surprise")

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


def typed(dtype, **options):
    """Networks of a precision, as `parts` of a pair."""
    return networks(dtype=getattr(torch, dtype), **options)


@each_dtype
@each_swap
@pytest.mark.parametrize("rows", [1, 2, 31])
@pytest.mark.parametrize("reward_scale", [1e-3, 1.0, 1e3])
def test_one_step_loss_is_the_original(swap, dtype, rows, reward_scale):
    gamma = torch.tensor(0.9, dtype=getattr(torch, dtype))
    both = pair(swap, parts=typed(dtype), estimator={"gamma": gamma})
    assert_alike(swap, both, batch(rows, dtype=dtype, reward_scale=reward_scale))


@each_swap
@pytest.mark.parametrize("flags", ["none", "terminated", "truncated", "both"])
def test_one_step_loss_of_a_single_row_is_the_original(swap, flags):
    assert_alike(swap, pair(swap), batch(1, flags=flags))


@each_swap
@pytest.mark.parametrize("dtype, of_gamma", [("float32", torch.float64), ("float64", torch.float32)])
def test_gamma_of_another_precision_counts_as_in_the_original(swap, dtype, of_gamma):
    both = pair(swap, parts=typed(dtype), estimator={"gamma": torch.tensor(0.9, dtype=of_gamma)})
    assert_alike(swap, both, batch(dtype=dtype))


@each_dtype
@each_swap
@pytest.mark.parametrize("kind", [ValueEstimators.TD0, ValueEstimators.TD1, ValueEstimators.TDLambda])
def test_value_estimator_counts_as_in_the_original(swap, kind, dtype):
    both = pair(swap, parts=typed(dtype), estimator={"value_type": kind, "gamma": 0.8})
    assert_alike(swap, both, batch(20, shape=(4, 5), dtype=dtype))


@each_swap
def test_average_rewards_count_as_in_the_original(swap):
    both = pair(swap, estimator={"gamma": 0.9, "average_rewards": True})
    original, replacement = (computed(made, batch()) for made in both)
    assert_same_bits("outputs", replacement, original)


@each_swap
@pytest.mark.parametrize("kind", [ValueEstimators.GAE, ValueEstimators.VTrace])
def test_unsupported_value_estimator_is_refused_like_by_the_original(swap, kind):
    for cls in (swap.original, swap.replacement):
        with pytest.raises(NotImplementedError):
            loss(swap, cls).make_value_estimator(kind)


@each_swap
def test_estimator_object_counts_with_its_own_keys_and_gamma(swap):
    both = pair(swap)
    for made in both:
        network = made.actor_critic if swap is DDPG else None
        estimator = TD0Estimator(gamma=0.5, value_network=network)
        estimator.set_keys(reward="bonus", value="state_action_value")
        made.make_value_estimator(estimator)
    frames = batch()
    frames.set(("next", "bonus"), frames["next", "reward"] + 1)
    assert_alike(swap, both, frames)


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
@pytest.mark.parametrize("reduction", ["none", "sum", "mean", None])
@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
def test_reduction_is_the_originals(swap, reduction, weighted):
    frames = batch()
    if weighted:
        frames.set("priority_weight", torch.linspace(0.25, 1.0, len(frames)))
    both = pair(swap, reduction=reduction)
    if reduction == "none":
        original, replacement = (computed(made, frames) for made in both)
        assert_same_bits("outputs", replacement, original)
    else:
        assert_alike(swap, both, frames)


def computed(made, frames):
    """The outputs of a loss, detached, with its draws from a seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        return {name: value.detach() for name, value in made(frames.clone()).items()}


@each_swap
def test_weights_count_only_where_the_original_counts_them(swap):
    frames = batch().set("priority_weight", torch.linspace(0.25, 1.0, 12))
    assert_alike(swap, pair(swap, use_prioritized_weights=False), frames)


@each_swap
@pytest.mark.parametrize("mask_key", ["auto", "valid", None])
@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
def test_masks_leave_out_what_the_original_leaves_out(swap, mask_key, weighted):
    frames, both = batch(), pair(swap)
    frames.set(("collector", "mask"), torch.arange(12).remainder(3) > 0)
    frames.set("valid", torch.arange(12) < 5)
    if weighted:
        frames.set("priority_weight", torch.linspace(0.25, 1.0, 12))
    for made in both:
        made.loss_mask_key = mask_key
    assert_alike(swap, both, frames)


@each_dtype
@each_swap
@pytest.mark.parametrize("function", ["l2", "l1", "smooth_l1"])
def test_loss_function_is_the_originals(swap, function, dtype):
    assert_alike(swap, pair(swap, parts=typed(dtype), loss_function=function), batch(dtype=dtype))


@each_swap
def test_rows_that_span_several_steps_are_discounted_as_by_the_original(swap):
    frames = batch()
    frames.set("steps_to_next_obs", torch.arange(12).remainder(4).add(1).unsqueeze(-1))
    assert_alike(swap, pair(swap), frames)


@each_swap
def test_networks_that_drop_units_take_the_originals_draws(swap):
    parts = networks(dropout=0.5)
    both = pair(swap, parts=parts)
    if swap is TD3:
        for made in both:
            made.set_vmap_randomness("different")
    assert_alike(swap, both, batch())


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
    moved = [key for key, value in state(made).items() if "params.module" in key and not same(value, before[key])]
    assert any(key.startswith("actor_network") for key in moved)
    assert any(key.startswith(swap.critic) for key in moved)


def same(left, right):
    return torch.equal(left, right)


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


@each_swap
def test_batch_without_dimensions_is_computed_as_by_the_original(swap):
    frames = TensorDict(batch()[0].to_dict(), [])
    assert_alike(swap, pair(swap), frames)


@each_swap
def test_loss_moved_to_another_precision_is_the_original(swap):
    both = pair(swap)
    for made in both:
        made.to(torch.float64)
    assert_alike(swap, both, batch(dtype="float64"))


@each_swap
def test_compiled_drop_in_has_the_bits_of_the_uncompiled_one(swap):
    # Without a code generator: with one, the last bits of TorchRL's own losses are others than uncompiled, too.
    made = loss(swap, swap.replacement)
    expected = computed(made, batch())
    found = computed(torch.compile(made, backend="aot_eager", fullgraph=True), batch())
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
