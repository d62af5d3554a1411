"""What an implementation offers so that it can be put on the ladder; `docs/candidates.md` explains it by example."""

from importlib import import_module
from typing import Any, NamedTuple, Protocol

from torch import Tensor

from harness.errors import one_line
from parity_tests.conventions import Conventions, check
from reference.config import Config
from reference.state import Batch, Params, Space, TrainState


class Problem(NamedTuple):
    """What a candidate is set to before each comparison."""

    config: Config  # gamma, tau, both rates, grad_clip_norm, hidden_sizes, dtype
    space: Space  # sizes and action bounds
    state: TrainState  # the four networks and both Adam states


class Losses(NamedTuple):
    """Both losses of one batch, at the parameters loaded: neither network has moved."""

    critic: Tensor  # []
    actor: Tensor  # []


class Gradients(NamedTuple):
    """The gradients of both losses of one batch, before clipping, at the parameters loaded."""

    critic: Params
    actor: Params


class Candidate(Protocol):
    """An implementation of DDPG's one update on MLPs with ReLU, whose actor ends in tanh scaled to the bounds.

    `conventions` and `load` must be there; each of the others is a rung, and one that is missing is
    reported as not offered. Answers may be tensors or NumPy arrays, and must not change what was loaded;
    `update` and `soft_update` alone may.
    """

    conventions: Conventions
    """What it does by choice; compared under, not against."""

    def load(self, problem: Problem) -> None:
        """Takes over the networks, and Adam's states unless `conventions.loads_adam` is False."""

    def networks(self) -> dict[str, Params]:
        """The networks it has of actor, critic, target_actor and target_critic, keyed as they were loaded."""

    def action(self, observation: Tensor) -> Tensor:
        """[B, A], in environment units; the online actor's, without noise."""

    def value(self, observation: Tensor, action: Tensor) -> Tensor:
        """[B]; the online critic's."""

    def target(self, batch: Batch) -> Tensor:
        """[B]; what the critic regresses on."""

    def losses(self, batch: Batch) -> Losses:
        """Both losses."""

    def gradients(self, batch: Batch) -> Gradients:
        """Both gradients, as the optimisers would get them but for clipping and weight decay."""

    def soft_update(self) -> None:
        """Moves both targets one step towards the online networks."""

    def update(self, batch: Batch) -> None:
        """One whole update: both networks and both targets."""


OFFERS = {
    "networks": ("action", "value"),
    "targets": ("target",),
    "losses": ("losses",),
    "gradients": ("gradients",),
    "soft update": ("soft_update", "networks"),
    "update": ("update", "networks"),
}
"""Rung -> the methods that it takes."""


def offers(candidate: Candidate, rung: str) -> bool:
    """Whether a candidate has all that a rung asks of it."""
    return all(callable(getattr(candidate, method, None)) for method in OFFERS[rung])


def load_candidate(path: str) -> Candidate:
    """A new candidate of the class at "package.module:Class".

    Raises:
        ValueError: there is no such class, it cannot be built, or it lacks what every candidate has.
    """
    module, colon, name = path.partition(":")
    if not (module and colon and name):
        raise ValueError(f"candidate must be written package.module:Class; got {path!r}.")
    candidate = _build(path, module, name)
    if not isinstance(getattr(candidate, "conventions", None), Conventions):
        raise ValueError(f"candidate {path!r} must have `conventions`, a parity_tests.conventions.Conventions.")
    if not callable(getattr(candidate, "load", None)):
        raise ValueError(f"candidate {path!r} must have a method `load`.")
    check(candidate.conventions)
    return candidate


def _build(path: str, module: str, name: str) -> Any:
    try:
        return getattr(import_module(module), name)()
    except ModuleNotFoundError as error:
        raise ValueError(
            f"candidate {path!r} cannot be imported ({one_line(error)}). Usual cure: start from the folder that holds "
            "it, with `ddpg parity` or `python -m pytest`, or set PYTHONPATH."
        ) from error
    except Exception as error:  # whatever a foreign module raises when it is imported or built
        raise ValueError(f"candidate {path!r} cannot be built: {type(error).__name__}: {one_line(error)}") from error
