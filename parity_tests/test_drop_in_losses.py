"""What both drop-in losses compute is, to the bit, what the classes they replace compute and write."""

import pytest
import torch
from tensordict import TensorDict
from torchrl.objectives import ValueEstimators
from torchrl.objectives.value import TD0Estimator

from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_losses import (
    DDPG,
    TD3,
    assert_alike,
    batch,
    computed,
    each_dtype,
    each_swap,
    loss,
    networks,
    pair,
    typed,
)

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


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
def test_batch_without_dimensions_is_computed_as_by_the_original(swap):
    frames = TensorDict(batch()[0].to_dict(), [])
    assert_alike(swap, pair(swap), frames)
