"""TorchRL's parts for the plain loop: `reference.train.train(config, parts=torchrl_parts(config, space))`."""

from collections.abc import Callable, Collection

from reference.config import Config
from reference.state import Space
from reference.update import Parts, default_parts
from torchrl_impl.adapters.losses import LossInTheLoop
from torchrl_impl.adapters.noise import NoiseInTheLoop
from torchrl_impl.adapters.optim import AdamInTheLoop
from torchrl_impl.adapters.replay import BufferInTheLoop
from torchrl_impl.adapters.soft_update import UpdaterInTheLoop

SLOTS = ("replay", "exploration", "loss", "target update", "optimiser")
"""What can be exchanged in a loop; each is one or two fields of `reference.update.Parts`."""


def torchrl_parts(config: Config, space: Space, slots: Collection[str] = SLOTS) -> Parts:
    """The reference's parts with TorchRL's in some slots, in all of them by default.

    The bits of a run are the same. An attribute `torchrl` of each adapter is TorchRL's own object. Parts belong to one
    run at a time.

    Args:
        config: of the run.
        space: of its environment, as `env_space` gives it.
        slots: which of `SLOTS` TorchRL fills.

    Raises:
        ValueError: there is no such slot.
    """
    unknown = [slot for slot in slots if slot not in SLOTS]
    if unknown:
        raise ValueError(f"torchrl_parts needs slots out of {', '.join(SLOTS)}; got {', '.join(unknown)}.")
    parts = default_parts
    for slot in slots:
        parts = parts._replace(**_fields(slot, config, space))
    return parts


def _fields(slot: str, config: Config, space: Space) -> dict[str, Callable]:
    """The fields of `Parts` that make up a slot."""
    match slot:
        case "replay":
            buffer = BufferInTheLoop(config)
            return {"add_": buffer.add_, "sample": buffer.sample}
        case "exploration":
            return {"explore": NoiseInTheLoop(config, space).explore}
        case "loss":
            loss = LossInTheLoop(config, space)
            return {"critic_gradient": loss.critic_gradient, "actor_gradient": loss.actor_gradient}
        case "target update":
            return {"soft_update": UpdaterInTheLoop().soft_update}
        case _:
            return {"adam": AdamInTheLoop().adam}
