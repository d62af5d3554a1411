"""Rung: clipping by the global norm."""

import pytest
import torch
from tensordict import TensorDict
from tensordict.nn import TensorDictParams

from parity_tests.assertions import assert_same_bits, unchanged
from reference.optim import clip_by_global_norm
from torchrl_impl.optim import clip_by_global_norm_

RUNG = "clipping"

SHAPES = {"0.weight": (17, 5), "0.bias": (17,), "2.weight": (1, 17), "2.bias": (1,)}

each_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["f32", "f64"])
each_scale = pytest.mark.parametrize("scale", [1e-10, 1e-3, 1.0, 1e6], ids=str)

THRESHOLDS = {"above": 0.5, "just_above": 1 - 1e-6, "at": 1.0, "just_below": 1 + 1e-6, "below": 2.0}
"""Where the norm lies: the largest norm allowed, in units of it."""

each_threshold = pytest.mark.parametrize("threshold", THRESHOLDS.values(), ids=THRESHOLDS.keys())


def gradients(dtype, scale):
    generator = torch.Generator().manual_seed(11)
    return {name: scale * torch.randn(shape, generator=generator, dtype=dtype) for name, shape in SHAPES.items()}


def network_with(grads):
    """A network of TorchRL's form with these gradients in `.grad`."""
    zeros = {name: torch.zeros_like(value) for name, value in grads.items()}
    network = TensorDictParams(TensorDict(zeros).unflatten_keys("."))
    for key, parameter in network.items(True, True):
        parameter.grad = grads[".".join(key)].clone()
    return network


def clipped_by_torchrl(grads, max_norm):
    network = network_with(grads)
    norm = clip_by_global_norm_(network, max_norm)
    return {".".join(key): parameter.grad for key, parameter in network.items(True, True)}, norm


def compare(grads, max_norm):
    with unchanged("gradient", grads):
        ours, norm = clip_by_global_norm(grads, max_norm)
    theirs, torchrl_norm = clipped_by_torchrl(grads, max_norm)
    assert_same_bits("clipped", ours, theirs)
    assert_same_bits("norm", norm, torchrl_norm)


@each_threshold
@each_scale
@each_dtype
def test_clipping_is_torchs(dtype, scale, threshold):
    grads = gradients(dtype, scale)
    norm = torch.cat([value.flatten() for value in grads.values()]).norm().item()
    compare(grads, threshold * norm)


@each_scale
@each_dtype
def test_without_clipping_the_norm_is_torchs(dtype, scale):
    compare(gradients(dtype, scale), None)


@each_dtype
def test_a_zero_gradient_is_clipped_as_by_torch(dtype):
    compare(gradients(dtype, 0.0), 1.0)


TRIANGLE = {"0.weight": torch.tensor([[3.0]], dtype=torch.float64), "0.bias": torch.tensor([4.0], dtype=torch.float64)}

SIDES = {"reference": clip_by_global_norm, "torchrl": clipped_by_torchrl}

each_side = pytest.mark.parametrize("clip", SIDES.values(), ids=SIDES.keys())


def clipped_triangle(clip, max_norm):
    grads, norm = clip(TRIANGLE, max_norm)
    return [f"{value.item():.8f}" for value in (*grads.values(), norm)]


@each_side
def test_a_long_gradient_is_scaled_down_and_its_norm_told_as_it_was(clip):
    # by hand: 3, 4 and their norm 5; each times 1 / 5.000001
    assert clipped_triangle(clip, 1.0) == ["0.59999988", "0.79999984", "5.00000000"]


@each_side
def test_a_gradient_at_the_threshold_is_scaled_by_the_guard_against_zero(clip):
    # by hand: each times 5 / 5.000001
    assert clipped_triangle(clip, 5.0) == ["2.99999940", "3.99999920", "5.00000000"]


@each_side
def test_a_short_gradient_is_left_as_it_is(clip):
    assert clipped_triangle(clip, 6.0) == ["3.00000000", "4.00000000", "5.00000000"]


@each_side
def test_none_leaves_a_gradient_as_it_is(clip):
    assert clipped_triangle(clip, None) == ["3.00000000", "4.00000000", "5.00000000"]
