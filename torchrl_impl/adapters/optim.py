"""`torch.optim.Adam` in the plain loop."""

import torch

from reference.state import AdamState, Params
from torchrl_impl.config import adam_arguments


class AdamInTheLoop:
    """`adam` as the plain loop calls it, by a `torch.optim.Adam` for each step.

    The loop holds what Adam remembers, so that the optimiser need not outlive the step.
    """

    def __init__(self) -> None:
        self.torchrl: torch.optim.Adam | None = None  # the one that made the last step

    def adam(
        self, params: Params, grads: Params, state: AdamState, lr: float, weight_decay: float = 0.0
    ) -> tuple[Params, AdamState]:
        """New parameters and the new state; arguments as those of `adam` in reference/optim.py."""
        moving = {name: value.clone().requires_grad_() for name, value in params.items()}
        optimizer = torch.optim.Adam(list(moving.values()), lr=lr, weight_decay=weight_decay, **adam_arguments())
        for name, parameter in moving.items():
            parameter.grad = grads[name]
            moments = {"exp_avg": state.mean[name].clone(), "exp_avg_sq": state.square[name].clone()}
            optimizer.state[parameter] = {"step": torch.tensor(float(state.step)), **moments}
        optimizer.step()
        self.torchrl = optimizer
        memory = {name: optimizer.state[parameter] for name, parameter in moving.items()}
        mean, square = ({name: memory[name][key] for name in memory} for key in ("exp_avg", "exp_avg_sq"))
        return {name: value.detach() for name, value in moving.items()}, AdamState(mean, square, state.step + 1)
