"""What tests of the shadow share: a TorchRL loss as a user builds it, a training step on it, and what they assert."""

import copy
import re

import pytest
import torch
from torchrl.objectives import SoftUpdate

from parity_tests import drop_in_losses
from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_losses import DDPG
from torchrl_impl.drop_in.shadow import ShadowDDPGLoss
from torchrl_impl.drop_in.shadow_replay import replay_shadow
from torchrl_impl.drop_in.shadow_watch import ShadowDifference


def plain(cls=DDPG.original, **arguments):
    """A fresh loss of TorchRL's, with targets that are copies unless `arguments` say otherwise."""
    actor, critics = drop_in_losses.networks()
    loss = cls(actor, critics[0], **{"delay_actor": True, "delay_value": True, **arguments})
    loss.make_value_estimator(gamma=0.9)
    return loss


def shadowed(folder, every=1, original=None, **options):
    """A shadow of a loss, which saves below `folder`."""
    return ShadowDDPGLoss(original or plain(), every=every, folder=folder / "shadow", **options)


def both(folder, make=plain, **options):
    """A loss, and a shadow of its equal."""
    return make(), shadowed(folder, original=make(), **options)


def tensors(out):
    """What a call gave, without a past."""
    return {str(key): value.detach() for key, value in out.items()}


def assert_answers_alike(original, shadow, frames):
    """Both answer the same, twice, and write the same into the batch."""
    for _ in range(2):
        ours, theirs = frames.clone(), frames.clone()
        assert_same_bits("answers", tensors(shadow(ours)), tensors(original(theirs)))
        assert_same_bits("batch", tensors(ours.flatten_keys()), tensors(theirs.flatten_keys()))


def learner(loss):
    """An updater and an optimiser for a loss."""
    return SoftUpdate(loss, tau=0.05), torch.optim.Adam(loss.parameters(), lr=1e-2)


def step(loss, updater, optimiser, frames, total=lambda out: out["loss_actor"] + out["loss_value"]):
    """One training step of a script that calls the loss whole; what `forward` gave."""
    out = loss(frames)
    optimiser.zero_grad()
    total(out).backward()
    optimiser.step()
    updater.step()
    return out


def trained(loss, frames, steps=3):
    """What a loss's state dict holds after some steps, in memory of its own; the loss changes."""
    parts = learner(loss)
    for _ in range(steps):
        step(loss, *parts, frames.clone())
    return copy.deepcopy(loss.state_dict())


def difference(quantity, text, act):
    """The error that `act` ends in: it names that quantity, and says that text."""
    with pytest.raises(ShadowDifference, match=re.escape(text)) as found:
        act()
    assert found.value.quantity == quantity
    return found.value


def assert_replays(error, *original):
    """The file alone, and each loss built as the shadowed one, give the line that the error has."""
    for loss in ((), *((loss,) for loss in original)):
        line = replay_shadow(error.path, *loss)
        assert line is not None and line in str(error)
