"""TorchRL's `DDPGTrainer` as a candidate: its `train`, from a collector's frames through replay to the step."""

import warnings
from collections.abc import Iterator
from typing import Any

import torch
from tensordict import TensorDict
from torch import Tensor
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
from torchrl.data.replay_buffers.samplers import SamplerWithoutReplacement
from torchrl.trainers.algorithms import DDPGTrainer

from parity_tests.candidate import Gradients, Losses
from parity_tests.candidates.driven import Driven, Seen, entered, gradients_at_step
from parity_tests.candidates.torch_adam import load_adam_
from parity_tests.conventions import Conventions
from reference.state import AdamState, Batch, Params, TrainState
from torchrl_impl.losses import make_loss
from torchrl_impl.networks import actor, critic
from torchrl_impl.soft_update import make_updater
from torchrl_impl.state import load_params_, params_of, tensordict_of

NETWORKS = {
    "actor": "actor_network_params",
    "critic": "value_network_params",
    "target_actor": "target_actor_network_params",
    "target_critic": "target_value_network_params",
}


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


class DDPGTrainerCandidate(Driven):
    """One backward pass over both losses, one optimiser with a group of parameters for each network."""

    conventions = Conventions(order="simultaneous", clips_together=True)

    def build(self, at_rest: bool) -> None:
        config, space, state = self.problem
        with torch.random.fork_rng(devices=[]):
            self.loss = make_loss(config, actor(config, space), critic(config, space))
        self.updater = make_updater(self.loss, config.tau)
        self.clip_norm = None if at_rest else config.grad_clip_norm
        load_networks_(self.loss, state)
        rates = (0.0, 0.0) if at_rest else (config.actor_lr, config.critic_lr)
        groups = [leaves(self.loss, name) for name in ("actor", "critic")]
        self.optimizer = torch.optim.Adam(
            [{"params": list(group.values()), "lr": lr} for group, lr in zip(groups, rates, strict=True)]
        )
        load_both_adams_(self.optimizer, self.loss, state.actor_adam, state.critic_adam)

    def networks(self) -> dict[str, Params]:
        return {name: cloned(params_of(getattr(self.loss, path))) for name, path in NETWORKS.items()}

    def action(self, observation: Tensor) -> Tensor:
        return self.loss.actor_network(observation).detach()

    def value(self, observation: Tensor, action: Tensor) -> Tensor:
        return self.loss.value_network(observation, action).squeeze(-1).detach()

    def step(self, batch: Batch) -> Seen:
        answers = []
        hook = self.loss.register_forward_hook(lambda module, args, answer: answers.append(answer))
        trainer = self._trainer(batch)
        with entered(DDPGTrainer, "train"), gradients_at_step(self.optimizer) as found:
            trainer.train()
        hook.remove()
        [answer] = answers
        return seen_of(self.loss, answer, found)

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


def leaves(loss: torch.nn.Module, network: str) -> dict[str, Tensor]:
    """One network's parameters in a loss module, under the reference's names."""
    return {".".join(key[-2:]): value for key, value in getattr(loss, NETWORKS[network]).items(True, True)}


def load_networks_(loss: torch.nn.Module, state: TrainState) -> None:
    """Writes the four networks into a loss module."""
    for path, params in zip(NETWORKS.values(), state[:4], strict=True):
        load_params_(getattr(loss, path), params)


def load_both_adams_(
    optimizer: torch.optim.Optimizer, loss: torch.nn.Module, actor_adam: AdamState, critic_adam: AdamState
) -> None:
    """Writes both networks' states into the one optimiser that steps them."""
    load_adam_(optimizer, leaves(loss, "actor"), actor_adam)
    load_adam_(optimizer, leaves(loss, "critic"), critic_adam)


def seen_of(loss: torch.nn.Module, answer: TensorDict, found: dict[Tensor, Tensor]) -> Seen:
    """What a loss module answered, and the gradients that its parameters stepped by."""
    grads = {name: {k: found[p] for k, p in leaves(loss, name).items()} for name in ("critic", "actor")}
    return Seen(
        answer["target_value"].detach(),
        Losses(answer["loss_value"].detach(), answer["loss_actor"].detach()),
        Gradients(**grads),
    )


def cloned(params: Params) -> Params:
    """A copy that later steps leave alone."""
    return {name: value.clone() for name, value in params.items()}
