"""Adam's state in and out of a `torch.optim.Adam`, for candidates that own one."""

from collections.abc import Mapping

import torch

from reference.state import AdamState


def load_adam_(optimizer: torch.optim.Optimizer, parameters: Mapping[str, torch.Tensor], state: AdamState) -> None:
    """Writes an `AdamState` into the optimiser that owns `parameters`, which are keyed as the state."""
    for name, parameter in parameters.items():
        optimizer.state[parameter] = {
            "step": torch.tensor(float(state.step)),
            "exp_avg": state.mean[name].clone(),
            "exp_avg_sq": state.square[name].clone(),
        }
