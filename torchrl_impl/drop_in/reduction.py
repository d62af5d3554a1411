"""How a drop-in makes one number of a batch's losses."""

from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives.common import LossModule

from reference.losses import mean


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
