"""Actor and critic: multilayer perceptrons as pure functions of their parameters."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from reference.config import Config
from reference.state import Params, Space


def init_mlp(generator: torch.Generator, sizes: list[int], dtype: torch.dtype) -> Params:
    r"""Initial parameters of an MLP, as `torch.nn.Linear` draws them.

    .. math:: W, b \sim U(-1/\sqrt{n_{in}}, 1/\sqrt{n_{in}})

    Source: `torch.nn.Linear.reset_parameters`
    Mirror: torchrl_impl/networks.py, where `torchrl.modules.MLP` draws the same numbers

    Args:
        generator: source of the draws, which moves; weights before bias, first layer first.
        sizes: units of input, hidden and output layers.
        dtype: of the draws and of the parameters.

    Returns:
        {"0.weight": [sizes[1], sizes[0]], "0.bias": [sizes[1]], "2.weight": ...}; the odd
        numbers are the activations' places in a `torch.nn.Sequential`.
    """
    params: Params = {}
    for layer, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        # kaiming_uniform_(a=sqrt(5)) comes to 1/sqrt(fan_in) by a longer way, to another last bit.
        bound = math.sqrt(3.0) * (math.sqrt(2.0 / 6.0) / math.sqrt(fan_in))
        weight, bias = torch.empty(fan_out, fan_in, dtype=dtype), torch.empty(fan_out, dtype=dtype)
        params[f"{2 * layer}.weight"] = weight.uniform_(-bound, bound, generator=generator)
        bound = 1 / math.sqrt(fan_in)
        params[f"{2 * layer}.bias"] = bias.uniform_(-bound, bound, generator=generator)
    return params


def init_actor(generator: torch.Generator, config: Config, space: Space) -> Params:
    """Initial actor: observation to one number for each action dimension."""
    sizes = [space.observation_size, *config.hidden_sizes, space.action_size]
    return to_device(init_mlp(generator, sizes, config.torch_dtype), config.device)


def init_critic(generator: torch.Generator, config: Config, space: Space) -> Params:
    """Initial critic: observation and action, joined at the first layer, to one value."""
    sizes = [space.observation_size + space.action_size, *config.hidden_sizes, 1]
    return to_device(init_mlp(generator, sizes, config.torch_dtype), config.device)


def mlp(params: Params, x: Tensor) -> Tensor:
    r"""Linear layers with ReLU between them.

    .. math:: x_{l+1} = \max(0, W_l x_l + b_l), \quad \text{the last without } \max

    Args:
        params: as `init_mlp` returns them.
        x: [..., sizes[0]]

    Returns:
        [..., sizes[-1]]
    """
    last = len(params) - 2  # two parameters a layer, and a layer's name counts by two
    for layer in range(0, last, 2):
        x = F.relu(F.linear(x, params[f"{layer}.weight"], params[f"{layer}.bias"]))
    return F.linear(x, params[f"{last}.weight"], params[f"{last}.bias"])


def actor(params: Params, observation: Tensor, space: Space) -> Tensor:
    r"""Deterministic policy, scaled to the action bounds.

    .. math:: \mu_\theta(s) = \frac{h - l}{2} \tanh f_\theta(s) + \frac{h + l}{2}

    Source: Lillicrap et al. 2016, sec. 7, https://arxiv.org/abs/1509.02971 (tanh); the notebook (scaling)
    Mirror: torchrl_impl/networks.py, actor

    Args:
        params: actor or target actor.
        observation: [..., O]
        space: `low` and `high` of the actions; they may differ by dimension.

    Returns:
        [..., A], in environment units. Where tanh reaches 1, rounding can put it an ulp
        outside the bounds: `noise.gaussian` and `evaluate` clip, the target does not.
    """
    scale, bias = (space.high - space.low) / 2, (space.high + space.low) / 2
    return scale * mlp(params, observation).tanh() + bias


def critic(params: Params, observation: Tensor, action: Tensor) -> Tensor:
    r"""Q-value of an action.

    .. math:: Q_\phi(s, a)

    Mirror: torchrl_impl/networks.py, critic

    Args:
        params: critic or target critic.
        observation: [..., O]
        action: [..., A], in environment units.

    Returns:
        [...]; the last dimension, of size one, is gone, so that no [B, 1] meets a [B].
    """
    return mlp(params, torch.cat([observation, action], dim=-1)).squeeze(-1)


def to_device(params: Params, device: str) -> Params:
    """The parameters on `device`; draws are made on the CPU, whose streams we name."""
    return {name: value.to(device) for name, value in params.items()}
