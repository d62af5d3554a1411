"""A guard for candidates that drive a library: its real training step must have been entered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


@contextmanager
def entered(owner: Any, function: str) -> Iterator[None]:
    """Fails if `owner.function` was not called within the block.

    Args:
        owner: a class, module or object; the call is passed on unchanged.
        function: the name of its public training function.
    """
    original = getattr(owner, function)
    calls = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        return original(*args, **kwargs)

    with patch.object(owner, function, counted):
        yield
    assert calls, f"{owner.__name__ if isinstance(owner, type) else owner}.{function} was never entered"
