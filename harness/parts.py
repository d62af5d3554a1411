"""A checkpoint's parts: files of tensors, each under the checksum of what it holds, and never written to again.

The format is safetensors, a header in JSON and then the bytes: reading it runs no code and needs no
unpickler, and the same tensors give the same file. `torch.load(weights_only=True)` does unpickle, by an
interpreter that is kept small; before torch 2.6 that could be made to run code (CVE-2025-32434).
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.numpy import load, save
from torch import Tensor

from harness.durable import write_durably

ENDING = ".safetensors"


class Part(NamedTuple):
    """What a manifest says of a file."""

    sha256: str  # 64 hexadecimal digits, of the whole file
    size: int  # bytes


def part_of(data: bytes) -> Part:
    """What a manifest says of a file that holds `data`."""
    return Part(hashlib.sha256(data).hexdigest(), len(data))


def part_path(folder: Path, part: Part) -> Path:
    """Where a part lies: no manifest can name a file outside its folder."""
    return folder / f"{part.sha256}{ENDING}"


def write_part(folder: Path, tensors: dict[str, Tensor]) -> Part:
    """Writes tensors, anew where they are there already, since that file may be damaged."""
    data = save({name: tensor.detach().cpu().contiguous().numpy() for name, tensor in tensors.items()})
    part = part_of(data)
    write_durably(part_path(folder, part), data)
    return part


def read_part(folder: Path, part: Part) -> dict[str, Tensor]:
    """The tensors of a part, each with memory of its own.

    Raises:
        ValueError: the file is missing, has another length, fails its checksum or holds no tensors.
    """
    path = part_path(folder, part)
    name = f"{path.name[:12]}...{ENDING}"
    try:
        if not path.is_file():
            raise ValueError(f"{name} is missing")
        size = path.stat().st_size
        if size != part.size:
            raise ValueError(f"{name} holds {size:,} bytes where {part.size:,} were written")
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{name} cannot be read ({error.strerror})") from error
    if part_of(data) != part:
        raise ValueError(f"{name} fails its checksum")
    return decode(data, name)


def decode(data: bytes, name: str) -> dict[str, Tensor]:
    """Tensors out of the bytes of a file called `name`.

    Raises:
        ValueError: they are no file of tensors, or of kinds that no run has.
    """
    try:
        return {key: torch.tensor(array) for key, array in load(data).items()}
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name} holds no tensors ({' '.join(str(error).split())[:100]})") from error
