"""Exploration: what is added to the policy's action, and what replaces it during warm-up."""

import math

import torch
from torch import Tensor

from reference.config import Config
from reference.state import Noise, Space


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


def gaussian(action: Tensor, draw: Tensor, sigma: float | Tensor, low: Tensor, high: Tensor) -> Tensor:
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


def ornstein_uhlenbeck(
    previous: Tensor, draw: Tensor, theta: float, sigma: float | Tensor, dt: float, mean: float = 0.0
) -> Tensor:
    r"""The next value of noise that remembers the last one.

    .. math:: x_t = x_{t-1} + \theta (m - x_{t-1}) \Delta t + \sigma \sqrt{\Delta t} \, \epsilon_t,
        \quad \epsilon_t \sim N(0, 1)

    A value fades to 1/e in about 1 / (theta dt) steps. The standard deviation is sigma sqrt(dt) after one step and
    tends to sigma sqrt(dt / (1 - (1 - theta dt)^2)). The paper names no dt. With its theta and sigma, dt = 1 is
    noise of 0.2 at an episode's first step and soon of 0.38, which fades in 6 steps. dt = 0.01, the default of
    TorchRL and Stable-Baselines3, is a tenth of that at first and half of it at step 100. It fades in 666 steps,
    so that it pushes the 200 of an episode of Pendulum-v1 to one side. docs/noise.md has the table.

    Source: Uhlenbeck and Ornstein 1930, https://doi.org/10.1103/PhysRev.36.823; Lillicrap et al. 2016, sec. 7
    Mirror: torchrl_impl/noise.py, ornstein_uhlenbeck

    Args:
        previous: [A], float32; x at the step before, `Config.ou_initial` at an episode's first.
        draw: [A], float32, from N(0, 1).
        theta: pull towards the mean, for each unit of time.
        sigma: diffusion, in action units for each square root of a unit of time.
        dt: units of time in a step.
        mean: m, in action units.

    Returns:
        [A], float32, in action units.
    """
    # sigma is a tensor, so that it is rounded before it meets the root of dt, as it is in TorchRL.
    diffusion = (torch.zeros_like(previous) + sigma) * math.sqrt(dt)
    return previous + theta * (mean - previous) * dt + diffusion * draw


def smoothing(action: Tensor, draw: Tensor, sigma: float, clip: float, low: Tensor, high: Tensor) -> Tensor:
    r"""Target action with clipped noise, clipped to the action bounds: TD3's target policy smoothing.

    .. math:: a' = \mathrm{clip}(\mu_{\theta'}(s') + \mathrm{clip}(\sigma \epsilon, -c, c), l, h),
        \quad \epsilon \sim N(0, 1)

    Source: Fujimoto et al. 2018, Algorithm 1, https://arxiv.org/abs/1802.09477; the clip to the bounds is their code's
        alone, https://github.com/sfujim/TD3
    Mirror: `TD3Loss`, made in torchrl_impl/losses.py

    Args:
        action: [B, A], the target actor's, in environment units.
        draw: [B, A], from N(0, 1), a number for each row and dimension.
        sigma: in action units.
        clip: c, in action units.
        low: [A], in environment units.
        high: [A], in environment units.

    Returns:
        [B, A], in environment units, inside the bounds; with sigma of 0 the action, clipped.
    """
    disturbance = torch.clamp(draw * sigma, -clip, clip)
    return torch.clamp(action + disturbance, low, high)


def init_noise(config: Config, space: Space) -> Noise:
    """Noise before a run's first step; before an episode's first one its value is zeros too, and its scale stays.

    Mirror: torchrl_impl/noise.py, explore
    """
    return Noise(torch.zeros(space.action_size), torch.tensor(config.noise_scales[0], dtype=torch.float32))


def explore(action: Tensor, draw: Tensor, noise: Noise, config: Config, space: Space) -> tuple[Tensor, Noise]:
    """The policy's action with the configured noise, and the noise's state after it.

    Mirror: torchrl_impl/noise.py, explore

    Args:
        action: [A], the policy's, in environment units.
        draw: [A], float32, from N(0, 1).
        noise: its state before this step.
        config: which noise, and its constants.
        space: the action bounds.

    Returns:
        [A], in environment units, inside the bounds; and the new state.
    """
    if config.noise == "gaussian":
        return gaussian(action, draw, noise.scale, space.low, space.high), noise
    previous = noise.value + config.ou_initial
    value = ornstein_uhlenbeck(previous, draw, config.ou_theta, config.ou_sigma, config.ou_dt)
    noisy = torch.clamp(action + noise.scale * value, space.low, space.high)
    return noisy, noise._replace(value=value - config.ou_initial)


def anneal(noise: Noise, config: Config) -> Noise:
    r"""The noise after one environment step more, its scale brought down towards its final one.

    .. math:: \sigma_{t+1} = \max(\sigma_T, \sigma_t - (\sigma_0 - \sigma_T) / T)

    The differences add up in float32, as they do in TorchRL: from 1 to 0.1 in 1,000 steps they arrive at
    0.1000162, and in 45 million steps, each less than half an ulp, they do nothing. Ornstein-Uhlenbeck noise has
    its value scaled down from 1, and keeps its own sigma.

    Source: Hollenstein et al. 2022, https://arxiv.org/abs/2206.03787, on scales that come down
    Mirror: torchrl_impl/noise.py, anneal_

    Args:
        noise: its state after a step.
        config: first and final scale, and T in environment steps, warm-up included; None: nothing changes.
    """
    if config.noise_sigma_final is None or config.noise_anneal_steps is None:
        return noise
    first, final = torch.tensor(config.noise_scales, dtype=torch.float32)
    scale = noise.scale - (first - final) / config.noise_anneal_steps
    return noise._replace(scale=torch.maximum(final, scale))
