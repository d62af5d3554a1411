"""A shadow is the original in all that others use: options, keys, subclasses, updaters, copies."""

import copy

import pytest
import torch
from torchrl.objectives import DDPGLoss, ValueEstimators

from parity_tests import drop_in_losses
from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_losses import DDPG, Keys, batch, disturb_targets
from parity_tests.shadows import assert_answers_alike, both, learner, plain, shadowed, step, trained
from torchrl_impl.drop_in.shadow import ShadowDDPGLoss

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


# The original's surface.


def weighted(frames):
    frames["priority_weight"] = torch.linspace(0.1, 2.0, frames.shape[0])
    return frames


def masked(frames):
    frames["collector", "mask"] = torch.arange(frames.shape[0]) % 3 > 0
    return frames


SURFACE = {
    "l1": ({"loss_function": "l1"}, {}, batch()),
    "smooth_l1": ({"loss_function": "smooth_l1"}, {}, batch(reward_scale=3.0)),
    "rows": ({"reduction": "none"}, {}, batch()),
    "sum": ({"reduction": "sum"}, {}, batch()),
    "weights": ({}, {}, weighted(batch())),
    "mask": ({}, {}, masked(batch())),
    "one_row": ({}, {}, batch(1)),
    "two_dimensions": ({}, {}, batch(shape=(3, 4))),
    "td1": ({}, {"value_type": ValueEstimators.TD1}, batch(shape=(3, 4))),
    "td_lambda": ({}, {"value_type": ValueEstimators.TDLambda}, batch(shape=(3, 4))),
    "average_rewards": ({}, {"value_type": ValueEstimators.TD0, "average_rewards": True}, batch()),
}


@pytest.mark.parametrize("arguments, estimator, frames", SURFACE.values(), ids=SURFACE)
def test_options_of_the_original_are_looked_at_and_say_nothing(tmp_path, arguments, estimator, frames):
    def made():
        loss = plain(**arguments)
        loss.make_value_estimator(**{"gamma": 0.9, **estimator})
        disturb_targets(loss)
        return loss

    original, shadow = both(tmp_path, made)
    assert_answers_alike(original, shadow, frames)
    out = shadow(frames.clone())
    out["loss_value"].sum().backward()
    assert out["pred_value"].requires_grad  # so the backward pass was watched


def test_nested_keys_are_the_originals(tmp_path):
    keys = Keys(("agent", "observation"), ("agent", "action"), ("agent", "q"), reward=("agent", "reward"))

    def made():
        return drop_in_losses.loss(DDPG, DDPGLoss, keys, delay_actor=True)

    assert_answers_alike(*both(tmp_path, made), batch(keys=keys))


def test_keywords_are_dispatched_as_the_original_does(tmp_path):
    original, shadow = both(tmp_path)
    words = {"_".join(key) if isinstance(key, tuple) else key: value for key, value in batch().items(True, True)}
    words = {key: value for key, value in words.items() if key != "next_truncated"}
    for loss in (original, shadow):
        loss.select_out_keys("loss_actor", "loss_value")
    ours, theirs = shadow(**words), original(**words)
    assert_same_bits("answers", dict(enumerate(ours)), dict(enumerate(theirs)))


class OwnForward(DDPGLoss):
    """A user's own way of putting the two losses together."""

    def forward(self, tensordict):
        """The critic's loss alone."""
        return {"loss_value": self.loss_value(tensordict)[0]}


def test_a_subclass_keeps_its_own_forward(tmp_path):
    shadow = shadowed(tmp_path, original=plain(OwnForward))
    assert list(shadow(batch())) == ["loss_value"] and isinstance(shadow, OwnForward)


def test_an_updater_finds_the_targets(tmp_path):
    shadow = shadowed(tmp_path)
    updater, _ = learner(shadow)
    disturb_targets(shadow)
    before = copy.deepcopy(shadow.state_dict())
    updater.step()
    moved = {key for key, value in shadow.state_dict().items() if not torch.equal(value, before[key])}
    assert moved == {key for key in before if key.startswith("target_")}


def test_another_precision_says_nothing(tmp_path):
    shadow = shadowed(tmp_path)
    step(shadow, *learner(shadow), batch())
    step(shadow.to(torch.float64), *learner(plain()), batch(dtype="float64"))


# Copies.


def test_a_deep_copy_is_a_shadow_of_its_own(tmp_path):
    shadow, frames = shadowed(tmp_path), batch()
    other = copy.deepcopy(shadow)
    before = copy.deepcopy(shadow.state_dict())
    trained(other, frames)
    assert_same_bits("state", shadow.state_dict(), before)
    del frames["next", "terminated"]
    with pytest.raises(RuntimeError, match="ShadowDDPGLoss, call 3, batch"):
        other(frames)


def test_a_pickled_shadow_comes_back_as_one(tmp_path):
    torch.save(shadowed(tmp_path, every=7), tmp_path / "loss.pt")
    loaded = torch.load(tmp_path / "loss.pt", weights_only=False)
    assert isinstance(loaded, ShadowDDPGLoss) and loaded._shadow.every == 7
    loaded(batch())
