"""Actor and critic from `torchrl.modules.MLP`.

Mirror: reference/networks.py
"""

import torch
from tensordict.nn import TensorDictModule
from torch import Tensor, nn
from torchrl.modules import MLP, ValueOperator
from torchrl.objectives import DDPGLoss

from reference.config import Config
from reference.state import Space
from torchrl_impl.config import mlp_arguments


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
    network = MLP(space.observation_size, space.action_size, **mlp_arguments(config)).to(config.device)
    module = nn.Sequential(network, ScaledTanh(space))
    return TensorDictModule(module, in_keys=["observation"], out_keys=["action"])


def critic(config: Config, space: Space) -> ValueOperator:
    """The critic: reads `observation` and `action`, which `MLP` joins, and writes `state_action_value` [..., 1]."""
    network = MLP(space.observation_size + space.action_size, 1, **mlp_arguments(config)).to(config.device)
    return ValueOperator(network, in_keys=["observation", "action"])


def evaluate_networks(loss_module: DDPGLoss, observation: Tensor) -> tuple[Tensor, Tensor]:
    """mu(s) [P, A] and Q(s, mu(s)) [P] of a loss module's online networks, without exploration."""
    with torch.no_grad():
        with loss_module.actor_network_params.to_module(loss_module.actor_network):
            action = loss_module.actor_network(observation)
        with loss_module.value_network_params.to_module(loss_module.value_network):
            value = loss_module.value_network(observation, action)
    return action, value.squeeze(-1)
