"""One training run of the study of `pred_value`: with the right sum of losses, or with the recipe's."""

from typing import Any, NamedTuple

import torch
from torch import Tensor

from reference import losses
from reference.config import Config
from reference.evaluate import evaluate
from reference.train import train
from reference.update import Parts

STEPS = {"InvertedPendulum-v5": 8_000, "Pendulum-v1": 5_000}
"""Environment steps of a run."""
CONFIG = {
    "gamma": 0.99,
    "tau": 0.02,
    "actor_lr": 1e-3,
    "critic_lr": 1e-3,
    "noise_sigma": 0.3,
    "hidden_sizes": (64, 64),
    "start_steps": 500,
    "update_after": 500,
    "replay_size": 20_000,
    "episodes": 100_000,
    # As in the recipe: nothing is clipped, and both losses see the old networks.
    "grad_clip_norm": None,
    "update_order": "simultaneous",
}
"""Small networks and a quick tau, so that sixty runs take an hour."""
LAST_EPISODES, LAST_UPDATES, EVALUATION_EPISODES = 10, 1_000, 10


class Setting(NamedTuple):
    """What varies from run to run."""

    seed: int
    env_id: str
    batch_size: int
    loss: str  # "right", or "recipe"


def recipe_critic_loss(value: Tensor, target: Tensor, *variant: Any) -> Tensor:
    r"""What TorchRL's recipe back-propagates into the critic: its loss and the sum of what it predicted.

    .. math:: L(\phi) = \frac{1}{B} \sum_i (Q_\phi(s_i, a_i) - y_i)^2 + \sum_i Q_\phi(s_i, a_i)

    Source: `td_loss.sum(reduce=True).backward()`, where `td_loss` holds `pred_value` with its gradient:
    https://github.com/pytorch/rl/blob/v0.14.1/sota-implementations/ddpg/ddpg.py
    """
    return losses.critic_loss(value, target, *variant) + value.sum()


PARTS = {"right": Parts(), "recipe": Parts(critic_loss=recipe_critic_loss)}


def config_of(setting):
    """The configuration of a run."""
    varied = {name: value for name, value in setting._asdict().items() if name != "loss"}
    return Config(**varied, **CONFIG, total_steps=STEPS[setting.env_id])


def measure(setting):
    """Trains and evaluates; the row of results, as JSON can hold it."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    config = config_of(setting)
    returns, lengths, updates = [], [], []
    for record, state in train(config, parts=PARTS[setting.loss]):
        networks = state.networks
        returns.append(record.episode_return.item())
        lengths.append(len(record.transitions.reward))
        updates.append(record.updates)
    value = torch.cat([episode.value for episode in updates])[-LAST_UPDATES:]
    target = torch.cat([episode.target for episode in updates])[-LAST_UPDATES:]
    evaluation = evaluate(config, networks.actor, EVALUATION_EPISODES)
    return {
        **setting._asdict(),
        "evaluation_return": _mean(evaluation),
        "evaluation_returns": [round(value, 3) for value in evaluation],
        "training_return": _mean(returns[-LAST_EPISODES:]),
        "episode_length": _mean(lengths[-LAST_EPISODES:]),
        "episodes": len(returns),
        "value": round(value.double().mean().item(), 4),
        "value_minus_target": round((value - target).double().mean().item(), 4),
    }


def _mean(numbers):
    return round(sum(numbers) / len(numbers), 3)
