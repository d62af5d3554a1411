"""`torch.optim.Adam` with the reference's arithmetic inside."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

import torch
from torch import Tensor

from reference.optim import adam
from reference.state import AdamState

_OTHER_ARITHMETIC = ("amsgrad", "fused", "foreach", "capturable", "differentiable", "decoupled_weight_decay")


class ReferenceAdam(torch.optim.Adam):
    """Takes the place of `torch.optim.Adam`: same arguments, state, state dict and bits.

    The bits are those of its plain loop over tensors, which is what torch takes on a CPU by itself.
    Options that ask for another arithmetic are refused.
    """

    def __init__(self, params: Any, lr: float | Tensor = 1e-3, *args: Any, **kwargs: Any) -> None:
        super().__init__(params, lr, *args, **kwargs)
        for group in self.param_groups:
            for option in _OTHER_ARITHMETIC:
                if group.get(option):
                    raise ValueError(
                        f"ReferenceAdam computes Adam's plain loop; got {option}={group[option]!r}. "
                        "Leave it out, or use torch.optim.Adam."
                    )

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step on every parameter that has a gradient; what `closure` returned."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            moving = [parameter for parameter in group["params"] if parameter.grad is not None]
            # One whose gradient was missing before is some steps behind the others.
            for step, some in groupby(sorted(moving, key=self._steps), self._steps):
                self._step_together(list(some), step, group)
        return loss

    def _steps(self, parameter: Tensor) -> int:
        return int(self.state[parameter].get("step", 0))

    def _step_together(self, parameters: list[Tensor], step: int, group: dict[str, Any]) -> None:
        names = [str(place) for place in range(len(parameters))]
        params = dict(zip(names, parameters, strict=True))
        sign = -1 if group["maximize"] else 1
        grads = {name: parameter.grad if sign == 1 else -parameter.grad for name, parameter in params.items()}
        memory = {name: self.state[parameter] for name, parameter in params.items()}
        mean, square = (
            {name: memory[name].get(key, torch.zeros_like(params[name])) for name in names}
            for key in ("exp_avg", "exp_avg_sq")
        )
        rest = (float(group["lr"]), group["weight_decay"], group["betas"], group["eps"])
        new, state = adam(params, grads, AdamState(mean, square, step), *rest)
        for name, parameter in params.items():
            parameter.copy_(new[name])
            moments = {"exp_avg": state.mean[name], "exp_avg_sq": state.square[name]}
            memory[name].update(step=torch.tensor(float(state.step)), **moments)
