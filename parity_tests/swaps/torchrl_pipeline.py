"""torchrl_impl's training loop with drop-ins in some slots, as a changed import would put them there."""

from pkgutil import resolve_name
from unittest.mock import patch

from parity_tests.swaps.seen import watch_object_
from torchrl_impl import losses, noise, replay, soft_update
from torchrl_impl.config import adam_arguments
from torchrl_impl.update import default_parts

FIELDS = {
    "replay": "replay", "exploration": "explore", "loss": "loss", "target update": "soft_update", "optimiser": "adam",
}  # fmt: skip
"""Slot -> field of `torchrl_impl.update.Parts`."""

METHODS = {
    "replay": ("extend", "sample"),
    "exploration": ("forward",),
    "loss": ("loss_value", "loss_actor", "value_loss", "actor_loss"),
    "target update": ("step",),
    "optimiser": ("step",),
}
"""What the loop calls; `DDPGLoss` has the first two of a loss's, and `TD3Loss` the others."""

IMPORTS = {
    "replay": (replay, {"TensorDictReplayBuffer": "replay:ReferenceTensorDictReplayBuffer"}),
    "exploration": (
        noise,
        {
            "AdditiveGaussianModule": "noise:ReferenceGaussianNoise",
            "OrnsteinUhlenbeckProcessModule": "noise:ReferenceOrnsteinUhlenbeckNoise",
        },
    ),
    "loss": (losses, {"DDPGLoss": "ddpg_loss:ReferenceDDPGLoss", "TD3Loss": "td3_loss:ReferenceTD3Loss"}),
    "target update": (soft_update, {"SoftUpdate": "soft_update:ReferenceSoftUpdate"}),
}
"""Slot -> the module whose imports are changed, and the names and drop-ins; `torch.optim.Adam` is no imported name."""


def pipeline_parts(filling, seen):
    """The makers of the pipeline's objects: drop-ins in the slots of `filling`, TorchRL's classes in the others."""
    parts = default_parts
    for slot, field in FIELDS.items():
        maker = _drop_in_maker(slot) if slot in filling else getattr(default_parts, field)
        parts = parts._replace(**{field: _watched(maker, slot, seen)})
    return parts


def _drop_in_maker(slot):
    if slot == "optimiser":
        return _adam
    module, names = IMPORTS[slot]
    names = {name: resolve_name(f"torchrl_impl.drop_in.{place}") for name, place in names.items()}

    def make(*args):
        with patch.multiple(module, **names):
            return getattr(default_parts, FIELDS[slot])(*args)

    return make


def _adam(network, lr, weight_decay=0.0):
    return resolve_name("torchrl_impl.drop_in.adam:ReferenceAdam")(
        list(network.values(True, True)), lr=lr, weight_decay=weight_decay, **adam_arguments()
    )


def _watched(maker, slot, seen):
    def make(*args):
        thing = maker(*args)
        return watch_object_(thing, [name for name in METHODS[slot] if hasattr(thing, name)], seen[slot])

    return make
