"""`torch.optim.Adam` with the reference's arithmetic inside.

Mirror: reference/optim.py
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from reference.optim import adam
from reference.state import AdamState

_OTHER_ARITHMETIC = ("amsgrad", "fused", "capturable", "differentiable", "decoupled_weight_decay")


class ReferenceAdam(torch.optim.Adam):
    """Takes the place of `torch.optim.Adam`: same arguments, state, state dict and bits.

    The bits are those of torch's loop over tensors; `foreach=True` has the same on a CPU, and is accepted. Options
    that ask for another arithmetic are refused.
    """

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Adds parameters with options of their own.

        Raises:
            ValueError: an option asks for another arithmetic.
        """
        super().add_param_group(param_group)
        _require_plain(self.param_groups[-1])

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step on every parameter that has a gradient.

        Returns:
            What `closure` returned; None without one.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            _require_plain(group)  # whoever loads a state, loads its options too
            self._step_group(group)
        return loss

    def _step_group(self, group: dict[str, Any]) -> None:
        params: list[Tensor] = []
        grads: list[Tensor] = []
        mean: list[Tensor] = []
        square: list[Tensor] = []
        counts: list[Tensor] = []
        if self._init_group(group, params, grads, mean, square, [], counts):
            raise ValueError("ReferenceAdam needs real parameters; got complex ones. Use torch.optim.Adam.")
        # One parameter at a time: what one leaves in the cache and in the allocator serves the next.
        for parameter, grad, first, second, count in zip(params, grads, mean, square, counts, strict=True):
            _step_one(parameter, grad, first, second, int(count), group)
        for count in counts:
            count += 1


def _step_one(parameter: Tensor, grad: Tensor, mean: Tensor, square: Tensor, step: int, group: dict[str, Any]) -> None:
    """Writes a new parameter and moments over the old ones: whoever shares their memory sees them."""
    grad = -grad if group["maximize"] else grad
    state = AdamState({"": mean}, {"": square}, step)
    rest = group["lr"], group["weight_decay"], group["betas"], group["eps"]
    new, new_state = adam({"": parameter}, {"": grad}, state, *rest)
    for old, found in ((parameter, new), (mean, new_state.mean), (square, new_state.square)):
        old.copy_(found[""])


def _require_plain(group: dict[str, Any]) -> None:
    asked = {option: group[option] for option in _OTHER_ARITHMETIC if group.get(option)}
    if any(isinstance(beta, Tensor) for beta in group["betas"]):
        asked["betas"] = group["betas"]
    for option, value in asked.items():
        raise ValueError(
            f"ReferenceAdam computes Adam's plain step; got {option}={value!r}. Leave it out, or use torch.optim.Adam."
        )
