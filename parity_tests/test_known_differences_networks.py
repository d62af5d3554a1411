"""Known differences of TorchRL in the networks. linear_networks.py says what the numbers are worked from."""

import torch
from tensordict import TensorDict
from torchrl.modules import TanhModule

from parity_tests.assertions import assert_same_bits
from parity_tests.known_differences import known_difference
from parity_tests.linear_networks import linear_critic, no_updater, numbers, td3_loss
from reference.state import Space
from torchrl_impl.networks import ScaledTanh

pytestmark = no_updater


def tanh_module(x, low, high):
    """What `TanhModule` makes of x [...] in bounds of the same shape."""
    return TanhModule(in_keys=["x"], low=low, high=high)(TensorDict({"x": x}, []))["x"]


@known_difference("tanh-module-leaves-the-box")
def test_the_greedy_action_leaves_the_box_by_rounding():
    tenths = torch.arange(1, 100) / 10
    low, high = (ends.flatten() for ends in torch.meshgrid(-tenths, tenths, indexing="ij"))
    x = torch.full_like(high, 100.0)  # tanh is 1, so by hand the action is `high`
    theirs = tanh_module(x, low, high)
    assert_same_bits("TanhModule against its formula", theirs, low + (high - low) * (x.tanh() + 1) / 2)
    assert int((ScaledTanh(Space(1, low, high, 9))(x) > high).sum()) == 1622  # ours is not exempt
    return int((theirs > high).sum())


@known_difference("tanh-module-rounding")
def test_tanh_module_loses_small_actions():
    x, two = torch.tensor([1e-8]), torch.tensor([2.0])
    assert tanh_module(x, -two, two).item() == 0.0  # -2 + 4 * (1e-8 + 1) / 2, and 1e-8 + 1 is 1 in float32
    return ScaledTanh(Space(1, -two, two, 9))(x).item()  # by hand: 2 * 1e-8


@known_difference("tanh-module-unit-bounds")
def test_tanh_module_rescales_also_where_the_bounds_are_those_of_tanh():
    x, one = torch.tensor([1e-8]), torch.tensor([1.0])
    module = TanhModule(in_keys=["x"], low=-one, high=one)
    assert not any(module.non_trivial.values())  # it knows that there is nothing to do
    assert module(TensorDict({"x": x}, []))["x"].item() == 0.0
    return x.tanh().item()  # by hand: 1e-8


@known_difference("td3-redraws-critics")
def test_td3_loss_draws_the_weights_of_a_single_critic_module_anew():
    critic = linear_critic(2.0)
    critic.module.register_parameter("other", torch.nn.Parameter(torch.tensor([-3.0, 5.0])))
    with torch.random.fork_rng(devices=[]):
        loss = td3_loss(critic, num_qvalue_nets=2)
    drawn = loss.qvalue_network_params["module", "other"]
    assert drawn.shape == (2, 2) and ((drawn >= -3.0) & (drawn <= 5.0)).all()  # between the least and the largest
    assert numbers(td3_loss([linear_critic(2.0), linear_critic(3.0)]).qvalue_network_params) == [2.0, 3.0]
    return int((drawn != torch.tensor([-3.0, 5.0])).sum())


@known_difference("td3-one-critic")
def test_td3_loss_has_nothing_to_train_given_a_list_of_one_critic():
    module = linear_critic()
    module.module.register_parameter("other", torch.nn.Parameter(torch.tensor([-3.0, 5.0])))
    with torch.random.fork_rng(devices=[]):
        drawn = td3_loss(module, num_qvalue_nets=1).qvalue_network_params["module", "other"]
    assert drawn.requires_grad and (drawn != torch.tensor([-3.0, 5.0])).all()  # it trains, but not these weights
    loss = td3_loss([linear_critic()], num_qvalue_nets=1)
    assert numbers(loss.qvalue_network_params) == [2.0]
    assert len(list(td3_loss([linear_critic(), linear_critic()]).qvalue_network_params.parameters())) == 1  # a stack
    return len(list(loss.qvalue_network_params.parameters()))
