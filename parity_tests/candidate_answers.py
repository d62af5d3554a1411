"""What a candidate answers on one rung, in the form of `Expected`, refused where it is not in that form."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from harness.difference import leaves
from parity_tests.candidate import OFFERS, Candidate, Gradients, Losses, offers
from parity_tests.conventions import Conventions
from reference.state import Batch, Params

_TYPES = {"losses": Losses, "gradients": Gradients}


def answer(candidate: Candidate, rung: str, batch: Batch) -> Any:
    """The candidate's answer, from what it was loaded with.

    Raises:
        AssertionError: it is not in the form that the rung asks for.
    """
    assert offers(candidate, rung), f"the candidate has not all of {', '.join(OFFERS[rung])}"
    match rung:
        case "networks":
            return {"action": candidate.action(batch.observation), "value": candidate.value(*batch[:2])}
        case "targets":
            return candidate.target(batch)
        case "soft update":
            candidate.soft_update()
            return networks_of(candidate)
        case "update":
            return two_updates(candidate, batch)
    found, wanted = getattr(candidate, rung)(batch), _TYPES[rung]
    assert isinstance(found, wanted), (
        f"{rung}() answered a {type(found).__name__}; must be parity_tests.candidate.{wanted.__name__}"
    )
    return found


def two_updates(candidate: Candidate, batch: Batch) -> dict[str, dict[str, Params]]:
    """The networks after each of two updates in a row: what leaks out of the first shows in the second."""
    candidate.update(batch)
    first = networks_of(candidate)
    candidate.update(batch)
    return {"first": first, "second": networks_of(candidate)}


def networks_of(candidate: Candidate) -> dict[str, Params]:
    """A copy of its networks as they are now."""
    found = candidate.networks()
    known = "actor", "critic", "target_actor", "target_critic"
    strange = [name for name in found if name not in known]
    assert not strange, f"networks() has {', '.join(map(repr, strange))}; its keys are {', '.join(known)}"
    return {
        name: {key: tensor(f"networks()[{name}][{key}]", value).clone() for key, value in params.items()}
        for name, params in found.items()
    }


def tensors(found: Any, wanted: Any, conventions: Conventions) -> dict[str, Tensor]:
    """The answer's tensors by path, of which there must be as many as in `wanted`.

    One network may be missing: a target actor, where the conventions say that there is none.
    """
    ours = dict(leaves("", wanted))
    theirs = {path: tensor(f"the answer{path}", value) for path, value in leaves("", found)}
    strange = [path for path in theirs if path not in ours]
    assert not strange, f"the answer has {_few(strange)}, which is none of {_few(list(ours))}"
    missing = [path for path in ours if path not in theirs]
    if not conventions.target_actor:
        missing = [path for path in missing if "[target_actor]" not in path]
    assert not missing, f"the answer lacks {_few(missing)}: a rung is offered whole or not at all"
    return theirs


def tensor(name: str, value: Any) -> Tensor:
    """One number or array of an answer as a tensor."""
    assert isinstance(value, (Tensor, np.ndarray, np.generic, float)), (
        f"{name} is a {type(value).__name__}; must be a tensor or a NumPy array"
    )
    return torch.as_tensor(value).detach()


def _few(paths: list[str]) -> str:
    return ", ".join(paths[:4]) + (f" and {len(paths) - 4} more" if len(paths) > 4 else "")
