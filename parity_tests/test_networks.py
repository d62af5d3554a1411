"""Rung: initial weights, and the forward passes of actor and critic."""

import pytest
import torch
from tensordict import TensorDict
from torch import nn
from torchrl.modules import TanhModule

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.cases import each_case, learner_of
from reference.config import Config
from reference.networks import actor, critic, init_mlp, mlp
from reference.state import Space
from reference.update import init_networks
from torchrl_impl import update as torchrl_update
from torchrl_impl.networks import ScaledTanh, evaluate_networks
from torchrl_impl.streams import lend

RUNG = "networks"

each_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["f32", "f64"])

SHAPES = {
    "1_action-1_hidden": (3, 1, (8,)),
    "3_actions-2_hidden": (4, 3, (32, 48)),
    "2_actions-3_hidden": (11, 2, (64, 16, 64)),
    "17_actions-notebook": (5, 17, (256, 256)),
}
"""Observation size, action size, hidden sizes."""

each_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())


def config_and_space(shape, dtype):
    observation_size, action_size, hidden_sizes = shape
    config = Config(dtype=str(dtype).removeprefix("torch."), hidden_sizes=hidden_sizes)
    return config, Space(
        observation_size, -torch.ones(action_size, dtype=dtype), torch.ones(action_size, dtype=dtype), 9
    )


def both_fresh(shape, dtype):
    """The networks of both sides from one seed, and where each stream then stands."""
    config, space = config_and_space(shape, dtype)
    ours_from, theirs_from = torch.Generator().manual_seed(4), torch.Generator().manual_seed(4)
    ours = init_networks(ours_from, config, space)
    with lend(theirs_from):
        theirs = torchrl_update.train_state(torchrl_update.init_networks(config, space))
    return ours, theirs, ours_from.get_state(), theirs_from.get_state()


@each_dtype
@pytest.mark.parametrize("sizes", [[1, 1], [3, 2], [4, 32, 48, 2], [7, 256, 256, 1]], ids=str)
def test_initial_weights_are_those_of_torch_linear(sizes, dtype):
    ours = init_mlp(torch.Generator().manual_seed(9), sizes[:-1], sizes[1:], dtype)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(9)
        layers = [nn.Linear(*pair, dtype=dtype) for pair in zip(sizes[:-1], sizes[1:], strict=True)]
    theirs = {f"{2 * k}.{name}": value for k, layer in enumerate(layers) for name, value in layer.named_parameters()}
    assert_same_bits("weights", ours, theirs)


@each_dtype
@each_shape
def test_initial_networks_are_torchrls_with_the_stream_lent(shape, dtype):
    ours, theirs, *_ = both_fresh(shape, dtype)
    assert_same_bits("networks", ours, theirs)


@each_dtype
@each_shape
def test_initial_networks_move_the_stream_as_torchrl_does(shape, dtype):
    _, _, ours_at, theirs_at = both_fresh(shape, dtype)
    assert_same_bits("stream", ours_at, theirs_at)


def test_the_actor_is_drawn_before_the_critic():
    config, space = config_and_space((4, 3, (32, 48)), torch.float32)
    networks = init_networks(torch.Generator().manual_seed(4), config, space)
    first_drawn = init_mlp(torch.Generator().manual_seed(4), [4, 32, 48], [32, 48, 3], torch.float32)
    assert_same_bits("actor", networks.actor, first_drawn)


@each_dtype
@each_shape
def test_targets_start_equal_to_the_online_networks(shape, dtype):
    ours, theirs, *_ = both_fresh(shape, dtype)
    for side, networks in {"reference": ours, "torchrl": theirs}.items():
        assert_same_bits(f"{side} target actor", networks.target_actor, networks.actor)
        assert_same_bits(f"{side} target critic", networks.target_critic, networks.critic)


def torchrl_actor(learner, observation):
    with learner.loss.actor_network_params.to_module(learner.loss.actor_network):
        return learner.loss.actor_network(observation).detach()


def torchrl_critic(learner, observation, action):
    with learner.loss.value_network_params.to_module(learner.loss.value_network):
        return learner.loss.value_network(observation, action).detach().squeeze(-1)


@each_case
def test_actor_is_torchrls(material):
    learner, observation = learner_of(material), material.batch.observation
    with unchanged("input", material.state, observation):
        ours = actor(material.state.actor, observation, material.space)
        theirs = torchrl_actor(learner, observation)
    assert_same_bits("action", ours, theirs)


@each_case
def test_actor_on_one_row_is_torchrls(material):
    observation = material.batch.observation[0]
    ours = actor(material.state.actor, observation, material.space)
    assert_same_bits("action", ours, torchrl_actor(learner_of(material), observation))


@each_case
def test_critic_is_torchrls(material):
    learner, batch = learner_of(material), material.batch
    with unchanged("input", material.state, batch):
        ours = critic(material.state.critic, batch.observation, batch.action)
        theirs = torchrl_critic(learner, batch.observation, batch.action)
    assert_same_bits("value", ours, theirs)


@each_case
def test_critic_on_one_row_is_torchrls(material):
    observation, action = material.batch.observation[0], material.batch.action[0]
    ours = critic(material.state.critic, observation, action)
    assert_same_bits("value", ours, torchrl_critic(learner_of(material), observation, action))


@each_case
def test_critic_at_the_actors_action_is_torchrls(material):
    learner, observation = learner_of(material), material.batch.observation
    action = actor(material.state.actor, observation, material.space)
    ours = action, critic(material.state.critic, observation, action)
    for name, left, right in zip(("action", "value"), ours, evaluate_networks(learner.loss, observation), strict=True):
        assert_same_bits(name, left, right)


@each_case
def test_critic_returns_one_number_a_row(material):
    batch = material.batch
    assert critic(material.state.critic, batch.observation, batch.action).shape == batch.reward.shape
    assert critic(material.state.critic, batch.observation[0], batch.action[0]).shape == ()


def test_mlp_has_relu_between_layers_and_none_after_the_last():
    params = {
        "0.weight": torch.tensor([[2.0]]),
        "0.bias": torch.tensor([-1.0]),
        "2.weight": torch.tensor([[3.0]]),
        "2.bias": torch.tensor([-10.0]),
    }
    # by hand: 3 * max(0, 2 * 1 - 1) - 10, and 3 * max(0, 2 * 0 - 1) - 10
    assert mlp(params, torch.tensor([[1.0], [0.0]])).tolist() == [[-7.0], [-10.0]]


# tanh is 1, 0 and -1 here. By hand: 1.5 * tanh - 0.5 for bounds -2 and 1, and 2 * tanh + 1 for bounds -1 and 3.
SCALING = {"high": (100.0, [1.0, 3.0]), "middle": (0.0, [-0.5, 1.0]), "low": (-100.0, [-2.0, -1.0])}
ASYMMETRIC = Space(1, torch.tensor([-2.0, -1.0]), torch.tensor([1.0, 3.0]), 9)


@pytest.mark.parametrize("bias, action", SCALING.values(), ids=SCALING.keys())
def test_actor_is_scaled_to_the_bounds_of_each_dimension(bias, action):
    params = {"0.weight": torch.zeros(2, 1), "0.bias": torch.full((2,), bias)}
    assert actor(params, torch.ones(1), ASYMMETRIC).tolist() == action


@pytest.mark.parametrize("x, action", SCALING.values(), ids=SCALING.keys())
def test_scaled_tanh_is_scaled_to_the_bounds_of_each_dimension(x, action):
    assert ScaledTanh(ASYMMETRIC)(torch.full((2,), x)).tolist() == action


@each_dtype
def test_actor_is_torchrls_where_rounding_puts_it_outside_the_bounds(dtype):
    # tanh is 1 here, and TorchRL's loss does not clip.
    ends = torch.randn(2, 1000, generator=torch.Generator().manual_seed(2), dtype=dtype)
    space = Space(1, ends.amin(0), ends.amax(0), 9)
    bias = torch.full((1000,), 100.0, dtype=dtype)
    ours = actor({"0.weight": torch.zeros(1000, 1, dtype=dtype), "0.bias": bias}, torch.ones(1, dtype=dtype), space)
    assert_same_bits("action", ours, ScaledTanh(space)(bias))
    assert (ours > space.high).any()


@each_dtype
def test_torchrls_own_tanh_module_rounds_differently(dtype):
    # The reason for ScaledTanh; when this fails, TanhModule can take its place.
    x = torch.randn(100, 2, generator=torch.Generator().manual_seed(0), dtype=dtype)
    low, high = -torch.ones(2, dtype=dtype), torch.ones(2, dtype=dtype)
    theirs = TanhModule(in_keys=["x"], low=low, high=high)(TensorDict({"x": x}, [100]))["x"]
    assert_same_bits("TanhModule against its formula", theirs, low + (high - low) * (x.tanh() + 1) / 2)
    assert not torch.equal(ScaledTanh(Space(1, low, high, 9))(x), theirs)
