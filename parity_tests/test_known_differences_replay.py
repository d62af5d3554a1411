"""Known differences of TorchRL in replay. linear_networks.py says what the numbers are worked from."""

import pytest
import torch
from tensordict import TensorDict
from torchrl.data import LazyTensorStorage, PrioritizedSampler, TensorDictReplayBuffer
from torchrl.envs import MultiStepTransform

from parity_tests.assertions import assert_same_bits
from parity_tests.known_differences import known_difference
from parity_tests.linear_networks import column, fill_, linear_loss, no_updater, target_of, transitions

pytestmark = no_updater


def ring(size, **arguments):
    return TensorDictReplayBuffer(storage=LazyTensorStorage(size), **arguments)


@known_difference("extend-without-a-key")
def test_rows_added_without_a_key_keep_what_the_memory_held():
    buffer = ring(2)
    buffer.extend(TensorDict({"reward": torch.ones(2), "terminated": torch.tensor([True, True])}, [2]))
    buffer.extend(TensorDict({"reward": torch.zeros(2)}, [2]))  # over both rows
    assert_same_bits("reward", torch.zeros(2), buffer[:]["reward"])
    assert buffer[:]["terminated"].tolist() == [True, True]  # of the transitions that were overwritten
    return int(buffer[:]["terminated"].sum())


@known_difference("extend-with-a-new-key")
def test_rows_added_with_a_new_key_give_the_earlier_rows_zeros():
    buffer = ring(4)
    buffer.extend(TensorDict({"reward": torch.ones(2)}, [2]))
    buffer.extend(TensorDict({"reward": torch.ones(2), "gamma": torch.full((2,), 0.9)}, [2]))
    gamma = buffer[:]["gamma"].tolist()
    assert gamma == pytest.approx([0.0, 0.0, 0.9, 0.9])
    return gamma.count(0.0)


@known_difference("multi-step-flags")
def test_a_multi_step_window_that_ends_in_a_terminal_state_bootstraps_from_it():
    buffer = ring(10, transform=MultiStepTransform(n_steps=2, gamma=0.5))
    frames = transitions(4, terminated=column(False, True, False, False), done=column(False, True, False, False))
    buffer.extend(frames)
    first = buffer[:][:1]
    assert first["next", "reward"].item() == 1.5 and first["steps_to_next_obs"].item() == 2  # by hand: 1 + 0.5 * 1
    loss = linear_loss()
    fill_(loss.target_value_network_params, 100.0)
    target = target_of(loss, first).item()
    assert target == 26.5  # by hand: 1.5 + 0.5^2 * 100, where the window ended after 1.5
    return target - 1.5


@known_difference("prioritized-sampling-unavailable")
def test_prioritized_sampling_is_missing_from_the_wheel_beside_this_torch():
    missing = 0
    for dtype in (torch.float32, torch.float64):
        with pytest.raises(RuntimeError, match=r"SumSegmentTreeFp\d\d is not available"):
            PrioritizedSampler(10, alpha=0.6, beta=0.4, dtype=dtype)
        missing += 1
    return missing


def multi_step_buffer():
    return ring(100, transform=MultiStepTransform(n_steps=3, gamma=0.5, done_keys=[]))


def extend_(buffer, frames):
    """One at a time, as a collector hands them over."""
    for frame in frames.split(1):
        buffer.extend(frame)


@known_difference("multi-step-keeps-last")
def test_a_multi_step_transform_keeps_the_last_steps_back_though_their_episode_has_ended():
    buffer, ends = multi_step_buffer(), column(*[False] * 9, True)
    extend_(buffer, transitions(10, terminated=ends, done=ends))
    assert not buffer[:]["next", "terminated"].any()  # by hand: of steps 0 to 9, 7, 8 and 9 reach the end
    return 10 - len(buffer)


@known_difference("multi-step-not-saved")
def test_a_resumed_buffer_has_lost_what_its_multi_step_transform_kept_back(tmp_path):
    whole, by_state, by_file = (multi_step_buffer() for _ in range(3))
    extend_(whole, transitions(10))
    by_state.load_state_dict(whole.state_dict())
    whole.dumps(tmp_path)
    by_file.loads(tmp_path)
    for buffer in (whole, by_state, by_file):
        extend_(buffer, transitions(10))
    assert len(by_state) == len(by_file)
    return len(whole) - len(by_state)
