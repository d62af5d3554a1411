"""Known differences of TorchRL in the update of the targets. linear_networks.py has the numbers' source."""

import torch
from torch import nn
from torchrl.modules import ValueOperator
from torchrl.objectives import HardUpdate, SoftUpdate

from parity_tests.assertions import assert_same_bits
from parity_tests.known_differences import known_difference
from parity_tests.linear_networks import fill_, linear_actor, linear_critic, linear_loss, no_updater, numbers
from reference.soft_update import soft_update

pytestmark = no_updater


@known_difference("updater-built-after-loading")
def test_building_an_updater_overwrites_the_targets():
    loss = linear_loss()
    fill_(loss.target_value_network_params, 7.0)  # as restored from a checkpoint
    SoftUpdate(loss, tau=0.5)
    restored = numbers(loss.target_value_network_params)
    assert restored == [2.0]  # the online critic's
    return 7.0 - restored[0]


class Normalised(nn.Module):
    """Q(s, a) of a batch-normalised action; the last layer's bias is frozen."""

    def __init__(self):
        super().__init__()
        self.norm, self.last = nn.BatchNorm1d(1), nn.Linear(1, 1)
        self.last.bias.requires_grad_(False)

    def forward(self, observation, action):
        return self.last(self.norm(action))


@known_difference("buffers-skipped")
def test_soft_update_skips_buffers_and_frozen_parameters():
    loss = linear_loss(critic=ValueOperator(Normalised(), in_keys=["observation", "action"]))
    updater = SoftUpdate(loss, tau=0.5)
    fill_(loss.target_value_network_params, 0.0)
    fill_(loss.value_network_params, 8.0)
    updater.step()
    moved = {".".join(key[1:]): value.item() for key, value in loss.target_value_network_params.items(True, True)}
    skipped = {"norm.running_mean", "norm.running_var", "norm.num_batches_tracked", "last.bias"}
    assert {name for name, value in moved.items() if value == 0.0} == skipped
    assert {value for name, value in moved.items() if name not in skipped} == {4.0}  # by hand: half way from 0 to 8
    return 4.0 - moved["norm.running_mean"]


@known_difference("hard-update-period")
def test_hard_update_copies_one_call_late():
    loss = linear_loss()
    updater, copied = HardUpdate(loss, value_network_update_interval=3), []
    for call in range(1, 13):
        fill_(loss.value_network_params, 10.0 * call)
        updater.step()
        if numbers(loss.target_value_network_params) == [10.0 * call]:
            copied.append(call)
    assert copied == [4, 8, 12]  # every third call would be 3, 6, 9, 12
    return copied[1] - copied[0] - 3


@known_difference("soft-update-weight-rounding")
def test_soft_update_weighs_by_one_minus_one_minus_tau():
    loss = linear_loss(linear_actor(1.0, torch.float64), linear_critic(1.0, torch.float64))
    updater = SoftUpdate(loss, tau=0.005)
    target = {"factor": torch.zeros(1, dtype=torch.float64)}
    fill_(loss.target_value_network_params, 0.0)
    updater.step()
    (theirs,) = loss.target_value_network_params.values(True, True)
    online = {"factor": torch.ones(1, dtype=torch.float64)}
    assert_same_bits("target", soft_update(target, online, 1 - (1 - 0.005))["factor"], theirs.detach())
    assert soft_update(target, online, 0.005)["factor"].item() == 0.005  # by hand: 0 + 0.005 * (1 - 0)
    return theirs.item() - 0.005
