"""Rung: exploration noise and warm-up actions, and the lending of streams that they rest on."""

import pytest
import torch
from tensordict import TensorDict
from torchrl.data import Bounded

from parity_tests.assertions import assert_same_bits, unchanged
from reference.config import Config
from reference.noise import gaussian, uniform
from torchrl_impl import noise as torchrl_noise
from torchrl_impl.streams import lend

RUNG = "noise"

each_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["f32", "f64"])

BOXES = {
    "1_action": ([-2.0], [2.0]),
    "3_actions-asymmetric": ([-2.0, -0.5, -1.0], [1.0, 0.5, 3.0]),
    # torch draws sixteen normal numbers or more by another routine.
    "17_actions": ([-0.4] * 16 + [-3.0], [0.4] * 16 + [1.0]),
}

each_box = pytest.mark.parametrize("box", BOXES.values(), ids=BOXES.keys())


def box_of(box, dtype):
    """Bounds, the spec that states them, and forty actions of a policy: thirty inside, ten at a bound."""
    low, high = (torch.tensor(bound, dtype=dtype) for bound in box)
    share = torch.rand(40, len(low), generator=torch.Generator().manual_seed(1), dtype=dtype)
    share[30:] = share[30:].round()
    return low, high, Bounded(low, high, shape=low.shape, dtype=dtype), low + share * (high - low)


def stream():
    return torch.Generator().manual_seed(3)


@pytest.mark.parametrize("sigma", [0.0, 0.05, 0.3, 3.0])
@each_box
@each_dtype
def test_gaussian_is_torchrls(dtype, box, sigma):
    low, high, spec, actions = box_of(box, dtype)
    module = torchrl_noise.gaussian(Config(noise_sigma=sigma), spec)
    ours_from, theirs_from = stream(), stream()
    with unchanged("input", actions, low, high):
        draws = (torch.randn(len(low), generator=ours_from) for _ in actions)
        ours = [gaussian(action, draw, sigma, low, high) for action, draw in zip(actions, draws, strict=True)]
        with lend(theirs_from):
            theirs = [module(TensorDict({"action": action}))["action"] for action in actions]
    assert_same_bits("action", torch.stack(ours), torch.stack(theirs))
    assert_same_bits("stream", ours_from.get_state(), theirs_from.get_state())
    at_a_bound = torch.stack([(action == low) | (action == high) for action in ours])
    assert at_a_bound.any() and not at_a_bound.all()


@each_box
@each_dtype
def test_uniform_is_torchrls(dtype, box):
    low, high, spec, _ = box_of(box, dtype)
    ours_from, theirs_from = stream(), stream()
    with unchanged("input", low, high):
        ours = [uniform(torch.rand(len(low), generator=ours_from, dtype=dtype), low, high) for _ in range(40)]
        with lend(theirs_from):
            theirs = [torchrl_noise.uniform(spec) for _ in range(40)]
    assert_same_bits("action", torch.stack(ours), torch.stack(theirs))
    assert_same_bits("stream", ours_from.get_state(), theirs_from.get_state())


LOW, HIGH = torch.tensor([-2.0, -2.0, -2.0]), torch.tensor([1.0, 1.0, 1.0])


def test_gaussian_adds_sigma_times_the_draw():
    noisy = gaussian(torch.tensor([0.0, 0.5, -1.0]), torch.tensor([2.0, -4.0, 0.0]), 0.25, LOW, HIGH)
    assert noisy.tolist() == [0.5, -0.5, -1.0]  # by hand: 0 + 2/4, 0.5 - 4/4, -1 + 0


def test_gaussian_clips_to_the_bounds():
    noisy = gaussian(torch.tensor([0.5, -1.5, 1.0]), torch.tensor([4.0, -4.0, 0.0]), 0.25, LOW, HIGH)
    assert noisy.tolist() == [1.0, -2.0, 1.0]  # by hand: 1.5 and -2.5, clipped, and a bound itself


def test_uniform_stretches_the_draw_over_the_box():
    action = uniform(torch.tensor([0.0, 0.5, 0.75]), LOW, HIGH)
    assert action.tolist() == [-2.0, -0.5, 0.25]  # by hand: -2 + 3 * draw


def narrow_boxes():
    """Boxes in which the bounds themselves are rounded, so that arithmetic on them can step outside."""
    ends = torch.randn(2, 1000, generator=torch.Generator().manual_seed(2))
    return ends.amin(0), ends.amax(0)


@pytest.mark.parametrize("draw", [0.0, 1 - 2**-24], ids=["least", "largest"])  # of what torch.rand gives
def test_uniform_stays_in_bounds(draw):
    low, high = narrow_boxes()
    action = uniform(torch.full_like(low, draw), low, high)
    assert ((low <= action) & (action <= high)).all()


@pytest.mark.parametrize("sigma", [0.1, 3.0])
def test_gaussian_stays_in_bounds(sigma):
    low, high = narrow_boxes()
    draw = torch.randn(1000, generator=torch.Generator().manual_seed(5))
    action = gaussian(torch.nextafter(high, high + 1), draw, sigma, low, high)  # as rounding leaves the policy
    assert ((low <= action) & (action <= high)).all()


def test_lend_gives_the_draws_of_the_stream():
    own, lent = stream(), stream()
    expected = torch.rand(5, generator=own), torch.randn(5, generator=own)
    with lend(lent):
        drawn = torch.rand(5), torch.randn(5)
    for left, right in zip(expected, drawn, strict=True):
        assert_same_bits("draw", left, right)


def test_lend_moves_the_stream():
    own, lent = stream(), stream()
    torch.rand(5, generator=own)
    with lend(lent):
        torch.rand(5)
    assert_same_bits("stream", own.get_state(), lent.get_state())


def test_lend_restores_the_callers_global_generator():
    before = torch.get_rng_state()
    with lend(torch.Generator().manual_seed(int(before[0]) + 1)):  # another state, whatever came before
        torch.rand(5)
    assert_same_bits("global generator", torch.get_rng_state(), before)


def draw_and_fail(lent):
    with lend(lent):
        torch.rand(5)
        raise KeyError("inside")


def test_lend_restores_the_callers_global_generator_after_an_exception():
    before = torch.get_rng_state()
    with pytest.raises(KeyError):
        draw_and_fail(stream())
    assert_same_bits("global generator", torch.get_rng_state(), before)


def test_lend_moves_the_stream_also_when_an_exception_leaves():
    own, lent = stream(), stream()
    torch.rand(5, generator=own)
    with pytest.raises(KeyError):
        draw_and_fail(lent)
    assert_same_bits("stream", own.get_state(), lent.get_state())
