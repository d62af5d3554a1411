"""tianshou's `DDPG` as a candidate: its `update`, on its networks, its buffer and its optimisers."""

import gymnasium
import numpy as np
import torch
from tianshou.algorithm import DDPG
from tianshou.algorithm.modelfree.ddpg import ContinuousDeterministicPolicy
from tianshou.algorithm.optim import AdamOptimizerFactory
from tianshou.data import Batch as Rows
from tianshou.data import ReplayBuffer
from tianshou.utils.net.common import Net
from tianshou.utils.net.continuous import ContinuousActorDeterministic, ContinuousCritic
from tianshou.utils.torch_utils import policy_within_training_step
from torch import Tensor

from parity_tests.candidate import Gradients, Losses
from parity_tests.candidates.driven import Driven, Seen, entered
from parity_tests.candidates.layers import copied, gradient_of, load_, named
from parity_tests.candidates.torch_adam import load_adam_
from parity_tests.candidates.watching import gradients_at_step, spied
from parity_tests.conventions import Conventions
from reference.state import Batch, Params


class Tianshou(Driven):
    """Its networks take float32 alone, and its policy scales actions from [-1, 1] outside them."""

    conventions = Conventions(clips_gradients=False, bounds="unit", dtypes=("float32",))

    def build(self, at_rest: bool) -> None:
        config, space, state = self.problem
        sizes = space.observation_size, space.action_size
        body = Net(state_shape=sizes[0], hidden_sizes=config.hidden_sizes)
        joined = Net(state_shape=sizes[0], action_shape=sizes[1], hidden_sizes=config.hidden_sizes, concat=True)
        self.actor = ContinuousActorDeterministic(preprocess_net=body, action_shape=sizes[1])
        self.critic = ContinuousCritic(preprocess_net=joined)
        box = gymnasium.spaces.Box(space.low.numpy(), space.high.numpy(), dtype=np.float32)
        self.algorithm = DDPG(
            policy=ContinuousDeterministicPolicy(actor=self.actor, action_space=box),
            policy_optim=AdamOptimizerFactory(lr=0.0 if at_rest else config.actor_lr),
            critic=self.critic,
            critic_optim=AdamOptimizerFactory(lr=0.0 if at_rest else config.critic_lr),
            tau=config.tau,
            gamma=config.gamma,
        )
        for module, params in zip(self._modules().values(), state[:4], strict=True):
            load_(module, params)
        memories = (self.actor, state.actor_adam), (self.critic, state.critic_adam)
        for optimizer, (module, adam) in zip(self._optimizers(), memories, strict=True):
            load_adam_(optimizer, named(module), adam)

    def _modules(self) -> dict[str, torch.nn.Module]:
        return {
            "actor": self.actor,
            "critic": self.critic,
            "target_actor": self.algorithm.actor_old.module,
            "target_critic": self.algorithm.critic_old.module,
        }

    def _optimizers(self) -> list[torch.optim.Optimizer]:
        # Its wrapper hands out their state dicts, but not the optimisers to hook.
        return [self.algorithm.policy_optim._optim, self.algorithm.critic_optim._optim]

    def networks(self) -> dict[str, Params]:
        return {name: copied(module) for name, module in self._modules().items()}

    def action(self, observation: Tensor) -> Tensor:
        return self.algorithm.policy(Rows(obs=observation.numpy(), info={})).act.detach()

    def value(self, observation: Tensor, action: Tensor) -> Tensor:
        return self.critic(observation, action).squeeze(-1).detach()

    def step(self, batch: Batch) -> Seen:
        rows = stored(batch)
        with (
            entered(DDPG, "update"),
            spied(self.algorithm, "compute_nstep_return") as returns,
            gradients_at_step(*self._optimizers()) as found,
            policy_within_training_step(self.algorithm.policy),
        ):
            losses = self.algorithm.update(rows, sample_size=0)  # 0: all that it holds, in order
        [(_, with_returns)] = returns
        return Seen(
            with_returns.returns.flatten(),
            Losses(torch.tensor(losses.critic_loss), torch.tensor(losses.actor_loss)),
            Gradients(gradient_of(self.critic, found), gradient_of(self.actor, found)),
        )


def stored(batch: Batch) -> ReplayBuffer:
    """A full buffer of a batch's rows."""
    rows = ReplayBuffer(size=len(batch.reward))
    for row in zip(*(column.numpy() for column in batch), strict=True):
        observation, action, reward, next_observation, terminated, truncated = row
        rows.add(
            Rows(
                obs=observation,
                act=action,
                rew=reward,
                obs_next=next_observation,
                terminated=terminated,
                truncated=truncated,
                info={},
            )
        )
    return rows
