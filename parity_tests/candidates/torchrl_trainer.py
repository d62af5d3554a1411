"""TorchRL's `DDPGTrainer` as a candidate: its `train`, from a collector's frames through replay to the step."""

import warnings
from collections.abc import Iterator
from typing import Any

import torch
from tensordict import TensorDict
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
from torchrl.data.replay_buffers.samplers import SamplerWithoutReplacement
from torchrl.trainers.algorithms import DDPGTrainer

from parity_tests.candidates.driven import Seen, entered
from parity_tests.candidates.torchrl_loss import DrivesDDPGLoss
from parity_tests.candidates.watching import gradients_at_step
from parity_tests.conventions import Conventions
from reference.state import Batch
from torchrl_impl.losses import make_loss
from torchrl_impl.networks import actor, critic
from torchrl_impl.soft_update import make_updater
from torchrl_impl.state import tensordict_of


class OneBatch:
    """A collector that has one batch of frames; of the rest, what the trainer asks of it."""

    init_random_frames = 0

    def __init__(self, frames: TensorDict) -> None:
        self.frames = frames

    def __iter__(self) -> Iterator[TensorDict]:
        yield self.frames

    def update_policy_weights_(self, *args: Any, **kwargs: Any) -> None:
        """There is no copy of the policy to bring up to date."""

    def shutdown(self, *args: Any, **kwargs: Any) -> None:
        """There is nothing to stop."""


class Trainer(DrivesDDPGLoss):
    """One backward pass over both losses, one optimiser with a group of parameters for each network."""

    conventions = Conventions(order="simultaneous", clips_together=True)

    def build(self, at_rest: bool) -> None:
        config, space, _ = self.problem
        with torch.random.fork_rng(devices=[]):
            self.loss = make_loss(config, space, actor(config, space), [critic(config, space)])
        self.updater = make_updater(self.loss, config.tau)
        self.load_networks_()
        self.clip_norm = None if at_rest else config.grad_clip_norm
        rates = {"actor": 0.0, "critic": 0.0} if at_rest else {"actor": config.actor_lr, "critic": config.critic_lr}
        groups = [{"params": list(self.leaves(name).values()), "lr": lr} for name, lr in rates.items()]
        self.optimizer = torch.optim.Adam(groups)
        self.load_adams_()

    def step(self, batch: Batch) -> Seen:
        answers = []
        hook = self.loss.register_forward_hook(lambda module, args, answer: answers.append(answer))
        trainer = self._trainer(batch)
        with entered(DDPGTrainer, "train"), gradients_at_step(self.optimizer) as found:
            trainer.train()
        hook.remove()
        [answer] = answers
        return self.seen(answer, found)

    def _trainer(self, batch: Batch) -> DDPGTrainer:
        rows = len(batch.reward)
        in_order = SamplerWithoutReplacement(shuffle=False)
        replay = TensorDictReplayBuffer(storage=LazyTensorStorage(rows), sampler=in_order, batch_size=rows)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says of itself that it is experimental, and of its hooks that they go
            return DDPGTrainer(
                collector=OneBatch(tensordict_of(batch).clone()),
                total_frames=rows,
                frame_skip=1,
                optim_steps_per_batch=1,
                loss_module=self.loss,
                optimizer=self.optimizer,
                target_net_updater=self.updater,
                replay_buffer=replay,
                clip_norm=self.clip_norm,
                progress_bar=False,
                enable_logging=False,
            )
