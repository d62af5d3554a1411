"""What a library computes on the way through its own training step, for candidates that drive one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor


@contextmanager
def spied(owner: Any, function: str) -> Iterator[list[tuple[tuple, Any]]]:
    """Arguments and answer of every call of `owner.function` within the block."""
    calls: list[tuple[tuple, Any]] = []
    original = getattr(owner, function)

    def recorded(*args: Any, **kwargs: Any) -> Any:
        answer = original(*args, **kwargs)
        calls.append((args, answer))
        return answer

    with patch.object(owner, function, recorded):
        yield calls


@contextmanager
def gradients_at_step(*optimizers: torch.optim.Optimizer) -> Iterator[dict[Tensor, Tensor]]:
    """Parameter -> gradient, as the optimisers found it when they stepped."""
    found: dict[Tensor, Tensor] = {}

    def look(optimizer: torch.optim.Optimizer, args: tuple, kwargs: dict) -> None:
        for group in optimizer.param_groups:
            found.update({p: p.grad.clone() for p in group["params"] if p.grad is not None})

    hooks = [optimizer.register_step_pre_hook(look) for optimizer in optimizers]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()
