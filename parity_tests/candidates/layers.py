"""An MLP's parameters by the reference's names, for candidates whose library spells them otherwise."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from reference.state import Params


def named(module: nn.Module) -> dict[str, nn.Parameter]:
    """An MLP's parameters under the reference's names, told by their order: weight and bias, layer by layer."""
    parameters = list(module.parameters())
    kinds = "weight", "bias"
    return {f"{place - place % 2}.{kinds[place % 2]}": parameter for place, parameter in enumerate(parameters)}


def load_(module: nn.Module, params: Mapping[str, Tensor]) -> None:
    """Writes one network into an MLP."""
    own = named(module)
    assert own.keys() == params.keys(), f"layers {list(own)} in place of {list(params)}"
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.copy_(params[name])


def copied(module: nn.Module) -> Params:
    """One network's parameters under the reference's names, as they are now."""
    return {name: parameter.detach().clone() for name, parameter in named(module).items()}


def gradient_of(module: nn.Module, found: Mapping[Tensor, Tensor]) -> Params:
    """One network's share of what `gradients_at_step` found."""
    return {name: found[parameter] for name, parameter in named(module).items()}
