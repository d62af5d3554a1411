"""Stable-Baselines3's `DDPG` as a candidate: its `train`, on its policy, its replay buffer and its optimisers."""

from typing import Any

import gymnasium
import numpy as np
import torch
from stable_baselines3 import DDPG
from stable_baselines3.common.buffers import ReplayBuffer
from stable_baselines3.common.logger import configure
from torch import Tensor

from parity_tests.candidate import Gradients, Losses
from parity_tests.candidates.driven import Driven, Seen, entered
from parity_tests.candidates.layers import copied, gradient_of, load_, named
from parity_tests.candidates.torch_adam import load_adam_
from parity_tests.candidates.watching import gradients_at_step, spied
from parity_tests.conventions import Conventions
from reference.state import Batch, Params, Space


class InOrder(ReplayBuffer):
    """Hands out the transitions that it holds, each once, in the order they came; they are the batch."""

    def sample(self, batch_size: int, env: Any = None) -> Any:
        return self._get_samples(np.arange(batch_size), env=env)


class Nowhere(gymnasium.Env):
    """An environment that is asked for its spaces alone."""

    def __init__(self, space: Space) -> None:
        self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (space.observation_size,), np.float32)
        self.action_space = gymnasium.spaces.Box(space.low.numpy(), space.high.numpy(), dtype=np.float32)


class StableBaselines3(Driven):
    """Actions are scaled to [-1, 1] outside the networks; one learning rate serves both optimisers."""

    conventions = Conventions(clips_gradients=False, bounds="unit", dtypes=("float32",), rates="equal")

    def build(self, at_rest: bool) -> None:
        config, space, state = self.problem
        self.model = DDPG(
            "MlpPolicy",
            Nowhere(space),
            learning_rate=0.0 if at_rest else config.critic_lr,
            buffer_size=1000,
            tau=config.tau,
            gamma=config.gamma,
            replay_buffer_class=InOrder,
            policy_kwargs={"net_arch": list(config.hidden_sizes)},
            device="cpu",
        )
        self.model.set_logger(configure(None, []))
        for network, params in zip(self._modules().values(), state[:4], strict=True):
            load_(network, params)
        for module, adam in ((self.model.actor, state.actor_adam), (self.model.critic, state.critic_adam)):
            load_adam_(module.optimizer, named(module), adam)

    def _modules(self) -> dict[str, torch.nn.Module]:
        model = self.model
        return {
            "actor": model.actor,
            "critic": model.critic,
            "target_actor": model.actor_target,
            "target_critic": model.critic_target,
        }

    def networks(self) -> dict[str, Params]:
        return {name: copied(module) for name, module in self._modules().items()}

    def action(self, observation: Tensor) -> Tensor:
        return self.model.actor(observation).detach()

    def value(self, observation: Tensor, action: Tensor) -> Tensor:
        return self.model.critic.q1_forward(observation, action).squeeze(-1).detach()

    def step(self, batch: Batch) -> Seen:
        self._store(batch)
        model = self.model
        with (
            entered(DDPG, "train"),
            spied(torch.nn.functional, "mse_loss") as errors,
            gradients_at_step(model.actor.optimizer, model.critic.optimizer) as found,
        ):
            model.train(gradient_steps=1, batch_size=len(batch.reward))
        [((_, target), critic_loss)] = errors
        actor_loss = torch.tensor(model.logger.name_to_value["train/actor_loss"], dtype=torch.float32)
        return Seen(
            target.squeeze(-1),
            Losses(critic_loss.detach(), actor_loss),
            Gradients(gradient_of(model.critic, found), gradient_of(model.actor, found)),
        )

    def _store(self, batch: Batch) -> None:
        self.model.replay_buffer.reset()
        for row in zip(*(column.numpy() for column in batch), strict=True):
            observation, action, reward, next_observation, terminated, truncated = row
            # As DummyVecEnv.step_wait reports both flags.
            information = {"TimeLimit.truncated": bool(truncated and not terminated)}
            self.model.replay_buffer.add(
                observation, next_observation, action, reward, terminated | truncated, [information]
            )
