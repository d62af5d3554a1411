"""What a shadow of a user's loss finds, and what its file says of it afterwards."""

import re

import pytest
import torch
from torchrl.objectives import SoftUpdate

from parity_tests.drop_in_losses import batch
from parity_tests.shadows import assert_replays, difference, learner, plain, shadowed, step, trained
from torchrl_impl.drop_in.shadow import ShadowDDPGLoss
from torchrl_impl.drop_in.shadow_watch import ShadowDifference, ShadowWarning

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


# What a batch lacks.


def test_a_missing_terminated_is_found(tmp_path):
    frames = batch()
    del frames["next", "terminated"]
    error = difference("batch", "('next', 'terminated')", lambda: shadowed(tmp_path)(frames))
    assert_replays(error, plain())


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64])
def test_integer_flags_are_found(tmp_path, dtype):
    frames = batch()
    frames["next", "terminated"] = frames["next", "terminated"].to(dtype)
    error = difference("batch", f"got {dtype}", lambda: shadowed(tmp_path)(frames))
    assert_replays(error, plain())


def test_flags_under_another_name_are_looked_up_there(tmp_path):
    loss, frames = shadowed(tmp_path), batch()
    loss.set_keys(terminated="ended")
    frames["next", "ended"] = frames["next", "terminated"].int()
    difference("batch", "('next', 'ended')", lambda: loss(frames))


# What is back-propagated.


def whole_sum(out):
    """As TorchRL's recipe adds up what `forward` returns."""
    return out.sum(reduce=True)


def test_a_summed_pred_value_is_found_in_the_backward_pass(tmp_path):
    loss = shadowed(tmp_path)
    error = difference("value gradient", "loss_actor and loss_value alone", lambda: whole_sum(loss(batch())).backward())
    assert "12 of 12 elements differ, largest 1.000e+00" in str(error)
    assert_replays(error, plain())


def test_a_pred_value_that_is_back_propagated_by_itself_is_found(tmp_path):
    out = shadowed(tmp_path)(batch())
    (out["loss_actor"] + out["loss_value"]).backward()
    difference("value gradient", "largest 1.000e+00", out["pred_value"].sum().backward)


def test_a_summed_pred_value_moves_nothing_before_it_is_found(tmp_path):
    loss = shadowed(tmp_path)
    before = {key: value.clone() for key, value in loss.state_dict().items()}
    with pytest.raises(ShadowDifference):
        step(loss, *learner(loss), batch(), whole_sum)
    assert all(torch.equal(value, before[key]) for key, value in loss.state_dict().items())


# Which targets.


@pytest.mark.parametrize("flag, network", [("delay_actor", "actor"), ("delay_value", "value")])
def test_a_live_target_network_is_found_at_the_call_after_the_first_step(tmp_path, flag, network):
    loss = shadowed(tmp_path, every=1000, original=plain(**{flag: False}))
    parts, frames = learner(loss), batch()
    step(loss, *parts, frames)
    error = difference("target", f"live {network}", lambda: step(loss, *parts, frames))
    assert f"Pass {flag}=True" in str(error)
    assert_replays(error, plain(**{flag: False}))


def test_targets_that_lie_where_the_online_networks_lie_are_live(tmp_path):
    original = plain()
    for key, value in original.target_value_network_params.items(True, True):
        value.data = original.value_network_params.get(key).data
    loss, frames = shadowed(tmp_path, original=original), batch()
    optimiser = torch.optim.SGD(loss.parameters(), lr=0.1)
    loss(frames)["loss_value"].backward()
    optimiser.step()
    difference("target", "live value", lambda: loss(frames))


def load_first(loss, state):
    loss.load_state_dict(state)
    return loss


@pytest.mark.parametrize("shadow_first", [True, False], ids=["shadowed_then_loaded", "loaded_then_shadowed"])
def test_an_updater_built_after_loading_is_found(tmp_path, shadow_first):
    frames = batch()
    state = trained(plain(), frames)
    if shadow_first:
        loss = load_first(shadowed(tmp_path, every=1000), state)
    else:
        loss = shadowed(tmp_path, every=1000, original=load_first(plain(), state))
    updater = SoftUpdate(loss, tau=0.05)
    error = difference("target", "Build the updater first, then load", lambda: loss(frames))
    assert_replays(error, plain())
    assert updater.initialized


def test_an_updater_built_on_the_original_after_loading_is_found_too(tmp_path):
    original, frames = plain(), batch()
    loss = shadowed(tmp_path, every=1000, original=original)
    loss(frames)
    original.load_state_dict(trained(plain(), frames))
    SoftUpdate(original, tau=0.05)
    difference("target", "an updater was built after weights were loaded", lambda: loss(frames))


# How it is said.


def test_a_warning_goes_on_with_the_originals_answer(tmp_path):
    frames = batch()
    del frames["next", "terminated"]
    loss = shadowed(tmp_path, at_difference="warn")
    with pytest.warns(ShadowWarning, match="terminated"):
        out = loss(frames.clone())
    assert torch.equal(out["loss_value"], plain()(frames)["loss_value"])


def test_a_difference_is_one_line(tmp_path):
    frames = batch()
    del frames["next", "terminated"]
    with pytest.raises(ShadowDifference) as found:
        shadowed(tmp_path)(frames)
    assert "\n" not in str(found.value) and str(found.value.path) in str(found.value)


def test_a_live_target_that_is_meant_is_none(tmp_path):
    loss = shadowed(tmp_path, original=plain(delay_actor=False), live_targets=True)
    trained(loss, batch())


@pytest.mark.parametrize("options", [{"every": 0}, {"at_difference": "print"}])
def test_bad_arguments_are_refused(tmp_path, options):
    with pytest.raises(ValueError, match=re.escape(f"got {next(iter(options.values()))!r}")):
        shadowed(tmp_path, **options)


def test_a_shadow_of_a_shadow_is_refused(tmp_path):
    with pytest.raises(TypeError, match="got ShadowDDPGLoss"):
        ShadowDDPGLoss(shadowed(tmp_path))
