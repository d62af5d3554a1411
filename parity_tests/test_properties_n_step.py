"""Rung: n-step returns of any trajectory, against `MultiStepTransform` and against the definition."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
from torchrl.envs import MultiStepTransform

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.n_step_material import Reference, TorchRL, n_step_config, part, written
from parity_tests.strategies import DTYPES, dtypes, examples, magnitudes, seeds
from reference.n_step import _convolution_fuses
from reference.state import Batch

RUNG = "replay"

shares = st.sampled_from([0.0, 0.05, 0.3, 1.0])
gammas = st.sampled_from([0.0, 0.5, 0.9, 0.99, 1.0]) | st.floats(0, 1)
lengths = st.integers(1, 60)
sizes = st.integers(1, 5)


@st.composite
def trajectories(draw, rewards=None, dtype=dtypes):
    """Any number of steps, of which none, some or all are ended by either flag."""
    length, generator, kind = draw(lengths), torch.Generator().manual_seed(draw(seeds)), DTYPES[draw(dtype)]
    observation_size, action_size = draw(sizes), draw(sizes)

    def normal(*shape, dtype=kind):
        return torch.randn(length, *shape, generator=generator, dtype=dtype)

    reward = rewards(length, generator) if rewards else draw(magnitudes) * normal(dtype=torch.float32)
    ends = (torch.rand(length, generator=generator) < draw(shares) for _ in range(2))
    return Batch(normal(observation_size), normal(action_size), reward, normal(observation_size), *ends)


def whole_numbers(length, generator):
    """With a gamma of 0, 0.5 or 1 no sum of these is rounded."""
    return torch.randint(-(2**10), 2**10, (length,), generator=generator).float()


def sides_of(steps, n, gamma, size=200):
    """The reference's ring, and a buffer with nothing but the transform."""
    config, shapes = n_step_config(n, gamma, size), (steps.observation.shape[1], steps.action.shape[1])
    transform = MultiStepTransform(n, gamma, done_keys=[])
    buffer = TensorDictReplayBuffer(storage=LazyTensorStorage(size), transform=transform, batch_size=1)
    return Reference(config, steps.observation.dtype, *shapes), TorchRL(config, buffer)


def compare(steps, n, gamma, at_once=1, size=200):
    ours, theirs = sides_of(steps, n, gamma, size)
    with unchanged("steps", steps):
        ours.add_(steps)
        theirs.add_(steps, at_once)
    if len(steps.reward) > n:
        assert_same_bits("replay", written(ours), written(theirs))
    else:
        assert len(theirs.buffer) == ours.replay().size == 0
    if n > 1:
        assert_same_bits("window", ours.window, theirs.window)


@examples(60)
@given(trajectories(), st.integers(1, 6), gammas)
def test_any_rows_and_window_are_multi_step_transforms(steps, n, gamma):
    compare(steps, n, gamma)


@examples(20)
@given(trajectories(), st.integers(7, 14), gammas)
def test_any_long_rows_are_multi_step_transforms(steps, n, gamma):
    compare(steps, n, gamma)


@pytest.mark.skipif(
    _convolution_fuses(1) != _convolution_fuses(2),
    reason="here torch.conv1d rounds one row otherwise than several: TorchRL's sums hang on the frames at once",
)
@examples(20)
@given(trajectories(), st.integers(1, 6), gammas, st.integers(2, 60))
def test_any_number_of_frames_at_once_makes_the_same_rows(steps, n, gamma, at_once):
    compare(steps, n, gamma, at_once)


@examples(20)
@given(trajectories(), st.integers(1, 6), gammas, st.integers(1, 12))
def test_any_ring_that_wraps_holds_the_same_rows(steps, n, gamma, size):
    compare(steps, n, gamma, size=size)


@examples(40)
@given(trajectories(whole_numbers), st.integers(1, 6), st.sampled_from([0.0, 0.5, 1.0]))
def test_any_row_is_what_the_definition_says(steps, n, gamma):
    ours, _ = sides_of(steps, n, gamma)
    ours.add_(steps)
    rows, _, size, spans = written(ours)
    assert size == max(len(steps.reward) - n, 0)
    for t in range(size):
        ends = (k for k in range(1, n) if steps.terminated[t + k - 1] or steps.truncated[t + k - 1])
        m = next(ends, n)
        last = part(steps, t + m - 1)
        reward = sum(gamma**k * steps.reward[t + k].item() for k in range(m))
        expected = part(steps, t)._replace(
            reward=torch.tensor(reward),
            next_observation=last.next_observation,
            terminated=last.terminated,
            truncated=last.truncated,
        )
        assert_same_bits(f"row {t}", expected, part(rows, t))
        assert spans[t] == m
