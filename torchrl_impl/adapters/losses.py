"""`DDPGLoss` and `TD3Loss` in the plain loop."""

import warnings
from contextlib import nullcontext
from typing import Any

import torch
from tensordict import TensorDict, TensorDictBase
from torch import Tensor
from torchrl.objectives import TD3Loss

from reference.config import Config
from reference.state import Batch, Extra, Params, Space, TrainState
from torchrl_impl.adapters.draws import hand
from torchrl_impl.losses import critic_loss, make_loss
from torchrl_impl.networks import actor, critic, evaluate_networks
from torchrl_impl.state import STEPS, critic_params, load_params_, named_params, target_critic_params, tensordict_of


class LossInTheLoop:
    """Both gradients as the plain loop calls for them, by `.backward()` on a loss of TorchRL's.

    The loop's parameters are written into the loss module before each gradient: between two calls it holds nothing
    that matters.
    """

    def __init__(self, config: Config, space: Space) -> None:
        with torch.random.fork_rng(devices=[]):  # new modules draw weights, which are then written over
            theta, phi = actor(config, space), [critic(config, space) for _ in range(config.critics or 1)]
            self.torchrl = make_loss(config, space, theta, phi)

    def critic_gradient(
        self, state: TrainState, batch: Batch, space: Space, config: Config, parts: Any, extra: Extra
    ) -> tuple[Params, Tensor, Tensor, Tensor]:
        """Gradient, loss, value, target; arguments as those of `critic_gradient` in reference/update.py."""
        with warnings.catch_warnings():
            # The loop moves the targets: no updater will be associated with this loss.
            warnings.filterwarnings("ignore", message="No target network updater")
            load_params_(self.torchrl.target_actor_network_params, state.target_actor)
            load_params_(target_critic_params(self.torchrl), state.target_critic)
            load_params_(critic_params(self.torchrl), state.critic)
            with nullcontext() if extra.draw is None else hand(extra.draw):
                loss, value, target = critic_loss(self.torchrl, frames_of(batch, extra))
        return gradient_(loss, critic_params(self.torchrl)), loss.detach(), value, target

    def actor_gradient(
        self, theta: Params, phi: Params, batch: Batch, space: Space, parts: Any, extra: Extra
    ) -> tuple[Params, Tensor, Tensor]:
        """Gradient, loss, value; arguments as those of `actor_gradient` in reference/update.py."""
        load_params_(self.torchrl.actor_network_params, theta)
        load_params_(critic_params(self.torchrl), phi)
        loss, value = self._actor_loss(batch, extra)
        return gradient_(loss, self.torchrl.actor_network_params), loss.detach(), value

    def _actor_loss(self, batch: Batch, extra: Extra) -> tuple[Tensor, Tensor]:
        frames = frames_of(batch, extra)
        if isinstance(self.torchrl, TD3Loss):
            loss, metadata = self.torchrl.actor_loss(frames)
            return loss, metadata["state_action_value_actor"][0]
        loss, _ = self.torchrl.loss_actor(frames)
        _, value = evaluate_networks(self.torchrl, batch.observation)  # `DDPGLoss` keeps it to itself
        return loss, value


def frames_of(batch: Batch, extra: Extra) -> TensorDict:
    """The TensorDict [B] that a loss reads: the batch, and of `extra` what the batch has."""
    frames = tensordict_of(batch)
    if extra.steps is not None:
        frames[STEPS] = extra.steps
    if extra.weight is not None:
        frames["priority_weight"] = extra.weight
    return frames


def gradient_(loss: Tensor, network: TensorDictBase) -> Params:
    """What `.backward()` leaves in one network's `.grad`, keyed as the reference's; taken out of there."""
    parameters = dict(named_params(network))
    for parameter in parameters.values():
        parameter.grad = None
    loss.backward()
    grads = {name: parameter.grad for name, parameter in parameters.items() if parameter.grad is not None}
    for parameter in parameters.values():
        parameter.grad = None
    return grads
