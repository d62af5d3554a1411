"""The target networks as they should be, where a loss has others."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torchrl.objectives import DDPGLoss

NETWORKS = ("actor_network", "value_network")

Params = dict[Any, Tensor]  # by TensorDict's keys


def params_of(loss: DDPGLoss) -> dict[str, Params]:
    """The parameters and buffers of each network that a loss holds, targets under "target_...", by keys.

    A target that the loss did not delay is not there.
    """
    names = [f"{prefix}{network}_params" for prefix in ("", "target_") for network in NETWORKS]
    held = {name: loss._modules.get(name) for name in names}
    return {name: leaves(params) for name, params in held.items() if params is not None}


def leaves(params: Any) -> Params:
    """The tensors of nested parameters."""
    return dict(params.items(True, True))


class NotedUpdates(dict[str, bool]):
    """The dict in which a loss keeps whether its targets have an updater.

    Every updater of TorchRL's writes into it, and then copies the online networks over the targets: that is the
    last moment at which targets that were loaded can be seen.
    """

    def __init__(self, flags: dict[str, bool], loss: DDPGLoss, targets: "DelayedTargets") -> None:
        super().__init__(flags)
        self._loss, self._targets = loss, targets

    def __setitem__(self, key: str, value: bool) -> None:
        if value:
            self._targets.before_copy(self._loss)
        super().__setitem__(key, value)

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy takes no notes: what it would write about is another loss."""
        return dict, (dict(self),)


class DelayedTargets:
    """Target parameters kept apart from a loss.

    Two things make a loss compute with others: a network that is its own target, whose target moves with every
    step of the optimiser; and an updater that overwrote the targets.
    """

    def __init__(self, live_targets: bool) -> None:
        self.live_targets = live_targets
        self.drawn_anew = False  # the targets by reset_parameters_recursive, apart from the online networks
        self.wait_for_a_look = False
        self._live: dict[str, Params] = {}  # as they were when last looked at
        self._overwritten: dict[str, Params] = {}  # as they were when an updater was built

    def before_copy(self, loss: DDPGLoss) -> None:
        """Keeps the targets that are about to be overwritten with other weights."""
        if self.drawn_anew or self._overwritten:
            return
        held = params_of(loss)
        for network in NETWORKS:
            name = f"target_{network}_params"
            if name in held and not _equal(held[name], held[f"{network}_params"]):
                self._overwritten[name] = _copied(held[name])
        self.wait_for_a_look = bool(self._overwritten)

    def expected(self, loss: DDPGLoss) -> dict[str, Params]:
        """Targets by name, where those of the loss are wrong or may be."""
        self.drawn_anew = False
        held = params_of(loss)
        kept = {name: params for name, params in self._overwritten.items() if not _equal(params, held[name])}
        self._overwritten = kept
        live = {name: self._live[name] for name in _live_targets(held) if name in self._live}
        return {**live, **kept}

    def seen(self, loss: DDPGLoss, clear: bool) -> None:
        """Notes the live networks; the next call is looked at as well, by which an optimiser should have moved them."""
        held, fresh = params_of(loss), not self._live
        live = [] if self.live_targets else list(_live_targets(held))
        self._live = {name: _copied(held[name.removeprefix("target_")]) for name in live}
        if not clear:
            self._overwritten = {}
        self.wait_for_a_look = bool(self._overwritten) or (fresh and bool(live))

    def cause(self) -> str | None:
        """Why a target differs, where it is one of these two."""
        if self._overwritten:
            return (
                "Likely cause: an updater was built after weights were loaded; its constructor copied the online "
                "networks over the targets. Build the updater first, then load."
            )
        if not self._live:
            return None
        names = " and ".join(name.removeprefix("target_").removesuffix("_network_params") for name in self._live)
        flags = " and ".join(f"delay_{name}=True" for name in names.split(" and "))
        return (
            f"Likely cause: the target is computed with the live {names}, which the optimiser moves. "
            f"Pass {flags}; if it is meant, live_targets=True to ShadowDDPGLoss."
        )


def _live_targets(held: dict[str, Params]) -> Iterator[str]:
    """Names of the targets that a loss does not have, or that lie where an online network lies."""
    for network in NETWORKS:
        online, name = held[f"{network}_params"], f"target_{network}_params"
        target = held.get(name)
        if target is None or any(
            value.requires_grad and value.numel() and key in target and target[key].data_ptr() == value.data_ptr()
            for key, value in online.items()
        ):
            yield name


def _copied(params: Params) -> Params:
    return {key: value.detach().clone() for key, value in params.items()}


def _equal(ours: Params, theirs: Params) -> bool:
    return all(torch.equal(value.to(theirs[key]), theirs[key]) for key, value in ours.items() if key in theirs)
