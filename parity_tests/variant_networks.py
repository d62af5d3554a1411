"""The variants' networks, fresh from a seed and as after some training, on both sides."""

import pytest
import torch

from reference.config import Config
from reference.state import Space
from reference.update import init_networks
from torchrl_impl import update as torchrl_update
from torchrl_impl.state import critic_params, load_params_
from torchrl_impl.streams import lend

FIELDS = {
    "layer_norm-actor": {"layer_norm": "actor"},
    "layer_norm-critic": {"layer_norm": "critic"},
    "layer_norm-both": {"layer_norm": "both"},
    "action_layer_2": {"action_layer": 2},
    "action_layer_3": {"action_layer": 3},
    "action_layer_3-layer_norm": {"action_layer": 3, "layer_norm": "critic"},
    "final_init": {"final_init": 3e-3},
    "twin_critics": {"twin_critics": True},
    "target_noise": {"target_noise": 0.2},
    "all": {"layer_norm": "both", "action_layer": 2, "final_init": 3e-3, "twin_critics": True},
}
SIZES = (24, 16, 20)  # all unlike, so that no width can be taken for another

each_variant = pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"], ids=["f32", "f64"])


def config_and_space(fields, dtype="float64"):
    config = Config(dtype=dtype, hidden_sizes=SIZES, batch_size=7, **fields)
    low, high = (torch.tensor(ends, dtype=config.torch_dtype) for ends in ([-2.0, -1.0], [1.0, 3.0]))
    return config, Space(5, low, high, 9)


def fresh(fields, dtype="float64", seed=4):
    """The reference's networks from a seed, and where its stream then stands."""
    stream = torch.Generator().manual_seed(seed)
    return init_networks(stream, *config_and_space(fields, dtype)), stream.get_state()


def torchrl_fresh(fields, dtype="float64", seed=4):
    """TorchRL's."""
    stream = torch.Generator().manual_seed(seed)
    with lend(stream):
        learner = torchrl_update.init_networks(*config_and_space(fields, dtype))
    return learner, stream.get_state()


def trained(fields, dtype="float64"):
    """Networks of which nothing is as it was drawn, gains and biases of LayerNorm included; inputs for them."""
    config, space = config_and_space(fields, dtype)
    state, _ = fresh(fields, dtype)
    generator = torch.Generator().manual_seed(6)

    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=config.torch_dtype)

    theta, phi = ({k: v + 0.2 * normal(*v.shape) for k, v in params.items()} for params in (state.actor, state.critic))
    return theta, phi, normal(config.batch_size, 5), normal(config.batch_size, 2), config, space


def loaded(fields, dtype, theta, phi):
    """TorchRL's loss module with these parameters."""
    loss = torchrl_fresh(fields, dtype)[0].loss
    load_params_(loss.actor_network_params, theta)
    load_params_(critic_params(loss), phi)
    return loss
