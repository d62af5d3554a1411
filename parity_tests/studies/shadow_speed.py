"""What a shadow adds to a training step: to one that is not looked at, to one that is, and on the whole."""

import tempfile

import torch
from torchrl.objectives import DDPGLoss, SoftUpdate

from parity_tests.studies.drop_in_speed import interleave
from parity_tests.studies.drop_in_subjects import frames, loss_of
from torchrl_impl.drop_in.shadow import ShadowDDPGLoss

EVERY = 1000
HEADINGS = ("what", "time", "quartiles")


class Still(DDPGLoss):
    """A loss that computes nothing, so that what a shadow adds to a call stands alone."""

    def loss_value(self, tensordict):
        """Nothing."""
        return None, {}

    def loss_actor(self, tensordict):
        """Nothing."""
        return None, {}

    def forward(self, tensordict):
        """Both, as the original's."""
        return self.loss_value(tensordict), self.loss_actor(tensordict)


def step_of(loss):
    """A training step but for the environment: losses, gradients, both optimisers, targets."""
    batch, updater = frames(), SoftUpdate(loss, tau=0.005)
    networks = (loss.actor_network_params, loss.value_network_params)
    optimisers = [torch.optim.Adam(list(params.values(True, True)), lr=1e-3) for params in networks]

    def step():
        out = loss(batch)
        for optimiser in optimisers:
            optimiser.zero_grad()
        (out["loss_actor"] + out["loss_value"]).backward()
        for optimiser in optimisers:
            optimiser.step()
        updater.step()

    return step


def shadow_of(cls, every, folder):
    """A shadow that has looked once, and looks again after `every` calls."""
    shadow = ShadowDDPGLoss(loss_of(cls), every=every, folder=folder)
    shadow._shadow.calls = {"critic": 1, "actor": 1}
    return shadow


def lines(turns):
    """The cells of a table; each row is measured against the same without a shadow, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        still, batch = loss_of(Still), frames()
        watched = shadow_of(Still, 10**9, folder)
        passed = interleave(lambda: still(batch), lambda: watched(batch), turns)
        looked = interleave(step_of(loss_of(DDPGLoss)), step_of(shadow_of(DDPGLoss, 1, folder)), turns)
        whole = interleave(step_of(loss_of(DDPGLoss)), step_of(shadow_of(DDPGLoss, EVERY, folder)), turns)
    step, passing = looked.original, passed.replacement - passed.original
    # In units of the step that each was measured beside: the clock of the machine drops out.
    share, low, high = (passing / step + (ratio - 1) / EVERY for ratio in (looked.ratio, looked.low, looked.high))
    return [
        ("a training step without a shadow, environment left out", f"{step * 1e6:,.0f} us", ""),
        ("a call that is not looked at, more", f"{passing * 1e6:.1f} us", ""),
        ("a training step that is looked at, times", f"{looked.ratio:.2f}", f"{looked.low:.2f} to {looked.high:.2f}"),
        (f"both together at every={EVERY}, of a training step", f"{share:.2%}", f"{low:.2%} to {high:.2%}"),
        (f"steps at every={EVERY} as they ran, times", f"{whole.ratio:.3f}", f"{whole.low:.3f} to {whole.high:.3f}"),
    ]
