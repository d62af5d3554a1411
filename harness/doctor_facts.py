"""What `ddpg doctor` finds on this machine: plain values by section, which decide nothing."""

import os
import platform
import shutil
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from harness.errors import InputError, one_line
from harness.fingerprint import numerics_fingerprint
from harness.run_lock import locked
from harness.seeds_plan import cores

Facts = dict[str, dict[str, Any]]
"""Section -> name -> value, as JSON holds it."""

OURS = ("reference", "torchrl_impl", "harness", "parity_tests")

THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OMP_WAIT_POLICY", "KMP_BLOCKTIME")

ARITHMETIC_VARIABLES = ("ATEN_CPU_CAPABILITY", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS", "ONEDNN_MAX_CPU_ISA")
"""They choose other kernels, and so other bits."""

EXTRAS = {
    "mujoco": ("mujoco",),
    "box2d": ("box2d",),
    "gym": ("gym", "shimmy"),
    "suite": ("pytest", "hypothesis", "mpmath", "allpairspy"),
}
"""What for -> the distributions that it takes."""


def gather(threads: int) -> Facts:
    """All sections.

    Args:
        threads: that torch had taken before `ddpg` set it to one.
    """
    return {
        "python": {"version": platform.python_version(), "at": sys.executable, "platform": platform.platform()},
        "packages": {name: _version(name) for name in ("ddpg-parity", *declared())},
        "torch": torch_build(),
        "threads": {"of torch by itself": threads, "in ddpg": torch.get_num_threads(), "cores": cores()}
        | _variables(THREAD_VARIABLES),
        "variables that choose kernels": _variables(ARITHMETIC_VARIABLES),
        "C++ extension of torchrl": extension(),
        "optional": {name: ", ".join(f"{each} {_version(each)}" for each in EXTRAS[name]) for name in EXTRAS},
        "our code": {name: _place(name) for name in OURS},
        "working folder": working_folder(Path.cwd()),
        "numerics": numerics_fingerprint(),
    }


def declared() -> dict[str, str]:
    """What the package asks for without extras: distribution -> range; nothing where it is not installed."""
    try:
        lines = requires("ddpg-parity") or []
    except PackageNotFoundError:
        return {}
    found = [Requirement(line) for line in lines]
    return {
        canonicalize_name(each.name): str(each.specifier)
        for each in found
        if each.marker is None or each.marker.evaluate({"extra": ""})
    }


def torch_build() -> dict[str, Any]:
    """What torch was built with, and what it computes by here."""
    return {
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "mkl": torch.backends.mkl.is_available(),
        "oneDNN": torch.backends.mkldnn.is_available(),
        "openmp": torch.backends.openmp.is_available(),
        "cuda": torch.cuda.is_available(),
    }


def extension() -> dict[str, Any]:
    """Whether TorchRL's compiled half loads beside this torch, and if not, why."""
    try:
        import_module("torchrl._torchrl")
    except Exception as error:  # a TorchRL that does not fit this torch may raise anything as it is imported
        return {"loads": False, "because": one_line(error).rpartition(".so: ")[2]}
    return {"loads": True, "because": ""}


def working_folder(folder: Path) -> dict[str, Any]:
    """Room, and whether a run could be written and locked here."""
    try:
        with locked(folder):
            lock = "works"
    except InputError as error:
        lock = one_line(error)
    free = round(shutil.disk_usage(folder).free / 1e9, 1)
    return {"free GB": free, "writable": os.access(folder, os.W_OK), "lock": lock}


def _variables(names: tuple[str, ...]) -> dict[str, str]:
    return {name: os.environ.get(name, "unset") for name in names}


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def _place(package: str) -> str:
    spec = find_spec(package)
    return "not found" if spec is None or spec.origin is None else str(Path(spec.origin).parent)
