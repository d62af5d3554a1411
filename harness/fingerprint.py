"""What the bits of a run depend on: the machine's arithmetic, and versions."""

import hashlib
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch

_PACKAGES = ("ddpg-parity", "torch", "torchrl", "tensordict", "gymnasium", "numpy", "mujoco")


def numerics_fingerprint() -> dict[str, Any]:
    """A hash of what this machine computes on fixed inputs, and the settings that can change it.

    Equal bits are promised between two implementations on one machine under one fingerprint. Another
    CPU, library version or number of threads may round differently: then the hash differs as well.
    """
    return {
        "hash": _arithmetic_hash(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "machine": platform.machine(),
        "mkl": torch.backends.mkl.is_available(),
        "mkl_cbwr": os.environ.get("MKL_CBWR", "unset"),
        "threads": torch.get_num_threads(),
        "flushes_denormals": flushes_denormals(),
    }


def flushes_denormals() -> bool:
    """Whether this thread flushes denormal numbers to zero.

    torch cannot be asked: half of the smallest normal number is tried. A denormal number in a source file would be
    read as zero by a process that flushes them, and stay zero in the compiled file.
    """
    smallest = torch.tensor([torch.finfo(torch.float64).tiny], dtype=torch.float64)
    return bool(smallest * 0.5 == 0)


def versions() -> dict[str, Any]:
    """Python, the packages that compute, and the fingerprint: what `versions.json` holds."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "numerics": numerics_fingerprint(),
    }


def _arithmetic_hash() -> str:
    """Sixteen hexadecimal digits over a matrix product, tanh, sqrt, normal draws and a mean, in both precisions."""
    digest = hashlib.sha256()
    for dtype in (torch.float32, torch.float64):
        # Dividing whole numbers rounds the same everywhere: the inputs do not depend on the machine.
        x = (torch.arange(128 * 256, dtype=dtype).remainder(509) / 509 - 0.5).reshape(128, 256)
        draws = torch.randn(1000, generator=torch.Generator().manual_seed(0), dtype=dtype)
        for result in (x @ x.T, x.tanh(), x.abs().sqrt(), draws, x.mean(), torch.linalg.vector_norm(x)):
            digest.update(result.contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
