"""`torchrl_impl/` as a candidate."""

from typing import Any

import torch
from torch import Tensor

from parity_tests.candidate import Gradients, Losses, Problem
from parity_tests.conventions import OURS
from parity_tests.expected import networks_of
from reference.state import Batch, Params
from torchrl_impl import targets
from torchrl_impl.losses import actor_loss, critic_loss
from torchrl_impl.soft_update import soft_update_
from torchrl_impl.state import tensordict_of
from torchrl_impl.update import (
    actor_gradient_,
    critic_gradient_,
    init_networks,
    load_train_state_,
    train_state,
    update_,
)


class TorchRL:
    """`DDPGLoss`, `SoftUpdate` and `torch.optim.Adam`."""

    conventions = OURS

    def load(self, problem: Problem) -> None:
        self.config = problem.config
        with torch.random.fork_rng(devices=[]):
            self.learner = init_networks(problem.config, problem.space)
        load_train_state_(self.learner, problem.state)

    def networks(self) -> dict[str, Params]:
        return networks_of(train_state(self.learner))

    def action(self, observation: Tensor) -> Tensor:
        return self.learner.loss.actor_network(observation).detach()

    def value(self, observation: Tensor, action: Tensor) -> Tensor:
        return self.learner.loss.value_network(observation, action).squeeze(-1).detach()

    def target(self, batch: Batch) -> Tensor:
        return targets.td_target(self.learner.loss, tensordict_of(batch))

    def losses(self, batch: Batch) -> Losses:
        critic, _, _ = critic_loss(self.learner.loss, tensordict_of(batch))
        return Losses(critic.detach(), actor_loss(self.learner.loss, tensordict_of(batch)).detach())

    def gradients(self, batch: Batch) -> Gradients:
        critic_gradient_(self.learner, tensordict_of(batch))
        actor_gradient_(self.learner, tensordict_of(batch))
        return Gradients(
            grads_of(self.learner.loss.value_network_params), grads_of(self.learner.loss.actor_network_params)
        )

    def soft_update(self) -> None:
        soft_update_(self.learner.updater)

    def update(self, batch: Batch) -> None:
        update_(self.learner, torch.arange(0), tensordict_of(batch), self.config)


def grads_of(network: Any) -> Params:
    """What `.backward()` left in one network of a loss module, under the reference's keys."""
    return {".".join(key[-2:]): parameter.grad for key, parameter in network.items(True, True)}
