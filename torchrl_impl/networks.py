"""Actor and critic from `torchrl.modules.MLP`.

Mirror: reference/networks.py
"""

from contextlib import AbstractContextManager, nullcontext

import torch
from tensordict.nn import TensorDictModule
from torch import Tensor, nn
from torchrl.modules import MLP, DdpgMlpQNet, ValueOperator
from torchrl.modules.models.models import ddpg_init_last_layer
from torchrl.objectives import DDPGLoss, TD3Loss

from reference.config import Config
from reference.state import Space
from torchrl_impl.config import mlp_arguments
from torchrl_impl.state import critic_network, critic_params


class ScaledTanh(nn.Module):
    r"""Tanh, scaled to the action bounds.

    .. math:: \frac{h - l}{2} \tanh x + \frac{h + l}{2}

    `torchrl.modules.TanhModule` is no substitute: it computes l + (h - l)(tanh x + 1) / 2, also for
    bounds of -1 and 1, and adding 1 costs small actions their last bits.
    """

    def __init__(self, space: Space) -> None:
        super().__init__()
        # Plain attributes: as buffers they would become entries of the loss's parameters.
        self.scale, self.bias = (space.high - space.low) / 2, (space.high + space.low) / 2

    def forward(self, x: Tensor) -> Tensor:
        """[..., A], in environment units."""
        return self.scale * x.tanh() + self.bias


def actor(config: Config, space: Space) -> TensorDictModule:
    """The deterministic policy: reads `observation`, writes `action`.

    `MLP` draws its weights from torch's global generator: lend it the stream.
    """
    # Drawn on the CPU, whose stream was lent, and moved then.
    sizes = config.hidden_sizes
    with undrawn(config):
        network = MLP(
            space.observation_size, space.action_size, num_cells=list(sizes), **mlp_arguments(config, "actor", sizes)
        )
    init_layers_(network, config)
    module = nn.Sequential(network.to(config.device), ScaledTanh(space))
    return TensorDictModule(module, in_keys=["observation"], out_keys=["action"])


def critic(config: Config, space: Space) -> ValueOperator:
    """The critic: reads `observation` and `action`, which `MLP` joins, and writes `state_action_value` [..., 1]."""
    with undrawn(config):
        network = (joined if config.action_layer == 1 else joined_later)(config, space)
    init_layers_(network, config)
    return ValueOperator(network.to(config.device), in_keys=["observation", "action"])


def joined(config: Config, space: Space) -> MLP:
    """A critic whose first layer reads observation and action."""
    sizes, inputs = config.hidden_sizes, space.observation_size + space.action_size
    return MLP(inputs, 1, num_cells=list(sizes), **mlp_arguments(config, "critic", sizes))


def joined_later(config: Config, space: Space) -> DdpgMlpQNet:
    """A critic whose action enters at a later layer: an `MLP` over observations, and one over its outputs and actions.

    `DdpgMlpQNet` would use ELU, wait for its first input to know its size, and draw its last layer within 3e-3.
    """
    before, after = config.hidden_sizes[: config.action_layer - 1], config.hidden_sizes[config.action_layer - 1 :]
    first = {"in_features": space.observation_size, "out_features": before[-1], "num_cells": list(before[:-1])}
    second = {"in_features": before[-1] + space.action_size, "num_cells": list(after)}
    first |= {"depth": len(before) - 1} | mlp_arguments(config, "critic", before)
    return DdpgMlpQNet(first, second | mlp_arguments(config, "critic", after))


def undrawn(config: Config) -> AbstractContextManager:
    """Within, a module's own draws cost the lent stream nothing, where its layers are drawn again afterwards."""
    again = config.action_layer > 1 or config.final_init is not None
    return torch.random.fork_rng(devices=[]) if again else nullcontext()


def init_layers_(network: MLP | DdpgMlpQNet, config: Config) -> None:
    """Draws what was undrawn: layer for layer, the last one within `final_init`."""
    if config.action_layer == 1 and config.final_init is None:
        return
    *hidden, last = (module for module in network.modules() if isinstance(module, nn.Linear))
    for layer in hidden:
        layer.reset_parameters()
    if config.final_init is None:
        last.reset_parameters()
    else:
        ddpg_init_last_layer(nn.Sequential(last), 2 * config.final_init)


def evaluate_networks(loss_module: DDPGLoss | TD3Loss, observation: Tensor) -> tuple[Tensor, Tensor]:
    """mu(s) [P, A] and Q(s, mu(s)) [P] of a loss module's online networks, without exploration."""
    params, network = critic_params(loss_module), critic_network(loss_module)
    with torch.no_grad():
        with loss_module.actor_network_params.to_module(loss_module.actor_network):
            action = loss_module.actor_network(observation)
        # Of a stack, the first critic judges.
        with (params[0] if params.batch_dims else params).to_module(network):
            value = network(observation, action)
    return action, value.squeeze(-1)
