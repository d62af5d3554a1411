"""Exploration: what is added to the policy's action, and what replaces it during warm-up."""

import torch
from torch import Tensor


def uniform(draw: Tensor, low: Tensor, high: Tensor) -> Tensor:
    r"""Warm-up action, uniform over the action box.

    .. math:: a = l + u \, (h - l), \quad u \sim U[0, 1)

    Source: the notebook, START_STEPS; Spinning Up, start_steps
    Mirror: torchrl_impl/noise.py, uniform

    Args:
        draw: [A], from U[0, 1).
        low: [A], in environment units.
        high: [A], in environment units.

    Returns:
        [A], in environment units, inside the bounds.
    """
    return torch.clamp(draw * (high - low) + low, low, high)


def gaussian(action: Tensor, draw: Tensor, sigma: float, low: Tensor, high: Tensor) -> Tensor:
    r"""Policy action with independent normal noise, clipped to the action bounds.

    .. math:: a = \mathrm{clip}(\mu_\theta(s) + \sigma \epsilon, l, h), \quad \epsilon \sim N(0, 1)

    Source: Fujimoto et al. 2018, https://arxiv.org/abs/1802.09477, in place of DDPG's Ornstein-Uhlenbeck process
    Mirror: torchrl_impl/noise.py, gaussian

    Args:
        action: [A], the policy's, in environment units.
        draw: [A], float32, from N(0, 1).
        sigma: standard deviation in environment units.
        low: [A], in environment units.
        high: [A], in environment units.

    Returns:
        [A], in environment units, inside the bounds.
    """
    return torch.clamp(action + draw * sigma, low, high)
