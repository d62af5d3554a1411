"""Rung: exploration, for any number of actions, bounds, precisions and sigma."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from tensordict import TensorDict
from torchrl.data import Bounded

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.strategies import DTYPES, boxes, dtypes, examples, seeds
from reference.config import Config
from reference.noise import gaussian, uniform
from torchrl_impl import noise as torchrl_noise
from torchrl_impl.streams import lend

RUNG = "noise"

sigmas = st.just(0.0) | st.floats(-3, 2).map(lambda exponent: 10.0**exponent)


@st.composite
def bounds(draw):
    """Low and high: [A], of either precision."""
    dtype = DTYPES[draw(dtypes)]
    return tuple(torch.tensor(bound, dtype=dtype) for bound in draw(boxes(draw(st.integers(1, 8)))))


def spec_of(low, high):
    return Bounded(low, high, shape=low.shape, dtype=low.dtype)


def policy(low, high, seed):
    """An action inside the box, now and then at a bound."""
    share = torch.rand(low.shape, generator=torch.Generator().manual_seed(seed), dtype=low.dtype)
    return low + (1.5 * share - 0.25).clamp(0, 1) * (high - low)


def streams(seed):
    return torch.Generator().manual_seed(seed), torch.Generator().manual_seed(seed)


@examples(60)
@given(bounds(), sigmas, seeds)
def test_any_noisy_action_is_torchrls_and_inside_the_bounds(box, sigma, seed):
    (low, high), (ours_from, theirs_from) = box, streams(seed)
    action, module = policy(low, high, seed), torchrl_noise.gaussian(Config(noise_sigma=sigma), spec_of(low, high))
    with unchanged("input", action, low, high):
        ours = gaussian(action, torch.randn(len(low), generator=ours_from), sigma, low, high)
        with lend(theirs_from):
            theirs = module(TensorDict({"action": action}))["action"]
    assert_same_bits("action", ours, theirs)
    assert_same_bits("stream", ours_from.get_state(), theirs_from.get_state())
    assert ((low <= ours) & (ours <= high)).all()


@examples(60)
@given(bounds(), seeds)
def test_any_random_action_is_torchrls_and_inside_the_bounds(box, seed):
    (low, high), (ours_from, theirs_from) = box, streams(seed)
    with unchanged("input", low, high):
        ours = uniform(torch.rand(len(low), generator=ours_from, dtype=low.dtype), low, high)
        with lend(theirs_from):
            theirs = torchrl_noise.uniform(spec_of(low, high))
    assert_same_bits("action", ours, theirs)
    assert_same_bits("stream", ours_from.get_state(), theirs_from.get_state())
    assert ((low <= ours) & (ours <= high)).all()


@examples(40)
@given(bounds(), seeds)
def test_without_noise_the_action_is_the_policys(box, seed):
    action = policy(*box, seed).clamp(*box)
    assert_same_bits("action", gaussian(action, torch.ones(len(action)), 0.0, *box), action)
