"""A policy and its Q, each side asked through its own modules, on the same observations."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from harness.train import run_space
from reference.config import Config
from reference.networks import actor, critic, first_critic
from reference.state import TrainState
from torchrl_impl.networks import evaluate_networks
from torchrl_impl.update import init_networks, load_train_state_

ANGLES, SPEEDS = np.linspace(-np.pi, np.pi, 49), np.linspace(-8.0, 8.0, 41)
"""Pendulum's state space: angle from upright in rad, speed in rad/s."""

Look = Callable[[TrainState, Tensor], tuple[Tensor, Tensor]]
"""Networks, observations [N, O] -> mu(s) [N] and Q(s, mu(s)) [N]."""


def grid() -> Tensor:
    """Observations over the state space, [speeds * angles, 3]; an angle's row is a speed."""
    speed, angle = (torch.from_numpy(x.ravel()) for x in np.meshgrid(SPEEDS, ANGLES, indexing="ij"))
    return torch.stack([angle.cos(), angle.sin(), speed], dim=1).float()


def looks(config: Config) -> dict[str, Look]:
    """How each side is asked."""
    return {"reference": reference_look(config), "torchrl": torchrl_look(config)}


def reference_look(config: Config) -> Look:
    """By the reference's functions."""
    space = run_space(config)

    def look(networks: TrainState, observation: Tensor) -> tuple[Tensor, Tensor]:
        action = actor(networks.actor, observation, space)
        return action.squeeze(-1), critic(first_critic(networks.critic), observation, action)

    return look


def torchrl_look(config: Config) -> Look:
    """By TorchRL's modules, into which the networks are loaded."""
    with torch.random.fork_rng(devices=[]):  # new modules draw weights, which are then written over
        learner = init_networks(config, run_space(config))

    def look(networks: TrainState, observation: Tensor) -> tuple[Tensor, Tensor]:
        load_train_state_(learner, networks)
        action, value = evaluate_networks(learner.loss, observation)
        return action.squeeze(-1), value

    return look
