"""Both losses by `DDPGLoss`.

Mirror: reference/losses.py
"""

import warnings

from tensordict import TensorDictBase
from tensordict.nn import TensorDictModule
from torch import Tensor
from torchrl.modules import ValueOperator
from torchrl.objectives import DDPGLoss

from reference.config import Config
from torchrl_impl.config import loss_arguments, loss_keys, value_estimator_arguments


def make_loss(config: Config, actor: TensorDictModule, critic: ValueOperator) -> DDPGLoss:
    """The loss module: holds the online parameters, which it shares with the modules, and copies for the targets."""
    loss_module = DDPGLoss(actor, critic, **loss_arguments())
    loss_module.set_keys(**loss_keys(config))
    with warnings.catch_warnings():
        # It copies the tensor that gamma is, and torch would rather be told so.
        warnings.filterwarnings("ignore", message="To copy construct from a tensor")
        loss_module.make_value_estimator(**value_estimator_arguments(config))
    return loss_module


def critic_loss(loss_module: DDPGLoss, batch: TensorDictBase) -> tuple[Tensor, Tensor, Tensor]:
    """The critic's loss [], with gradient; the value [B] and the target [B], without.

    Only the first may be back-propagated: `pred_value` arrives with a gradient of its own, so that
    the sum of all that `DDPGLoss` returns has another derivative than its losses.
    """
    loss, metadata = loss_module.loss_value(batch.clone(recurse=False))  # it writes td_error into its input
    return loss, metadata["pred_value"].detach(), metadata["target_value"].detach()


def actor_loss(loss_module: DDPGLoss, batch: TensorDictBase) -> Tensor:
    """The actor's loss [], with gradient for the actor alone: the critic enters detached."""
    loss, _ = loss_module.loss_actor(batch)
    return loss
