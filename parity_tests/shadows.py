"""What tests of the shadow share: a TorchRL loss as a user builds it, and a training step on it."""

import copy

import torch
from torchrl.objectives import SoftUpdate

from parity_tests import drop_in_losses
from parity_tests.drop_in_losses import DDPG
from torchrl_impl.drop_in.shadow import ShadowDDPGLoss


def plain(cls=DDPG.original, **arguments):
    """A fresh loss of TorchRL's, with targets that are copies unless `arguments` say otherwise."""
    actor, critics = drop_in_losses.networks()
    loss = cls(actor, critics[0], **{"delay_actor": True, "delay_value": True, **arguments})
    loss.make_value_estimator(gamma=0.9)
    return loss


def shadowed(folder, every=1, original=None, **options):
    """A shadow of a loss, which saves below `folder`."""
    return ShadowDDPGLoss(original or plain(), every=every, folder=folder / "shadow", **options)


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
