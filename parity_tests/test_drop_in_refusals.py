"""What the drop-in losses refuse: one line each that names the key, what came, what was needed and the cure."""

import pytest
import torch
from torchrl.objectives import ValueEstimators

from parity_tests.drop_in_losses import batch, each_swap, pair
from torchrl_impl.drop_in.checks import require_like

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


def refusal(swap, frames, error, **options):
    """The message with which the replacement refuses a batch."""
    _, replacement = pair(swap, **options)
    with pytest.raises(error) as caught:
        replacement(frames)
    message = str(caught.value.args[0])
    assert message.startswith(f"Reference{swap!r} needs") and "\n" not in message
    return message


@each_swap
@pytest.mark.parametrize("flag", ["terminated", "done"])
def test_missing_flag_is_refused(swap, flag):
    message = refusal(swap, batch().exclude(("next", flag)), KeyError)
    assert f"the key ('next', '{flag}'); got [('next', " in message and "'action', 'observation']" in message
    assert message.endswith("Store it, or name another with set_keys.")


@each_swap
def test_missing_terminated_may_be_read_from_done_on_request(swap):
    _, replacement = pair(swap)
    replacement.set_keys(terminated="done")
    replacement(batch().exclude(("next", "terminated")))


@each_swap
def test_missing_reward_is_refused(swap):
    assert "('next', 'reward'); got" in refusal(swap, batch().exclude(("next", "reward")), KeyError)


@each_swap
@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, torch.float32])
def test_flag_that_is_not_boolean_is_refused(swap, dtype):
    frames = batch()
    frames["next", "terminated"] = frames["next", "terminated"].to(dtype)
    message = refusal(swap, frames, ValueError)
    assert f"boolean ('next', 'terminated'); got {dtype}" in message and ".bool()" in message


@each_swap
def test_whole_number_done_is_accepted_where_it_is_not_read(swap):
    frames = batch()
    frames["next", "done"] = frames["next", "done"].to(torch.uint8)
    _, replacement = pair(swap)
    replacement(frames)


@each_swap
def test_whole_number_done_is_refused_where_it_is_read(swap):
    frames = batch(20, shape=(4, 5))
    frames["next", "done"] = frames["next", "done"].to(torch.uint8)
    estimator = {"value_type": ValueEstimators.TDLambda, "gamma": 0.9}
    assert "('next', 'done'); got torch.uint8" in refusal(swap, frames, ValueError, estimator=estimator)


@each_swap
@pytest.mark.parametrize("key", ["reward", "terminated"])
def test_entry_without_its_last_dimension_is_refused(swap, key):
    frames = batch()
    frames["next", key] = frames["next", key].squeeze(-1)
    message = refusal(swap, frames, RuntimeError)
    assert f"('next', '{key}') of the shape of the critic's values, (12, 1); got (12,)" in message


@each_swap
def test_batch_without_rows_is_refused(swap):
    assert "a batch of one row or more; got (0,). Sample more." in refusal(swap, batch()[:0], ValueError)


@each_swap
def test_actor_loss_refuses_a_batch_without_rows(swap):
    _, replacement = pair(swap)
    with pytest.raises(ValueError, match="one row or more"):
        getattr(replacement, swap.methods[0])(batch()[:0])


@each_swap
def test_unknown_loss_function_is_refused(swap):
    _, replacement = pair(swap, loss_function="cubed")
    with pytest.raises(NotImplementedError, match="Unknown loss cubed"):
        replacement(batch())


@each_swap
def test_nested_flag_is_named_as_it_is_spelt(swap):
    frames = batch()
    frames.set(("next", "ends", "over"), frames["next", "done"].int())
    _, replacement = pair(swap)
    replacement.set_keys(terminated=("ends", "over"))
    with pytest.raises(ValueError, match=r"\('next', 'ends', 'over'\); got torch.int32"):
        replacement(frames)


def test_entry_on_another_device_is_refused():
    reward, value = torch.zeros(3, 1, device="meta"), torch.zeros(3, 1)
    with pytest.raises(RuntimeError, match=r"\('next', 'reward'\) on cpu; got it on meta. Move the batch"):
        require_like("ReferenceDDPGLoss", ("next", "reward"), reward, value)
