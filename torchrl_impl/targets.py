"""The target that the loss module computed.

Mirror: reference/targets.py
"""

from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives import DDPGLoss


def td_target(loss_module: DDPGLoss, batch: TensorDictBase) -> Tensor:
    """[B]; as `DDPGLoss` computes it on the way to its value loss, with its target actor and target critic."""
    _, metadata = loss_module.loss_value(batch.clone(recurse=False))  # it writes td_error into its input
    return metadata["target_value"].detach()
