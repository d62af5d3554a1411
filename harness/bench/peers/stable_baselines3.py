"""Stable-Baselines3's `DDPG` on the same work."""

from typing import Any

import gymnasium
import numpy as np
from stable_baselines3 import DDPG
from stable_baselines3.common.noise import NormalActionNoise

from harness.bench.work import Job
from reference.config import Config


def loop(config: Config, job: Job) -> None:
    """Trains."""
    model = DDPG("MlpPolicy", gymnasium.make(config.env_id), learning_rate=config.critic_lr, **arguments(config))
    model.learn(total_timesteps=config.total_steps)


def arguments(config: Config) -> dict[str, Any]:
    """Our fields under its names, which SBX shares."""
    return {
        "buffer_size": config.replay_size,
        "learning_starts": config.start_steps,
        "batch_size": config.batch_size,
        "tau": config.tau,
        "gamma": config.gamma,
        "train_freq": 1,
        "gradient_steps": 1,
        # It adds noise to actions scaled to [-1, 1], of a torque that goes to 2.
        "action_noise": NormalActionNoise(np.zeros(1), np.full(1, config.noise_sigma / 2)),
        "policy_kwargs": {"net_arch": list(config.hidden_sizes)},
        "seed": config.seed,
        "device": "cpu",
    }
