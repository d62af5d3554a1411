"""skrl's `DDPG` as a candidate: its `update`, on its memory and its optimisers."""

from typing import Any

import gymnasium
import numpy as np
import torch
from skrl.agents.torch.ddpg import DDPG
from skrl.memories.torch import Memory
from skrl.models.torch import DeterministicMixin, Model
from skrl.resources.noises.torch import GaussianNoise
from torch import Tensor, nn

from parity_tests.candidate import Gradients, Losses
from parity_tests.candidates.driven import Driven, Seen, entered
from parity_tests.candidates.layers import copied, gradient_of, load_, named
from parity_tests.candidates.torch_adam import load_adam_
from parity_tests.candidates.watching import gradients_at_step, spied
from parity_tests.conventions import Conventions
from reference.state import Batch, Params


class InOrder(Memory):
    """Hands out all that it holds, in the order it came; that is the batch."""

    def sample(self, names: list[str], **kwargs: Any) -> list[list[Tensor]]:
        return self.sample_all(names=names)


class Policy(DeterministicMixin, Model):
    """The networks are the user's in skrl, and with them the scaling to the bounds."""

    def __init__(self, observation_space: Any, action_space: Any, hidden_sizes: tuple[int, ...]) -> None:
        Model.__init__(self, observation_space=observation_space, action_space=action_space, device="cpu")
        DeterministicMixin.__init__(self)
        low, high = torch.from_numpy(action_space.low), torch.from_numpy(action_space.high)
        self.scale, self.bias = (high - low) / 2, (high + low) / 2
        self.net = perceptron(self.num_observations, hidden_sizes, self.num_actions)

    def compute(self, inputs: dict[str, Tensor], role: str = "") -> tuple[Tensor, dict]:
        return self.scale * self.net(inputs["observations"]).tanh() + self.bias, {}


class Critic(DeterministicMixin, Model):
    def __init__(self, observation_space: Any, action_space: Any, hidden_sizes: tuple[int, ...]) -> None:
        Model.__init__(self, observation_space=observation_space, action_space=action_space, device="cpu")
        DeterministicMixin.__init__(self)
        self.net = perceptron(self.num_observations + self.num_actions, hidden_sizes, 1)

    def compute(self, inputs: dict[str, Tensor], role: str = "") -> tuple[Tensor, dict]:
        return self.net(torch.cat([inputs["observations"], inputs["taken_actions"]], dim=-1)), {}


def perceptron(inputs: int, hidden_sizes: tuple[int, ...], outputs: int) -> nn.Sequential:
    first, second = hidden_sizes
    return nn.Sequential(
        nn.Linear(inputs, first), nn.ReLU(), nn.Linear(first, second), nn.ReLU(), nn.Linear(second, outputs)
    )


class Skrl(Driven):
    """Its memory holds float32 alone."""

    conventions = Conventions(dtypes=("float32",))

    def build(self, at_rest: bool) -> None:
        config, space, state = self.problem
        observations = gymnasium.spaces.Box(-np.inf, np.inf, (space.observation_size,), np.float32)
        actions = gymnasium.spaces.Box(space.low.numpy(), space.high.numpy(), dtype=np.float32)
        kinds = {"policy": Policy, "critic": Critic, "target_policy": Policy, "target_critic": Critic}
        self.models = {name: kind(observations, actions, config.hidden_sizes) for name, kind in kinds.items()}
        self.agent = DDPG(
            models=self.models,
            observation_space=observations,
            action_space=actions,
            device="cpu",
            cfg={
                "discount_factor": config.gamma,
                "polyak": config.tau,
                "learning_rate": (0.0, 0.0) if at_rest else (config.actor_lr, config.critic_lr),
                "grad_norm_clip": 0 if at_rest else config.grad_clip_norm or 0,
                # Of no effect on an update; without it every agent prints a warning.
                "exploration_noise": GaussianNoise,
                "exploration_noise_kwargs": {"mean": 0.0, "std": 0.1},
                "experiment": {"write_interval": 0, "checkpoint_interval": 0},
            },
        )
        for module, params in zip(self.models.values(), state[:4], strict=True):
            load_(module, params)
        agent = self.agent
        load_adam_(agent.policy_optimizer, named(agent.policy), state.actor_adam)
        load_adam_(agent.critic_optimizer, named(agent.critic), state.critic_adam)

    def networks(self) -> dict[str, Params]:
        ours = {"policy": "actor", "target_policy": "target_actor"}
        return {ours.get(name, name): copied(module) for name, module in self.models.items()}

    def action(self, observation: Tensor) -> Tensor:
        return self.agent.policy.act({"observations": observation})[0].detach()

    def value(self, observation: Tensor, action: Tensor) -> Tensor:
        inputs = {"observations": observation, "taken_actions": action}
        return self.agent.critic.act(inputs)[0].squeeze(-1).detach()

    def step(self, batch: Batch) -> Seen:
        agent = self.agent
        self._store(batch)
        with (
            entered(DDPG, "update"),
            spied(torch.nn.functional, "mse_loss") as errors,
            gradients_at_step(agent.policy_optimizer, agent.critic_optimizer) as found,
        ):
            agent.update(timestep=0, timesteps=1)
        [((_, target), critic_loss)] = errors
        actor_loss = agent.tracking_data["Loss / Policy loss"][-1]
        return Seen(
            target.squeeze(-1),
            Losses(critic_loss.detach(), torch.tensor(actor_loss)),
            Gradients(gradient_of(agent.critic, found), gradient_of(agent.policy, found)),
        )

    def _store(self, batch: Batch) -> None:
        """As many environments as rows, each after one step."""
        agent, rows = self.agent, len(batch.reward)
        agent.memory = InOrder(memory_size=1, num_envs=rows, device="cpu")
        agent.init()
        agent.enable_training_mode()
        agent.record_transition(
            observations=batch.observation,
            states=None,
            actions=batch.action,
            rewards=batch.reward.unsqueeze(-1),
            next_observations=batch.next_observation,
            next_states=None,
            terminated=batch.terminated.unsqueeze(-1),
            truncated=batch.truncated.unsqueeze(-1),
            infos={},
            timestep=0,
            timesteps=1,
        )
