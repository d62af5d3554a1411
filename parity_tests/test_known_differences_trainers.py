"""Known differences of TorchRL in its trainers. linear_networks.py says what the numbers are worked from."""

import math
import warnings

import pytest
import torch
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
from torchrl.objectives import SoftUpdate
from torchrl.trainers import ReplayBufferTrainer
from torchrl.trainers.algorithms import DDPGTrainer

from parity_tests.candidates.torchrl_trainer import OneBatch
from parity_tests.candidates.watching import gradients_at_step
from parity_tests.known_differences import known_difference
from parity_tests.linear_networks import column, linear_loss, no_updater, target_of, transitions

pytestmark = no_updater


def trainer(loss, frames, **arguments):
    """A `DDPGTrainer` on a batch of frames that is also the batch it draws, with one Adam for both networks."""
    parameters = [*loss.actor_network_params.values(True, True), *loss.value_network_params.values(True, True)]
    replay = TensorDictReplayBuffer(storage=LazyTensorStorage(len(frames)), batch_size=len(frames))
    needed = {"total_frames": len(frames), "frame_skip": 1, "optim_steps_per_batch": 1, "progress_bar": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says of itself that it is experimental, and of its hooks that they go
        return DDPGTrainer(
            collector=OneBatch(frames),
            loss_module=loss,
            optimizer=torch.optim.Adam(parameters),
            target_net_updater=SoftUpdate(loss, tau=0.5),
            replay_buffer=replay,
            enable_logging=False,
            **needed,
            **arguments,
        )


def clipped_gradients(**arguments):
    """The actor's and the critic's gradient as Adam got them: they come as -2, and as 2 (2 - 1/2) = 3 by terminal rows
    of reward 1/2."""
    frames = transitions(reward=column(0.5, 0.5), terminated=column(True, True), truncated=column(False, False))
    made = trainer(linear_loss(), frames, **arguments)
    with gradients_at_step(made.optimizer) as found:
        made.train()
    return [gradient.item() for gradient in found.values()]


@known_difference("trainer-marks-all-truncated")
def test_a_trainer_stores_every_frame_as_truncated():
    frames = transitions(count=5, truncated=torch.zeros(5, 1, dtype=torch.bool))
    replay = TensorDictReplayBuffer(storage=LazyTensorStorage(5))
    ReplayBufferTrainer(replay, flatten_tensordicts=True).extend(frames)
    assert frames["next", "truncated"].all()  # also in the collector's own
    return replay[:]["next", "truncated"].sum().item()


@known_difference("trainer-resets-loss-keys")
def test_building_a_trainer_undoes_the_keys_that_the_loss_was_given():
    loss, frames = linear_loss(), transitions(done=column(True, True), truncated=column(True, True))
    loss.set_keys(terminated="done")
    assert target_of(loss, frames.clone()).tolist() == [1.0, 1.0]  # the reward alone: the frames are done
    trainer(loss, frames)
    after = target_of(loss, frames.clone()).tolist()
    assert after == [2.0, 2.0]
    return after[0] - 1.0


@known_difference("trainer-clips-together")
def test_a_trainer_clips_both_networks_by_one_norm():
    actor, critic = clipped_gradients(clip_norm=1.0)
    assert actor == pytest.approx(-2 / math.sqrt(13), rel=1e-5)
    return critic  # 3/sqrt(13)


@known_difference("trainer-clip-grad-norm-false")
def test_a_trainer_told_not_to_clip_the_norm_clamps_each_derivative():
    assert clipped_gradients(clip_grad_norm=True) == [-2.0, 3.0]  # without clip_norm nothing is clipped
    actor, critic = clipped_gradients(clip_grad_norm=False, clip_norm=1.0)
    assert actor == -1.0
    return critic
