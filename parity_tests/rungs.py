"""The ladder: its rungs, lowest first, and what a broken one usually means."""

from typing import NamedTuple

import pytest


class Rung(NamedTuple):
    """One part of DDPG on which implementations are compared."""

    name: str
    builds_on: tuple[str, ...]  # rungs whose break this one can only repeat
    likely_causes: tuple[str, ...]  # the symptom is that this rung is the lowest to break


_LOSSES = ("networks", "targets", "losses")
_UPDATE = (*_LOSSES, "gradients", "clipping", "adam", "soft update")
_ALL = (*_UPDATE, "noise", "replay", "update", "environment loop")

RUNGS = (
    Rung(
        "networks",
        (),
        (
            "weights loaded under the wrong names, or a Linear's weight transposed",
            "another activation, or one on the last layer",
            "tanh not scaled to the bounds, or by one bound for all dimensions",
            "initial weights: another gain, or the networks drawn in another order",
        ),
    ),
    Rung(
        "noise",
        (),
        ("draws taken from another stream, or in another precision", "noise scaled by the bounds", "not clipped"),
    ),
    Rung(
        "replay",
        (),
        ("cursor off by one at the wrap", "rows never written are drawn", "indices from another generator"),
    ),
    Rung(
        "targets",
        ("networks",),
        (
            "`terminated or truncated` used as the mask, or no mask",
            "the online actor or critic in place of the target's",
            "[B] against [B, 1], which broadcasts to [B, B]",
            "gamma rounded to float32",
        ),
    ),
    Rung(
        "losses",
        ("networks", "targets"),
        (
            "one half of the mean square, its sum, or a smooth L1",
            "[B] against [B, 1], which broadcasts to [B, B]",
            "the actor judged at the stored actions, by the target critic, or at the next observation",
        ),
    ),
    Rung(
        "gradients",
        _LOSSES,
        (
            "a quantity returned with a gradient was summed into the loss (TorchRL's `pred_value`)",
            "gradients of an earlier backward pass were not cleared",
            "the target was not detached",
        ),
    ),
    Rung("clipping", (), ("each tensor clipped by its own norm", "clipping by value", "the norm taken after clipping")),
    Rung("adam", (), ("epsilon inside the bias correction", "a stale step number", "weight decay", "rates swapped")),
    Rung("soft update", (), ("tau and 1 - tau swapped", "moved in the wrong direction", "buffers or biases skipped")),
    Rung(
        "update",
        _UPDATE,
        (
            "actor before critic, or both at the old parameters",
            "targets moved before the online networks, or not at every update",
            "one network's gradient reached the other network's step, or an earlier update's gradient this one's",
            "not clipped, or clipped otherwise",
            "Adam's moments or step number not loaded, another epsilon, weight decay",
        ),
    ),
    Rung(
        "fused",
        ("update",),  # which it is compared with, beside the oracle
        (
            "a product with the transposed matrix, or one over the wrong rows",
            "the gradient was not passed through a ReLU, a LayerNorm or the tanh",
            "an agent, a critic or a network took another one's place in the memory",
        ),
    ),
    Rung(
        "environment loop",
        (),
        (
            "the observation after a reset stored as the next one",
            "seeds shifted by one",
            "truncated taken for terminated",
        ),
    ),
    Rung("one file", _ALL, ("the loop makes its draws in another order", "updates begin a step early or late")),
    Rung(
        "whole run",
        _ALL,
        ("the loop makes its draws in another order", "warm-up or updates begin a step early or late"),
    ),
    Rung("mirror", (), ("a namesake was added, renamed or moved on one side", "an import that design.md forbids")),
)
"""Lowest first. A rung's tests stand in the files that name it, or carry the mark `rung`."""

ORDER = {rung.name: place for place, rung in enumerate(RUNGS)}


def rung(name: str) -> pytest.MarkDecorator:
    """Puts one test on the ladder: `@rung("targets")`.

    Raises:
        ValueError: there is no such rung.
    """
    if name not in ORDER:
        raise ValueError(f"rung needs one of {', '.join(ORDER)}; got {name!r}.")
    return pytest.mark.rung(name)


def rung_of(item: pytest.Item) -> str | None:
    """The rung that a collected test belongs to: its mark's, or its file's `RUNG`; None: it is not on the ladder."""
    mark = item.get_closest_marker("rung")
    name = mark.args[0] if mark else getattr(getattr(item, "module", None), "RUNG", None)
    return name if name in ORDER else None


def that_repeat(name: str) -> list[str]:
    """The higher rungs that build on `name`, and can only repeat its break."""
    return [rung.name for rung in RUNGS if name in rung.builds_on]
