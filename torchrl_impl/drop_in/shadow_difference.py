"""What a loss and the reference answered, and where the two differ, in words."""

from typing import Any, NamedTuple

import torch
from torch import Tensor


class Answers(NamedTuple):
    """Quantities by name, in the order in which they are computed."""

    original: dict[str, Any]  # tensors, or dicts of them by parameter
    reference: dict[str, Any]


def first_difference(answers: Answers) -> tuple[str, str] | None:
    """The first quantity that differs and how, in a line; None where all are the same."""
    for name, theirs in answers.reference.items():
        found = difference(name, answers.original.get(name), theirs)
        if found is not None:
            return name, found
    return None


def difference(name: str, original: Any, reference: Any) -> str | None:
    """How the first of two tensors, or of two dicts of tensors, differs; None where they are the same.

    A zero is the same with either sign: nothing that follows from it differs. What the original does not
    give, under None, is not compared where it is no gradient.
    """
    if isinstance(reference, dict):
        keys = dict.fromkeys([*reference, *original])
        found = (_gradient_difference(f"{name}[{key}]", original.get(key), reference.get(key)) for key in keys)
        return next((text for text in found if text is not None), None)
    return None if original is None else _tensor_difference(name, original.detach(), reference.detach())


def _gradient_difference(name: str, original: Tensor | None, reference: Tensor | None) -> str | None:
    if original is None or reference is None:
        only = "the reference" if original is None else "the loss"
        return None if original is reference else f"{name}: only {only} has a gradient here"
    return _tensor_difference(name, original, reference)


def _tensor_difference(name: str, original: Tensor, reference: Tensor) -> str | None:
    if original.shape != reference.shape:
        return f"{name}: shape {tuple(original.shape)} of the loss against {tuple(reference.shape)} of the reference"
    if original.dtype != reference.dtype:
        return f"{name}: {original.dtype} of the loss against {reference.dtype} of the reference"
    same = (original == reference) | (original.isnan() & reference.isnan())
    if bool(same.all()):
        return None
    distance = (original.double() - reference.double()).abs().nan_to_num(nan=torch.inf).masked_fill(same, -1.0)
    where = int(distance.argmax())
    place = tuple(int(i) for i in torch.unravel_index(torch.tensor(where), original.shape))
    ours, theirs = (tensor.flatten()[where].item() for tensor in (original, reference))
    return (
        f"{name}: {int((~same).sum())} of {same.numel()} elements differ, largest {distance.flatten()[where]:.3e} "
        f"at {place} ({ours!r} of the loss against {theirs!r} of the reference)"
    )
