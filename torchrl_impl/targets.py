"""The target that the loss module computed.

Mirror: reference/targets.py
"""

from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives import DDPGLoss, TD3Loss


def td_target(loss_module: DDPGLoss | TD3Loss, batch: TensorDictBase) -> Tensor:
    """[B]; as the loss computes it on the way to its value loss, with its target actor and target critics."""
    compute = loss_module.value_loss if isinstance(loss_module, TD3Loss) else loss_module.loss_value
    _, metadata = compute(batch.clone(recurse=False))  # it writes td_error into its input
    return metadata["target_value"].detach()
