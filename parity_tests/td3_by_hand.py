"""Networks and batches on which TD3's update can be worked by hand, as linear_networks.py is for TorchRL's losses.

One observation, one action from -2 to 2, gamma one half. mu(s) = 0, the middle of the box, and of each critic
Q(s, a) = p s + q a; every row has s = a = r = s' = 1 and goes on, unless a test says otherwise.
"""

import torch

from reference.config import Config
from reference.optim import init_adam
from reference.state import Batch, Extra, Space, TrainState
from reference.update import critic_gradient

SPACE = Space(1, torch.tensor([-2.0]), torch.tensor([2.0]), None)


def configured(**fields):
    return Config(**{"gamma": 0.5, "batch_size": 2, "hidden_sizes": (2,), "twin_critics": True, **fields})


def stacked_critics(*rows):
    """Q_k(s, a) = p_k s + q_k a for each row (p_k, q_k): two hidden units, s + 10 and a + 10, which ReLU lets pass."""
    weights, stack = torch.tensor(rows), len(rows)
    return {
        "0.weight": torch.eye(2).expand(stack, 2, 2).clone(),
        "0.bias": torch.full((stack, 2), 10.0),
        "2.weight": weights.unsqueeze(1),
        "2.bias": -10 * weights.sum(-1, keepdim=True),
    }


def state_of(critic, target_critic):
    theta = {"0.weight": torch.zeros(1, 1), "0.bias": torch.zeros(1)}
    return TrainState(theta, critic, theta, target_critic, init_adam(theta), init_adam(critic))


def batch_of(next_observation=(1.0, 1.0)):
    ones, flags = torch.ones(2, 1), torch.zeros(2, 2, dtype=torch.bool)
    return Batch(ones, ones, torch.ones(2), torch.tensor(next_observation).unsqueeze(-1), *flags)


def answers_of(critic, target_critic, draw=(0.0, 0.0), next_observation=(1.0, 1.0), **fields):
    """Gradient, loss, value [n, B] and target [B] of the reference's critics."""
    extra = Extra(draw=torch.tensor(draw).unsqueeze(-1))
    state = state_of(critic, target_critic)
    return critic_gradient(state, batch_of(next_observation), SPACE, configured(**fields), extra=extra)
