"""skrl's `DDPG` and its trainer on the same work; in skrl the networks are the user's."""

from typing import Any

import gymnasium
import torch
from skrl.agents.torch.ddpg import DDPG
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.models.torch import DeterministicMixin, Model
from skrl.resources.noises.torch import GaussianNoise
from skrl.trainers.torch import SequentialTrainer
from torch import Tensor, nn

from harness.bench.work import Job
from reference.config import Config


class Network(DeterministicMixin, Model):
    """An actor, scaled to the torque's bounds, or a critic."""

    def __init__(self, env: Any, hidden_sizes: tuple[int, ...], judges: bool) -> None:
        Model.__init__(self, observation_space=env.observation_space, action_space=env.action_space, device="cpu")
        DeterministicMixin.__init__(self)
        first, second = hidden_sizes
        ends = (self.num_observations + self.num_actions, 1) if judges else (self.num_observations, self.num_actions)
        layers = nn.Linear(ends[0], first), nn.ReLU(), nn.Linear(first, second), nn.ReLU(), nn.Linear(second, ends[1])
        self.net, self.judges, self.bound = nn.Sequential(*layers), judges, float(env.action_space.high[0])

    def compute(self, inputs: dict[str, Tensor], role: str = "") -> tuple[Tensor, dict[str, Any]]:
        """The action, or the value of one."""
        if self.judges:
            return self.net(torch.cat([inputs["observations"], inputs["taken_actions"]], dim=-1)), {}
        return self.bound * self.net(inputs["observations"]).tanh(), {}


def loop(config: Config, job: Job) -> None:
    """Trains."""
    env = wrap_env(gymnasium.make(config.env_id))
    names = {"policy": False, "target_policy": False, "critic": True, "target_critic": True}
    agent = DDPG(
        models={name: Network(env, config.hidden_sizes, judges) for name, judges in names.items()},
        memory=RandomMemory(memory_size=config.replay_size, num_envs=1, device="cpu"),
        observation_space=env.observation_space,
        action_space=env.action_space,
        device="cpu",
        cfg={
            "discount_factor": config.gamma,
            "polyak": config.tau,
            "learning_rate": (config.actor_lr, config.critic_lr),
            "batch_size": config.batch_size,
            "random_timesteps": config.start_steps,
            "learning_starts": config.start_steps,
            "exploration_noise": GaussianNoise,
            "exploration_noise_kwargs": {"mean": 0.0, "std": config.noise_sigma, "device": "cpu"},
            "experiment": {"write_interval": 0, "checkpoint_interval": 0},
        },
    )
    settings = {"timesteps": config.total_steps, "headless": True, "disable_progressbar": True}
    SequentialTrainer(cfg=settings, env=env, agents=agent).train()
