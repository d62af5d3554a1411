"""What `ReferenceTD3Loss` alone must do as `TD3Loss` does."""

import copy
import warnings

import pytest
import torch
from tensordict.nn import TensorDictModule
from torch import nn
from torchrl.data import Bounded, Composite
from torchrl.objectives import SoftUpdate, TD3Loss

from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_losses import TD3, assert_alike, batch, disturb_targets, networks, pair, state
from torchrl_impl.drop_in.td3_loss import ReferenceTD3Loss

CLASSES = (TD3Loss, ReferenceTD3Loss)

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


@pytest.mark.parametrize("delay_actor", [False, True])
@pytest.mark.parametrize("delay_qvalue", [False, True])
def test_target_networks_are_those_of_the_original(delay_actor, delay_qvalue):
    assert_alike(TD3, pair(TD3, delay_actor=delay_actor, delay_qvalue=delay_qvalue), batch())


@pytest.mark.parametrize("policy_noise, noise_clip", [(0.0, 0.5), (0.2, 0.5), (3.0, 0.1)])
def test_smoothing_is_the_originals(policy_noise, noise_clip):
    assert_alike(TD3, pair(TD3, policy_noise=policy_noise, noise_clip=noise_clip), batch(31))


def test_smoothing_moves_the_target():
    _, replacement = pair(TD3, policy_noise=1.0)
    targets = []
    for seed in (1, 2):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            targets.append(replacement(batch(flags="none"))["target_value"])
    assert not torch.equal(*targets)


@pytest.mark.parametrize("policy_noise", [0.0, 0.2])
def test_loss_takes_as_many_draws_as_the_original(policy_noise):
    after = []
    for made in pair(TD3, policy_noise=policy_noise):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(3)
            made(batch())
            after.append(torch.random.get_rng_state())
    assert torch.equal(*after)


def test_loops_in_place_of_vmap_give_what_they_give_in_the_original():
    assert_alike(TD3, pair(TD3, deactivate_vmap=True), batch())


@pytest.mark.parametrize("randomness", ["same", "different"])
def test_randomness_under_vmap_is_the_originals(randomness):
    both = pair(TD3, parts=networks(dropout=0.5))
    for made in both:
        made.set_vmap_randomness(randomness)
    assert_alike(TD3, both, batch())


@pytest.mark.parametrize("cls", CLASSES)
def test_unknown_randomness_under_vmap_is_refused(cls):
    actor, critics = networks()
    with pytest.raises(ValueError, match="Wrong vmap randomness"):
        cls(actor, critics, **TD3.arguments).set_vmap_randomness("some")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_single_module_is_drawn_anew_as_by_the_original(number):
    both = []
    for cls in CLASSES:
        actor, critics = networks()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(9)
            made = cls(actor, critics[0], num_qvalue_nets=number, **TD3.arguments)
        made.make_value_estimator(gamma=0.9)
        disturb_targets(made)
        both.append(made)
    assert_alike(TD3, both, batch())


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
def test_actor_that_waits_for_its_sizes_becomes_that_of_the_original():
    # Critics that wait are more than `TD3Loss` can stack.
    both, (_, critics) = [], networks()
    for cls in CLASSES:
        actor = TensorDictModule(nn.LazyLinear(3), in_keys=["observation"], out_keys=["action"])
        made = cls(actor, copy.deepcopy(critics), **TD3.arguments)
        made.make_value_estimator(gamma=0.9)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(7)
            actor(batch())
        both.append(made)
    assert_alike(TD3, both, batch())


@pytest.mark.parametrize("wrapped", [False, True], ids=["leaf", "composite"])
def test_bounds_of_a_spec_are_those_of_the_original(wrapped):
    spec = Bounded(torch.tensor([-0.2, -0.1, -0.3]), torch.tensor([0.1, 0.2, 0.3]), (3,))
    spec = Composite(action=spec) if wrapped else spec
    both = pair(TD3, bounds=None, action_spec=spec)
    assert_same_bits("state", *map(state, both))
    assert_alike(TD3, both, batch())


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize(
    "arguments, error",
    [
        ({"bounds": None}, ValueError),
        ({"bounds": (1.0, -1.0)}, ValueError),
        ({"gamma": 0.9}, TypeError),
        ({"priority_key": "a"}, RuntimeError),
        ({"num_qvalue_nets": 3}, RuntimeError),
    ],
)
def test_constructor_refuses_what_the_original_refuses(cls, arguments, error):
    with pytest.raises(error):
        cls(*networks(), **{**TD3.arguments, **arguments})


@pytest.mark.filterwarnings("default:No target network updater")
@pytest.mark.parametrize("cls", CLASSES)
def test_missing_updater_is_warned_of_until_there_is_one(cls):
    made = cls(*networks(), **TD3.arguments)
    with pytest.warns(UserWarning, match="No target network updater"):
        made(batch())
    SoftUpdate(made, tau=0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made(batch())
