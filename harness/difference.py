"""Whether two values are the same bits, and if not, where."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

_INTEGER_OF_SIZE = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def leaves(name: str, tree: Any) -> Iterator[tuple[str, Any]]:
    """The tensors and plain values of nested NamedTuples, dicts, tuples and lists, with paths: "critic[0.weight]"."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(f"{name}[{key}]", value)
    elif hasattr(tree, "_fields"):
        for field, value in zip(tree._fields, tree, strict=True):
            yield from leaves(f"{name}.{field}" if name else field, value)
    elif isinstance(tree, (tuple, list)) and any(isinstance(value, (Tensor, dict, tuple, list)) for value in tree):
        for place, value in enumerate(tree):
            yield from leaves(f"{name}[{place}]", value)
    else:
        yield name, tree


def same_bits(ours: Tensor, theirs: Tensor) -> Tensor:
    """Elementwise; unlike ==, it tells 0.0 from -0.0 and finds a NaN equal to itself."""
    return as_integers(ours) == as_integers(theirs)


def difference(name: str, ours: Any, theirs: Any) -> str | None:
    """Where two leaves differ, in words from which work can start; None where they are the same to the bit."""
    if not isinstance(ours, Tensor) or not isinstance(theirs, Tensor):
        return None if type(ours) is type(theirs) and ours == theirs else f"{name}: {ours!r} against {theirs!r}"
    if ours.shape != theirs.shape:
        return f"{name}: shape {tuple(ours.shape)} against {tuple(theirs.shape)}"
    if ours.dtype != theirs.dtype:
        return f"{name}: {ours.dtype} against {theirs.dtype}"
    same = same_bits(ours, theirs)
    return None if bool(same.all()) else f"{name}: {_describe(ours, theirs, same)}"


def first_difference(name: str, ours: Any, theirs: Any) -> str | None:
    """The first leaf that differs between two trees of one structure, described; None where there is none."""
    left, right = dict(leaves(name, ours)), dict(leaves(name, theirs))
    if list(left) != list(right):
        odd = sorted(set(left) ^ set(right))
        return f"{name}: structure differs, at {', '.join(odd) or 'the order of its parts'}"
    found = (difference(path, left[path], right[path]) for path in left)
    return next((text for text in found if text is not None), None)


def _describe(ours: Tensor, theirs: Tensor, same: Tensor) -> str:
    """How many elements differ, by how much at the most, and where that is."""
    distance = (ours.double() - theirs.double()).abs().nan_to_num(nan=torch.inf).masked_fill(same, -1.0)
    where = int(distance.flatten().argmax())
    place = tuple(int(i) for i in torch.unravel_index(torch.tensor(where), ours.shape))
    values = f"{ours.flatten()[where].item()!r} against {theirs.flatten()[where].item()!r}"
    largest = distance.flatten()[where].item()
    return (
        f"{int((~same).sum())} of {same.numel()} elements differ, largest {largest:.3e} at {place} "
        f"({values}); expected the same bits"
    )


def as_integers(values: Tensor) -> Tensor:
    """The bit patterns, as whole numbers of the same size."""
    return values.detach().cpu().contiguous().view(_INTEGER_OF_SIZE[values.element_size()])
