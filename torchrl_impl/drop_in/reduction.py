"""What a drop-in makes of a batch's TD errors."""

from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives.common import LossModule

from reference.losses import mean, td_cost


def row_costs(loss_module: LossModule, value: Tensor, target: Tensor) -> Tensor:
    """The reference's cost of each TD error, of one shape with both.

    Raises:
        NotImplementedError: a `loss_function` that TorchRL does not have either.
    """
    if loss_module.loss_function not in ("l2", "l1", "smooth_l1"):
        raise NotImplementedError(f"Unknown loss {loss_module.loss_function}: needs one of l2, l1 and smooth_l1.")
    return td_cost(value, target, loss_module.loss_function)


def reduce_rows(loss_module: LossModule, cost: Tensor, frames: TensorDictBase) -> Tensor:
    """The reference's mean, weighted where the batch has weights; sums, rows and masks are TorchRL's own.

    Args:
        loss_module: says which reduction, and whether weights count.
        cost: [...], the batch's shape.
        frames: the batch, which may hold weights and masks.
    """
    weight = loss_module._maybe_get_priority_weight(frames)
    masked = any(frames.get(key, None) is not None for key in loss_module._loss_mask_keys())
    if loss_module.reduction != "mean" or masked or (weight is not None and weight.shape != cost.shape):
        return loss_module._reduce_loss(cost, tensordict=frames, weights=weight)
    return mean(cost.flatten(), None if weight is None else weight.flatten())
