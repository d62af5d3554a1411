"""What `ReferenceDDPGLoss` alone must do as `DDPGLoss` does, and the one thing that it does otherwise."""

import warnings

import pytest
import torch
from tensordict.nn import TensorDictModule, TensorDictSequential
from torch import nn
from torchrl.modules import ValueOperator
from torchrl.objectives import DDPGLoss, SoftUpdate

from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_losses import DDPG, Joined, assert_alike, batch, disturb_targets, mlp, pair
from torchrl_impl.drop_in.ddpg_loss import ReferenceDDPGLoss

CLASSES = (DDPGLoss, ReferenceDDPGLoss)

quiet = pytest.mark.filterwarnings("ignore:No target network updater")


@quiet
@pytest.mark.parametrize("delay_actor", [False, True])
@pytest.mark.parametrize("delay_value", [False, True])
def test_target_networks_are_those_of_the_original(delay_actor, delay_value):
    assert_alike(DDPG, pair(DDPG, delay_actor=delay_actor, delay_value=delay_value), batch())


@quiet
def test_default_target_is_computed_with_the_live_actor():
    _, replacement = pair(DDPG)
    before = replacement(batch(flags="none"))["target_value"]
    for value in replacement.actor_network_params.values(True, True):
        value.data.add_(0.1)
    assert not torch.equal(replacement(batch(flags="none"))["target_value"], before)


@quiet
def test_pred_value_has_no_gradient_as_it_has_in_the_original():
    original, replacement = pair(DDPG)
    assert original(batch())["pred_value"].requires_grad
    assert not replacement(batch())["pred_value"].requires_grad


@quiet
def test_sum_of_all_outputs_has_the_gradient_of_the_losses():
    _, replacement = pair(DDPG)
    gradients = []
    for chosen in (replacement.out_keys, ["loss_actor", "loss_value"]):
        replacement.zero_grad()
        outputs = replacement(batch())
        sum(outputs[key].sum() for key in chosen).backward()
        gradients.append({name: value.grad.clone() for name, value in replacement.named_parameters()})
    assert_same_bits("gradient", *gradients)


@quiet
@pytest.mark.parametrize("separate_losses", [False, True])
@pytest.mark.parametrize("name", ["loss_actor", "loss_value"])
def test_gradients_of_a_shared_trunk_are_the_originals(separate_losses, name):
    found = []
    for cls in CLASSES:
        made = with_a_shared_trunk(cls, separate_losses)
        made(batch())[name].backward()
        found.append({key: value.grad for key, value in made.named_parameters() if value.grad is not None})
    assert_same_bits("gradient", found[1], found[0])


@quiet
@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("name, key", [("loss_value", "action"), ("loss_actor", "observation")])
def test_gradient_ends_at_the_batch_as_in_the_original(cls, name, key):
    # A batch fresh from the actor still carries its graph.
    frames = batch()
    frames[key].requires_grad_()
    ready(cls(*actor_and_critic()))(frames)[name].backward()
    assert frames[key].grad is None


def with_a_shared_trunk(cls, separate_losses):
    """A loss whose actor and critic read the same hidden layer."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        trunk = TensorDictModule(nn.Linear(4, 16), in_keys=["observation"], out_keys=["hidden"])
        head = TensorDictModule(nn.Linear(16, 3), in_keys=["hidden"], out_keys=["action"])
        judge = ValueOperator(Joined(*mlp(19, 1)), in_keys=["hidden", "action"])
    actor, critic = TensorDictSequential(trunk, head), TensorDictSequential(trunk, judge)
    return ready(cls(actor, critic, separate_losses=separate_losses))


def ready(made):
    """With an estimator, and targets apart from the online networks."""
    made.make_value_estimator(gamma=0.9)
    disturb_targets(made)
    return made


@quiet
def test_critic_that_reads_more_than_the_actor_gets_it_as_in_the_original():
    both = [ready(cls(*actor_and_critic(reads=("observation", "action", "state"), inputs=9))) for cls in CLASSES]
    frames, generator = batch(), torch.Generator().manual_seed(4)
    for key in ("state", ("next", "state")):
        frames.set(key, torch.randn(12, 2, generator=generator))
    assert_alike(DDPG, both, frames)


def actor_and_critic(reads=("observation", "action"), inputs=7):
    """The same ones each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        actor, critic = nn.Sequential(*mlp(4, 3)), Joined(*mlp(inputs, 1))
    actor = TensorDictModule(actor, in_keys=["observation"], out_keys=["action"])
    return actor, ValueOperator(critic, in_keys=list(reads))


@pytest.mark.parametrize("cls", CLASSES)
def test_networks_that_wait_for_their_sizes_are_refused_as_by_the_original(cls):
    actor = TensorDictModule(nn.LazyLinear(3), in_keys=["observation"], out_keys=["action"])
    critic = ValueOperator(Joined(nn.LazyLinear(1)), in_keys=["observation", "action"])
    with pytest.raises(ValueError, match="uninitialized parameter"):
        cls(actor, critic)


@pytest.mark.parametrize("cls", CLASSES)
def test_missing_updater_is_warned_of_until_there_is_one(cls):
    made = cls(*actor_and_critic(), delay_actor=True)
    with pytest.warns(UserWarning, match="No target network updater"):
        made(batch())
    SoftUpdate(made, tau=0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made(batch())


@pytest.mark.parametrize("cls", CLASSES)
def test_randomness_under_vmap_cannot_be_set(cls):
    with pytest.raises(NotImplementedError, match="_make_vmap"):
        cls(*actor_and_critic()).set_vmap_randomness("different")


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("arguments, error", [({"gamma": 0.9}, TypeError), ({"nonsense": 1}, TypeError)])
def test_constructor_refuses_what_the_original_refuses(cls, arguments, error):
    with pytest.raises(error):
        cls(*actor_and_critic(), **arguments)


@pytest.mark.parametrize("cls", CLASSES)
def test_unknown_key_is_refused_as_by_the_original(cls):
    with pytest.raises(ValueError, match="is not an accepted tensordict key"):
        cls(*actor_and_critic()).set_keys(nonsense="a")
