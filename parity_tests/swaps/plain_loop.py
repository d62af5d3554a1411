"""The reference's training loop with TorchRL's parts in some slots."""

from parity_tests.swaps.seen import watch_function
from reference.update import actor_gradient, critic_gradient
from torchrl_impl.adapters.parts import torchrl_parts

FIELDS = {
    "replay": ("add_", "sample"),
    "exploration": ("explore",),
    "loss": ("critic_gradient", "actor_gradient"),
    "target update": ("soft_update",),
    "optimiser": ("adam",),
}
"""Slot -> fields of `reference.update.Parts`."""

OWN = {"critic_gradient": critic_gradient, "actor_gradient": actor_gradient}
"""What the loop takes where `Parts` has None."""


def loop_parts(filling, seen, config, space):
    """The parts: TorchRL's in the slots of `filling`, the reference's in the others."""
    parts = torchrl_parts(config, space, filling)
    for slot, fields in FIELDS.items():
        for field in fields:
            function = getattr(parts, field) or OWN[field]
            parts = parts._replace(**{field: watch_function(function, seen[slot])})
    return parts
