"""Target networks by `SoftUpdate`.

Mirror: reference/soft_update.py
"""

import warnings

from torchrl.objectives import DDPGLoss, SoftUpdate, TD3Loss


def make_updater(loss_module: DDPGLoss | TD3Loss, tau: float) -> SoftUpdate:
    """The updater; building one copies the online parameters over the targets, so load weights after, not before."""
    with warnings.catch_warnings():
        # A tau above one half is unusual, and Config says so; TorchRL takes it for a swapped eps.
        warnings.filterwarnings("ignore", message="Found an eps value < 0.5")
        updater = SoftUpdate(loss_module, tau=tau)
    # Its step goes from tensor to tensor then. Of a nested TensorDict it would build the detached twin each time anew,
    # nine tenths of the time of a step of 256-256 networks.
    updater._sources, updater._targets = (nested.flatten_keys(".") for nested in (updater._sources, updater._targets))
    return updater


def soft_update_(updater: SoftUpdate) -> None:
    """Moves both targets one step towards the online networks."""
    updater.step()
