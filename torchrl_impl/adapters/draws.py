"""A draw that was made elsewhere, handed to TorchRL's classes, which make their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_NORMAL = (torch.normal, torch.randn_like)
"""What `AdditiveGaussianModule` draws by, and what `OrnsteinUhlenbeckProcessModule` and `TD3Loss` do."""


class _Handed(TorchFunctionMode):
    def __init__(self, draw: Tensor) -> None:
        super().__init__()
        self.draw, self.taken = draw, 0

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func not in _NORMAL:
            return func(*args, **(kwargs or {}))
        self.taken += 1
        return self.draw


@contextmanager
def hand(draw: Tensor) -> Iterator[None]:
    """Within, what TorchRL draws from N(0, 1) is `draw`, and no generator moves.

    Args:
        draw: of the shape and dtype that TorchRL would draw.

    Raises:
        RuntimeError: it was not taken exactly once, so that the class draws in another way than this knows of.
    """
    handed = _Handed(draw)
    with handed:
        yield
    if handed.taken != 1:
        raise RuntimeError(
            f"hand needs a class that draws once, by torch.normal or torch.randn_like; got {handed.taken} draws. "
            "Use the release of TorchRL that constraints.txt names."
        )
