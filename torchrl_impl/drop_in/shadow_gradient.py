"""The gradient that arrives at the critic's values when a user calls `backward`, beside the reference's."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from tensordict import TensorDictBase
from torch import Tensor

from torchrl_impl.drop_in.ddpg_loss import ReferenceDDPGLoss
from torchrl_impl.drop_in.reduction import reduce_rows, row_costs
from torchrl_impl.drop_in.shadow_difference import Answers


class ValueLoss(NamedTuple):
    """The reference's loss as a function of the critic's values alone."""

    value: Tensor  # [...], a leaf
    target: Tensor  # [...]
    loss: Tensor  # [], or [...] unreduced


def value_loss_of(twin: ReferenceDDPGLoss, frames: TensorDictBase, value: Tensor, target: Tensor) -> ValueLoss:
    """The critic's loss at values and targets, both [...], the batch's shape."""
    leaf = value.detach().requires_grad_()
    return ValueLoss(leaf, target, reduce_rows(twin, row_costs(twin, leaf, target), frames))


def watch_value_gradient(loss: Tensor, value: Tensor, reference: ValueLoss, report: Callable[[Answers], Any]) -> None:
    """Has `report` called, during each backward pass, with the gradient that arrives at the critic's values.

    The reference's loss gets the gradient that the loss itself got, so that a loss may be scaled, clipped
    or summed with any other: whatever else arrives came around the loss. Regularisers of the parameters do
    not pass through here, and neither does an optimiser.
    """
    upstream: list[Tensor] = []
    loss.register_hook(upstream.append)

    def arrived(gradient: Tensor) -> None:
        came = upstream.pop() if upstream else torch.zeros_like(loss)
        original = {"value gradient": gradient.detach(), "upstream": came.detach()}
        report(value_gradient_answers(original, reference))

    value.register_hook(arrived)


def value_gradient_answers(original: dict[str, Any], reference: ValueLoss) -> Answers:
    """The gradient that arrived at the values, and what came to the loss; beside the reference."""
    (expected,) = torch.autograd.grad(reference.loss, reference.value, original["upstream"], retain_graph=True)
    inputs = {"value": reference.value, "target": reference.target}
    return Answers(original, {"value gradient": expected, **inputs})
