"""When a shadow looks, and what it says then."""

from pathlib import Path
from typing import Any

from torchrl_impl.drop_in.shadow_delayed import DelayedTargets


class ShadowDifference(RuntimeError):
    """A loss and the reference differ.

    Args:
        text: one line: the quantity, how it differs, the likely cause, the file.
        quantity: the first that differs.
        path: of the file for `shadow_replay`.
    """

    def __init__(self, text: str, quantity: str, path: Path) -> None:
        super().__init__(text, quantity, path)
        self.quantity, self.path = quantity, path

    def __str__(self) -> str:
        """The line."""
        return str(self.args[0])


class ShadowWarning(UserWarning):
    """A loss and the reference differ, and the run goes on."""


CAUSES = {
    "batch": "TorchRL computes something else from it without a word.",
    "target": "Likely cause: reward, gamma or the flags do not enter as r + gamma (1 - terminated) Q'; "
    "look at an overridden value estimator.",
    "value": "Likely cause: the critic answers otherwise when asked again; it keeps a state or a generator of its own.",
    "value gradient": "Likely cause: more than the losses was back-propagated, as by summing all that forward "
    "returns, pred_value included. Add up loss_actor and loss_value alone.",
    "critic gradient": "Likely cause: loss_value reaches parameters by another way than the critic's values.",
    "actor gradient": "Likely cause: loss_actor reaches parameters by another way than the critic's values.",
}
"""By quantity; losses have the cause below."""

_LOSSES = "Likely cause: it was overridden, or reduces, weighs or masks its rows in another way."


class Watch:
    """What one shadow keeps.

    Args: as of `ShadowDDPGLoss`.

    Raises:
        ValueError: `every` below 1, or another word than "raise" and "warn".
    """

    def __init__(self, every: int, folder: Path, at_difference: str, live_targets: bool) -> None:
        if every < 1:
            raise ValueError(f"ShadowDDPGLoss needs every of 1 or more; got {every}. Leave it out for 1000.")
        if at_difference not in ("raise", "warn"):
            raise ValueError(f"ShadowDDPGLoss needs at_difference of 'raise' or 'warn'; got {at_difference!r}.")
        self.every, self.folder, self.at_difference, self.live_targets = every, folder, at_difference, live_targets
        self.calls = {"critic": 0, "actor": 0}
        self.targets = DelayedTargets(live_targets)

    def settings(self) -> dict[str, Any]:
        """The arguments of another shadow like this one."""
        return {name: getattr(self, name) for name in ("every", "folder", "at_difference", "live_targets")}

    def is_due(self, side: str) -> bool:
        """Counts a call of one of the two losses; whether this one is compared."""
        call = self.calls[side]
        self.calls[side] = call + 1
        return call % self.every == 0 or (side == "critic" and self.targets.wait_for_a_look)

    def cause(self, quantity: str) -> str:
        """What usually makes that quantity differ, and the cure."""
        special = self.targets.cause() if quantity == "target" else None
        return special or CAUSES.get(quantity, _LOSSES)
