"""Actor and critic: multilayer perceptrons as pure functions of their parameters."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from reference.config import Config
from reference.state import Params, Space


def init_mlp(
    generator: torch.Generator,
    inputs: list[int],
    outputs: list[int],
    dtype: torch.dtype,
    layer_norm: bool = False,
    final_bound: float | None = None,
) -> Params:
    """Initial parameters of an MLP.

    Mirror: torchrl_impl/networks.py, where `torchrl.modules.MLP` draws the same numbers

    Args:
        generator: source of the draws, which moves; weights before bias, first layer first.
        inputs: of each layer; larger than the outputs before it where the action joins.
        outputs: units of each layer.
        dtype: of the draws and of the parameters.
        layer_norm: a LayerNorm behind each hidden layer, of gain 1 and bias 0.
        final_bound: of the last layer's weights and bias; None: as the other layers'.

    Returns:
        {"0.weight": [outputs[0], inputs[0]], "0.bias": [outputs[0]], "2.weight": ...}; a number is the layer's
        place in a `torch.nn.Sequential`, where activations and LayerNorms have places too.
    """
    params: Params = {}
    last, stride = len(outputs) - 1, 3 if layer_norm else 2
    for layer, (fan_in, fan_out) in enumerate(zip(inputs, outputs, strict=True)):
        bound, place = final_bound if layer == last else None, stride * layer
        drawn = init_linear(generator, fan_in, fan_out, dtype, bound)
        params[f"{place}.weight"], params[f"{place}.bias"] = drawn
        if layer_norm and layer < last:
            params[f"{place + 1}.weight"] = torch.ones(fan_out, dtype=dtype)
            params[f"{place + 1}.bias"] = torch.zeros(fan_out, dtype=dtype)
    return params


def init_linear(
    generator: torch.Generator, fan_in: int, fan_out: int, dtype: torch.dtype, bound: float | None
) -> tuple[Tensor, Tensor]:
    r"""Initial weights [fan_out, fan_in] and bias [fan_out] of one layer.

    .. math:: W, b \sim U(-1/\sqrt{n_{in}}, 1/\sqrt{n_{in}}), \quad \text{or } U(-c, c) \text{ with a bound } c

    Source: `torch.nn.Linear.reset_parameters`; Lillicrap et al. 2016, sec. 7, for the bound of a last layer
    """
    weight, bias = torch.empty(fan_out, fan_in, dtype=dtype), torch.empty(fan_out, dtype=dtype)
    if bound is None:
        # kaiming_uniform_(a=sqrt(5)) comes to 1/sqrt(fan_in) by a longer way, to another last bit.
        bound = math.sqrt(3.0) * (math.sqrt(2.0 / 6.0) / math.sqrt(fan_in))
        weight = weight.uniform_(-bound, bound, generator=generator)
        bound = 1 / math.sqrt(fan_in)
        return weight, bias.uniform_(-bound, bound, generator=generator)
    # As torchrl's `ddpg_init_last_layer` rounds: the span times a draw, less half of the span.
    span = 2 * bound
    weight = weight.uniform_(generator=generator) * span - span / 2
    return weight, bias.uniform_(generator=generator) * span - span / 2


def init_actor(generator: torch.Generator, config: Config, space: Space) -> Params:
    """Initial actor: observation to one number for each action dimension."""
    inputs, outputs = [space.observation_size, *config.hidden_sizes], [*config.hidden_sizes, space.action_size]
    layer_norm = config.layer_norm in ("actor", "both")
    params = init_mlp(generator, inputs, outputs, config.torch_dtype, layer_norm, config.final_init)
    return to_device(params, config.device)


def init_critic(generator: torch.Generator, config: Config, space: Space) -> Params:
    """Initial critic: observation and action, which joins at layer `action_layer`, to one value.

    Where `Config.critics` is n, n critics drawn one after the other and stacked: each parameter [n, ...].
    """
    inputs, outputs = [space.observation_size, *config.hidden_sizes], [*config.hidden_sizes, 1]
    inputs[config.action_layer - 1] += space.action_size
    layer_norm = config.layer_norm in ("critic", "both")
    drawn = [
        init_mlp(generator, inputs, outputs, config.torch_dtype, layer_norm, config.final_init)
        for _ in range(config.critics or 1)
    ]
    if config.critics is None:
        return to_device(drawn[0], config.device)
    return to_device({name: torch.stack([params[name] for params in drawn]) for name in drawn[0]}, config.device)


def mlp(params: Params, x: Tensor, action: Tensor | None = None) -> Tensor:
    r"""Linear layers with ReLU between them, and where the parameters hold one, LayerNorm before each ReLU.

    .. math:: x_{l+1} = \max(0, N(W_l x_l + b_l)), \quad \text{the last without } \max \text{ and } N, \\
        N(z) = g \frac{z - \bar z}{\sqrt{\mathrm{var}(z) + 10^{-5}}} + c

    Source: Ba et al. 2016, https://arxiv.org/abs/1607.06450 (LayerNorm)

    Args:
        params: as `init_mlp` returns them.
        x: [..., inputs[0]], the action not counted.
        action: [..., A]; joins the input of the layer that has room for it.

    Returns:
        [..., outputs[-1]]
    """
    layer_norm = "1.weight" in params
    stride = 3 if layer_norm else 2  # from one linear layer's place to the next one's
    last = stride * ((len(params) - 2) // (2 * stride - 2))
    for layer in range(0, last, stride):
        if action is not None and params[f"{layer}.weight"].shape[-1] > x.shape[-1]:
            x = torch.cat([x, action], dim=-1)
        x = F.linear(x, params[f"{layer}.weight"], params[f"{layer}.bias"])
        if layer_norm:
            x = F.layer_norm(x, x.shape[-1:], params[f"{layer + 1}.weight"], params[f"{layer + 1}.bias"])
        x = F.relu(x)
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
        params: critic or target critic; or n of them stacked, each parameter [n, ...].
        observation: [..., O]
        action: [..., A], in environment units.

    Returns:
        [...], or [n, ...] of a stack; the last dimension, of size one, is gone, so that no [B, 1] meets a [B].
    """
    if params["0.weight"].dim() == 2:
        return mlp(params, observation, action).squeeze(-1)
    # Inputs are spread out first, as `TD3Loss` has them: left to vmap, the products round otherwise.
    stack = len(params["0.weight"])
    observation, action = (x.expand(stack, *x.shape) for x in (observation, action))
    return torch.vmap(mlp)(params, observation, action).squeeze(-1)


def first_critic(params: Params) -> Params:
    """The critic that judges the actor: the first of a stack, or the only one."""
    return params if params["0.weight"].dim() == 2 else {name: value[0] for name, value in params.items()}


def to_device(params: Params, device: str) -> Params:
    """The parameters on `device`; draws are made on the CPU, whose streams we name."""
    return {name: value.to(device) for name, value in params.items()}
