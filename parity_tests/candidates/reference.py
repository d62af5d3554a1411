"""`reference/` as a candidate: the shortest one there is."""

import torch
from torch import Tensor

from parity_tests.candidate import Gradients, Losses, Problem
from parity_tests.conventions import OURS
from parity_tests.expected import moved, networks_of
from reference.networks import actor, critic
from reference.state import Batch, Params
from reference.update import actor_gradient, critic_gradient, update


class Reference:
    """Pure functions over what was loaded."""

    conventions = OURS

    def load(self, problem: Problem) -> None:
        self.config, self.space, self.state = problem

    def networks(self) -> dict[str, Params]:
        return networks_of(self.state)

    def action(self, observation: Tensor) -> Tensor:
        return actor(self.state.actor, observation, self.space)

    def value(self, observation: Tensor, action: Tensor) -> Tensor:
        return critic(self.state.critic, observation, action)

    def target(self, batch: Batch) -> Tensor:
        return critic_gradient(self.state, batch, self.space, self.config)[3]

    def losses(self, batch: Batch) -> Losses:
        _, critic_loss, _, _ = critic_gradient(self.state, batch, self.space, self.config)
        _, actor_loss, _ = actor_gradient(self.state.actor, self.state.critic, batch, self.space)
        return Losses(critic_loss, actor_loss)

    def gradients(self, batch: Batch) -> Gradients:
        of_critic, *_ = critic_gradient(self.state, batch, self.space, self.config)
        of_actor, *_ = actor_gradient(self.state.actor, self.state.critic, batch, self.space)
        return Gradients(of_critic, of_actor)

    def soft_update(self) -> None:
        self.state = moved(self.state, self.state, self.config.tau)

    def update(self, batch: Batch) -> None:
        self.state, _ = update(self.state, torch.arange(0), batch, self.space, self.config)
