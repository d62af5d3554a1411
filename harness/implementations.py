"""The two implementations by name. TorchRL is imported when it is asked for, since that takes seconds."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Literal

Impl = Literal["reference", "torchrl"]
"""The name of an implementation."""

_PACKAGES = {"reference": "reference", "torchrl": "torchrl_impl"}


def train_function(impl: Impl) -> Callable[..., Any]:
    """`train` of one implementation: config to a generator of (EpisodeRecord, RunState)."""
    return import_module(f"{_PACKAGES[impl]}.train").train


def check_env(impl: Impl, config: Any) -> None:
    """Makes the environment as one implementation does, and closes it.

    Raises:
        ValueError: it does not fit.
    """
    import_module(f"{_PACKAGES[impl]}.envs").make_env(config).close()


def evaluate_function(impl: Impl) -> Callable[..., list[float]]:
    """`evaluate` of one implementation: config, actor parameters and episodes to returns."""
    return import_module(f"{_PACKAGES[impl]}.evaluate").evaluate


def checkpoint_functions(impl: Impl) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """`snapshot` and `restore` of one implementation; what one has written the other reads."""
    module = import_module(f"{_PACKAGES[impl]}.checkpoint")
    return module.snapshot, module.restore
