"""Quantities of the walkthrough in print, and in how many numbers two of them agree."""

import hashlib
from typing import Any

import torch

from harness.difference import as_integers, first_difference, leaves, same_bits

LONG = 9
"""A tensor of more numbers is cut short."""


def shown(value: Any) -> list[str]:
    """A quantity as lines of text: a tensor's numbers, or a network's last layer and a digest of the whole."""
    if isinstance(value, torch.Tensor):
        return _tensor(value)
    if isinstance(value, dict):
        last = list(value)[-2:]
        lines = [line for key in last for line in (f"{key} {list(value[key].shape)}", *_tensor(value[key]))]
        count = sum(tensor.numel() for tensor in value.values())
        return [*lines, f"all {count} numbers: digest {_digest(list(value.values()))}"]
    if hasattr(value, "_fields"):
        return [line for key, field in value._asdict().items() for line in (key, *_tensor(field))]
    return [str(value)]


def _tensor(value: torch.Tensor) -> list[str]:
    numbers, bits = value.flatten().numpy(), as_integers(value.flatten())
    if not value.is_floating_point():
        return [" ".join(str(number) for number in numbers.tolist())]
    if value.dim() == 2 and min(value.shape) > 1:
        rows = ["".join(f"{number!s:>14}" for number in row) for row in value.numpy()]
        return [*rows, f"all {value.numel()} numbers: digest {_digest([value])}"]
    if value.numel() > LONG:
        first = "  ".join(f"{number!s}" for number in numbers[:3])
        return [f"{first}  ...", f"all {value.numel()} numbers: digest {_digest([value])}"]
    mask, width = (1 << 8 * value.element_size()) - 1, 2 * value.element_size()
    return [f"{number!s:>14}  {int(bit) & mask:0{width}x}" for number, bit in zip(numbers, bits, strict=True)]


def _digest(tensors: list[torch.Tensor]) -> str:
    return hashlib.sha256(b"".join(tensor.contiguous().numpy().tobytes() for tensor in tensors)).hexdigest()[:12]


def verdict(name: str, ours: Any, theirs: Any) -> str:
    """In how many numbers both sides were compared, and whether all are the same to the bit."""
    found = first_difference(name, ours, theirs)
    if found is not None:
        return found
    count = sum(value.numel() if isinstance(value, torch.Tensor) else 1 for _, value in leaves(name, ours))
    return "same bits" if count == 1 else f"same bits in all {count} numbers"


def total(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """How many numbers were compared in all, and how many are the same to the bit."""
    pairs = [pair for name in ours for pair in zip(leaves("", ours[name]), leaves("", theirs[name]), strict=True)]
    compared = [_same(left, right) for (_, left), (_, right) in pairs]
    count, same = sum(one for one, _ in compared), sum(one for _, one in compared)
    return f"{count} numbers of {len(ours)} quantities, {same} of them the same to the bit"


def _same(ours: Any, theirs: Any) -> tuple[int, int]:
    if not isinstance(ours, torch.Tensor):
        return 1, int(ours == theirs)
    return ours.numel(), int(same_bits(ours, theirs).sum())
