"""A small DDPG in PyTorch and the candidate that puts it on the ladder; written from docs/candidates.md alone.

cd examples && python -m pytest --pyargs parity_tests --candidate candidate_from_the_page:FromThePage
"""

import copy
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from parity_tests.candidate import Batch, Gradients, Losses, Problem
from parity_tests.candidates.driven import entered
from parity_tests.candidates.torch_adam import load_adam_
from parity_tests.conventions import Conventions


def mlp(sizes: tuple[int, ...]) -> nn.Sequential:
    """Linear layers with ReLU between them and none after the last."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Actor(nn.Module):
    """A deterministic policy; its actions are in environment units."""

    def __init__(self, observation_size: int, low: Tensor, high: Tensor, hidden_sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.net = mlp((observation_size, *hidden_sizes, len(low)))
        self.register_buffer("scale", (high - low) / 2)
        self.register_buffer("centre", (high + low) / 2)

    def forward(self, observation: Tensor) -> Tensor:
        """[B, O] -> [B, A]."""
        return self.scale * torch.tanh(self.net(observation)) + self.centre


class Critic(nn.Module):
    """The value of an action in a state."""

    def __init__(self, observation_size: int, action_size: int, hidden_sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.net = mlp((observation_size + action_size, *hidden_sizes, 1))

    def forward(self, observation: Tensor, action: Tensor) -> Tensor:
        """[B, O], [B, A] -> [B]: with [B, 1], subtracting a target of [B] would broadcast to [B, B]."""
        return self.net(torch.cat([observation, action], dim=-1)).squeeze(-1)


class DDPGAgent:
    """Networks, targets, optimisers and the update."""

    def __init__(
        self,
        actor: Actor,
        critic: Critic,
        gamma: float,
        tau: float,
        actor_lr: float,
        critic_lr: float,
        clip: float | None,
    ) -> None:
        self.actor, self.critic = actor, critic
        self.target_actor, self.target_critic = copy.deepcopy(actor), copy.deepcopy(critic)
        self.actor_optimizer = torch.optim.Adam(actor.parameters(), lr=actor_lr)
        self.critic_optimizer = torch.optim.Adam(critic.parameters(), lr=critic_lr)
        self.gamma, self.tau, self.clip = gamma, tau, clip

    @torch.no_grad()
    def target(self, batch: Batch) -> Tensor:
        """r + gamma * Q'(s', mu'(s')), [B]; only termination ends the return, a time limit does not."""
        next_value = self.target_critic(batch.next_observation, self.target_actor(batch.next_observation))
        # In this order: `self.gamma * ~batch.terminated` is a float32 tensor, which would round gamma in float64.
        return batch.reward + self.gamma * next_value * ~batch.terminated

    def critic_loss(self, batch: Batch) -> Tensor:
        """The mean squared error against the target, []."""
        return mse_loss(self.critic(batch.observation, batch.action), self.target(batch))

    def actor_loss(self, batch: Batch) -> Tensor:
        """Minus the critic's value of the actor's own actions, []."""
        return -self.critic(batch.observation, self.actor(batch.observation)).mean()

    def train_step(self, batch: Batch) -> None:
        """One update: the critic, the actor against the new critic, both targets."""
        self._step(self.critic_optimizer, self.critic_loss(batch), self.critic)
        self._step(self.actor_optimizer, self.actor_loss(batch), self.actor)
        self.update_targets()

    def _step(self, optimizer: torch.optim.Optimizer, loss: Tensor, network: nn.Module) -> None:
        optimizer.zero_grad()  # also drops what the actor's loss left in the critic
        loss.backward()
        if self.clip is not None:
            nn.utils.clip_grad_norm_(network.parameters(), self.clip)
        optimizer.step()

    @torch.no_grad()
    def update_targets(self) -> None:
        """Moves both targets by tau towards the online networks."""
        for target, online in ((self.target_actor, self.actor), (self.target_critic, self.critic)):
            for slow, fast in zip(target.parameters(), online.parameters(), strict=True):
                slow.mul_(1 - self.tau).add_(self.tau * fast)


class FromThePage:
    """Offers every rung of the ladder with a `DDPGAgent`."""

    # Sequential order, target actor, clipping: the agent does as the reference does, so there is nothing to declare.
    conventions = Conventions()

    def load(self, problem: Problem) -> None:
        """Builds an agent with the problem's hyperparameters and takes over its networks and Adam states."""
        config, space, state = problem.config, problem.space, problem.state
        low, high = (torch.as_tensor(bound, dtype=config.torch_dtype) for bound in (space.low, space.high))
        # The networks go to the precision under test before the agent copies them and hands them to Adam.
        actor = Actor(space.observation_size, low, high, config.hidden_sizes).to(config.torch_dtype)
        critic = Critic(space.observation_size, space.action_size, config.hidden_sizes).to(config.torch_dtype)
        self.agent = DDPGAgent(
            actor, critic, config.gamma, config.tau, config.actor_lr, config.critic_lr, config.grad_clip_norm
        )
        # `load_state_dict` copies in place: the optimisers keep their parameters, the problem keeps its tensors.
        for name, network in self._mlps().items():
            network.load_state_dict(getattr(state, name))
        load_adam_(self.agent.actor_optimizer, dict(actor.net.named_parameters()), state.actor_adam)
        load_adam_(self.agent.critic_optimizer, dict(critic.net.named_parameters()), state.critic_adam)

    def networks(self) -> dict[str, dict[str, Tensor]]:
        """The four networks as they are now."""
        return {
            name: {key: value.detach().clone() for key, value in network.named_parameters()}
            for name, network in self._mlps().items()
        }

    def action(self, observation: Tensor) -> Tensor:
        """The online actor's action, [B, A]."""
        return self.agent.actor(observation).detach()

    def value(self, observation: Tensor, action: Tensor) -> Tensor:
        """The online critic's value, [B]."""
        return self.agent.critic(observation, action).detach()

    def target(self, batch: Batch) -> Tensor:
        """What the critic regresses on, [B]."""
        return self.agent.target(batch)

    def losses(self, batch: Batch) -> Losses:
        """Both losses at the loaded parameters."""
        return Losses(critic=self.agent.critic_loss(batch).detach(), actor=self.agent.actor_loss(batch).detach())

    def gradients(self, batch: Batch) -> Gradients:
        """Both gradients before clipping; `autograd.grad` leaves nothing behind in the agent's parameters."""

        def gradient(loss: Tensor, network: nn.Module) -> dict[str, Tensor]:
            parameters = dict(network.named_parameters())
            return dict(zip(parameters, torch.autograd.grad(loss, list(parameters.values())), strict=True))

        return Gradients(
            critic=gradient(self.agent.critic_loss(batch), self.agent.critic.net),
            actor=gradient(self.agent.actor_loss(batch), self.agent.actor.net),
        )

    def soft_update(self) -> None:
        """Moves both targets once."""
        self.agent.update_targets()

    def update(self, batch: Batch) -> None:
        """One call of the agent's own training function; the guard fails if it was bypassed."""
        with entered(DDPGAgent, "train_step"):
            self.agent.train_step(batch)

    def _mlps(self) -> dict[str, nn.Sequential]:
        """The plain MLPs: their keys are the problem's, "0.weight" and so on, without the wrapping module's prefix."""
        return {name: getattr(self.agent, name).net for name in ("actor", "critic", "target_actor", "target_critic")}
