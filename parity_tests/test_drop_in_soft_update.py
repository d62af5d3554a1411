"""`ReferenceSoftUpdate` in the place of `SoftUpdate`: the same bits, errors and warnings."""

import copy
import re
from unittest.mock import patch

import pytest
import torch
from tensordict.nn import TensorDictModule
from torch import nn
from torchrl.modules import ValueOperator
from torchrl.objectives import DDPGLoss, SoftUpdate, TD3Loss

from parity_tests.assertions import assert_same_bits
from torchrl_impl.drop_in import soft_update as drop_in
from torchrl_impl.drop_in.soft_update import ReferenceSoftUpdate

pytestmark = pytest.mark.filterwarnings("ignore:Found an eps value < 0.5", "ignore:No target network updater")

WEIGHTS = {
    "tau_0.005": {"tau": 0.005},
    "tau_0.1": {"tau": 0.1},
    "tau_1": {"tau": 1.0},
    "tau_0": {"tau": 0.0},
    "eps_0.995": {"eps": 0.995},
    "eps_0.7": {"eps": 0.7},
    "eps_0": {"eps": 0.0},
}

each_weight = pytest.mark.parametrize("weight", WEIGHTS.values(), ids=WEIGHTS.keys())
each_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["f32", "f64"])


class Critic(nn.Module):
    """Q of observation and action, with a batch norm: its running statistics are buffers."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(6, 7), nn.BatchNorm1d(7), nn.Tanh(), nn.Linear(7, 1))

    def forward(self, observation, action):
        return self.layers(torch.cat([observation, action], -1))


def actor():
    body = nn.Sequential(nn.Linear(4, 9), nn.Tanh(), nn.Linear(9, 2))
    return TensorDictModule(body, in_keys=["observation"], out_keys=["action"])


def critic():
    return ValueOperator(Critic(), in_keys=["observation", "action"])


def ddpg(**options):
    return DDPGLoss(actor(), critic(), **{"delay_actor": True, "delay_value": True, **options})


def td3():
    return TD3Loss(actor(), critic(), bounds=(-1, 1), delay_actor=True, delay_qvalue=True)


LOSSES = {"ddpg": ddpg, "td3": td3, "ddpg-delay_value": lambda: ddpg(delay_actor=False)}

each_loss = pytest.mark.parametrize("make", LOSSES.values(), ids=LOSSES.keys())


def seeded(make):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        return make()


def drift_(loss, number):
    """Moves every online parameter, as an optimiser would, and every online buffer."""
    generator = torch.Generator().manual_seed(number)
    for name, value in loss.named_parameters():
        value.data += 0.1 * torch.randn(value.shape, generator=generator, dtype=value.dtype)
        assert not name.startswith("target_")
    for name, value in loss.named_buffers():
        if not name.startswith("target_") and value.is_floating_point():
            value += 1.0


def run(kind, make, weight, dtype=torch.float32, steps=50):
    """The whole state of a loss after each step."""
    loss = seeded(make).to(dtype)
    updater, found = kind(loss, **weight), {}
    for number in range(steps):
        drift_(loss, number)
        updater.step()
        found[number] = {name: value.clone() for name, value in loss.state_dict().items()}
    return found


@each_weight
@each_loss
@each_dtype
def test_every_step_is_soft_updates(weight, make, dtype):
    ours, theirs = (run(kind, make, weight, dtype) for kind in (ReferenceSoftUpdate, SoftUpdate))
    assert_same_bits("state", ours, theirs)
    assert any(name.startswith("target_") and value.dtype == dtype for name, value in ours[0].items())


def test_running_statistics_of_the_target_stay_as_they_were():
    before = seeded(ddpg).state_dict()
    after = run(ReferenceSoftUpdate, ddpg, {"tau": 0.5})[49]
    names = [name for name in after if name.startswith("target_") and "running_" in name]
    assert names
    for name in names:
        assert_same_bits(name, after[name], before[name])


def test_building_one_copies_the_online_parameters_over_the_targets():
    loss = seeded(ddpg)
    drift_(loss, 0)
    ReferenceSoftUpdate(loss, tau=0.1)
    online, target = (dict(params.items(True, True)) for params in (loss.value_network_params, target_of(loss)))
    assert all(torch.equal(value, target[name]) for name, value in online.items() if value.requires_grad)


def target_of(loss):
    return loss.target_value_network_params


def test_targets_stay_in_the_memory_that_they_were_in():
    loss = seeded(ddpg)
    updater = ReferenceSoftUpdate(loss, tau=0.5)
    held = {name: value.data_ptr() for name, value in target_of(loss).items(True, True)}
    drift_(loss, 0)
    updater.step()
    assert {name: value.data_ptr() for name, value in target_of(loss).items(True, True)} == held


@pytest.mark.parametrize("first, second", [(SoftUpdate, ReferenceSoftUpdate), (ReferenceSoftUpdate, SoftUpdate)])
def test_a_run_goes_on_with_the_other_class(first, second):
    whole, parts = seeded(ddpg), seeded(ddpg)
    updater, other = first(whole, tau=0.1), first(parts, tau=0.1)
    for number in range(10):
        drift_(whole, number), updater.step()
        drift_(parts, number), other.step()
    saved, state = copy.deepcopy(parts.state_dict()), other.state_dict()
    resumed = seeded(ddpg)
    other = second(resumed, tau=0.1)
    resumed.load_state_dict(saved)
    other.load_state_dict(state)
    for number in range(10, 20):
        drift_(whole, number), updater.step()
        drift_(resumed, number), other.step()
    assert_same_bits("state", dict(resumed.state_dict()), dict(whole.state_dict()))


def test_the_arithmetic_is_the_references_and_not_torchrls():
    with patch.object(SoftUpdate, "_step", side_effect=AssertionError("TorchRL's arithmetic was asked")):
        run(ReferenceSoftUpdate, ddpg, {"tau": 0.1}, steps=2)
    asked = RuntimeError("the reference was asked")
    with (
        patch.object(drop_in, "soft_update", side_effect=asked),
        pytest.raises(RuntimeError, match="the reference was asked"),
    ):
        run(ReferenceSoftUpdate, ddpg, {"tau": 0.1}, steps=1)


WRONG = {
    "neither": (ddpg, {}),
    "both": (ddpg, {"tau": 0.1, "eps": 0.9}),
    "tau_above_one": (ddpg, {"tau": 1.5}),
    "tau_below_zero": (ddpg, {"tau": -0.5}),
    "no_loss": (lambda: nn.Linear(1, 1), {"tau": 0.1}),
    "no_targets": (lambda: ddpg(delay_actor=False, delay_value=False), {"tau": 0.1}),
}


def message(kind, make, weight):
    with pytest.raises((ValueError, RuntimeError)) as caught:
        kind(make(), **weight)
    return caught.type, re.sub(
        "torchrl_impl.drop_in.soft_update.Reference", "torchrl.objectives.utils.", str(caught.value)
    )


@pytest.mark.parametrize("make, weight", WRONG.values(), ids=WRONG.keys())
def test_wrong_arguments_are_refused_as_by_soft_update(make, weight):
    assert message(ReferenceSoftUpdate, make, weight) == message(SoftUpdate, make, weight)


def test_an_eps_taken_for_a_tau_is_warned_of():
    with pytest.warns(UserWarning, match="Found an eps value < 0.5"):
        ReferenceSoftUpdate(ddpg(), eps=0.005)


def test_a_loss_with_an_updater_warns_no_more_that_it_has_none(recwarn):
    loss = ddpg()
    ReferenceSoftUpdate(loss, tau=0.1)
    loss.target_value_network_params  # noqa: B018  reading it is what warns
    assert not [warning for warning in recwarn if "No target network updater" in str(warning.message)]


def test_a_step_on_an_updater_that_is_not_initialized_is_refused():
    updater = ReferenceSoftUpdate(ddpg(), tau=0.1)
    updater.load_state_dict({"initialized": False})
    with pytest.raises(Exception, match="ReferenceSoftUpdate must be initialized"):
        updater.step()
