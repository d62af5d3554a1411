"""Known differences of TorchRL in the gradients. linear_networks.py says what the numbers are worked from."""

import torch
from torch import nn
from torchrl.objectives.utils import hold_out_net

from parity_tests.assertions import assert_same_bits
from parity_tests.known_differences import known_difference
from parity_tests.linear_networks import column, linear_loss, no_updater, transitions

pytestmark = no_updater


def critic_gradient(loss, total):
    """[1]; what a backward pass from `total` leaves on the critic's one parameter."""
    (parameter,) = loss.value_network_params.parameters()
    return torch.autograd.grad(total, parameter, retain_graph=True)[0]


@known_difference("pred-value-gradient")
def test_the_sum_of_what_ddpg_loss_returns_has_the_gradient_of_the_summed_values_too():
    # By hand: Q = 2 = y in each of four rows and dQ/dfactor = a = 1, so the loss stands still, and the sum
    # of Q adds B = 4. With the sum, 2(Q - y) + B = 0: the critic stands still B/2 = 2 below the target.
    loss, batch = linear_loss(), transitions(4)
    returned = loss(batch)
    by_name = critic_gradient(loss, returned["loss_value"])
    by_recipe = critic_gradient(loss, returned.sum(reduce=True))
    assert_same_bits("critic gradient", torch.zeros(1), by_name)
    assert by_recipe.tolist() == [4.0]
    below = loss(transitions(4, reward=column(3.0, 3.0, 3.0, 3.0)))  # y = 4, Q = 2
    assert critic_gradient(loss, below.sum(reduce=True)).item() == 0.0
    return by_recipe.item() / 2


@known_difference("hold-out-net-unfreezes")
def test_hold_out_net_makes_frozen_layers_trainable():
    network = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1).requires_grad_(False))
    with hold_out_net(network):
        assert not any(parameter.requires_grad for parameter in network.parameters())
    thawed = [parameter.requires_grad for parameter in network[1].parameters()]
    assert thawed == [True, True]
    return sum(thawed)
