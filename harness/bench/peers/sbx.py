"""SBX's `DDPG`, which is Stable-Baselines3's loop around an update that JAX compiles."""

import gymnasium
from sbx import DDPG

from harness.bench.peers.stable_baselines3 import arguments
from harness.bench.work import Job
from reference.config import Config


def loop(config: Config, job: Job) -> None:
    """Trains."""
    rates = {"learning_rate": config.actor_lr, "qf_learning_rate": config.critic_lr}
    model = DDPG("MlpPolicy", gymnasium.make(config.env_id), **rates, **arguments(config))
    model.learn(total_timesteps=config.total_steps)
