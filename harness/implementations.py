"""The two implementations by name. TorchRL is imported when it is asked for, since that takes seconds."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Literal

from harness.files import uninterrupted

Impl = Literal["reference", "torchrl"]
"""The name of an implementation."""

_PACKAGES = {"reference": "reference", "torchrl": "torchrl_impl"}


def train_function(impl: Impl) -> Callable[..., Any]:
    """`train` of one implementation: config to a generator of (EpisodeRecord, RunState)."""
    return _imported(impl, "train").train


def check_env(impl: Impl, config: Any) -> None:
    """Makes the environment as one implementation does, and closes it.

    Raises:
        ValueError: it does not fit.
    """
    _imported(impl, "envs").make_env(config).close()


def evaluate_function(impl: Impl) -> Callable[..., list[float]]:
    """`evaluate` of one implementation: config, actor parameters and episodes to returns."""
    return _imported(impl, "evaluate").evaluate


def checkpoint_functions(impl: Impl) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """`snapshot` and `restore` of one implementation; what one has written the other reads."""
    module = _imported(impl, "checkpoint")
    return module.snapshot, module.restore


def _imported(impl: Impl, name: str) -> Any:
    """A module of an implementation; Ctrl-C waits for it, since it comes out of half an import as another exception."""
    with uninterrupted():
        return import_module(f"{_PACKAGES[impl]}.{name}")
