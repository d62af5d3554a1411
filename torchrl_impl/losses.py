"""Both losses by `DDPGLoss`, or by `TD3Loss`.

Mirror: reference/losses.py
"""

import warnings

import torch
from tensordict import TensorDict, TensorDictBase
from tensordict.nn import TensorDictModule
from torch import Tensor
from torchrl.modules import ValueOperator
from torchrl.objectives import DDPGLoss, TD3Loss

from reference.config import Config
from reference.state import Space
from torchrl_impl.config import loss_arguments, loss_keys, td3_loss_arguments, value_estimator_arguments
from torchrl_impl.state import critic_params, target_critic_params


def make_loss(
    config: Config, space: Space, actor: TensorDictModule, critics: list[ValueOperator]
) -> DDPGLoss | TD3Loss:
    """The loss module: holds the online parameters, and copies for the targets.

    `DDPGLoss` shares its online parameters with the modules, `TD3Loss` those of the actor.
    """
    if config.critics is None:
        loss_module = DDPGLoss(actor, critics[0], **loss_arguments(config))
    else:
        loss_module = td3_loss(config, space, actor, critics)
    loss_module.set_keys(**loss_keys(config))
    with warnings.catch_warnings():
        # It copies the tensor that gamma is, and torch would rather be told so.
        warnings.filterwarnings("ignore", message="To copy construct from a tensor")
        loss_module.make_value_estimator(**value_estimator_arguments(config))
    return loss_module


def td3_loss(config: Config, space: Space, actor: TensorDictModule, critics: list[ValueOperator]) -> TD3Loss:
    """`TD3Loss` with the critics that it is given.

    It draws a single module's weights again, and those of a list of one have no gradient: a single
    critic's are written back into it.
    """
    arguments = td3_loss_arguments(config) | {"bounds": (space.low, space.high)}
    if len(critics) > 1:
        return TD3Loss(actor, critics, **arguments)
    drawn = TensorDict.from_module(critics[0]).data.clone()
    with torch.random.fork_rng(devices=[]):
        loss_module = TD3Loss(actor, critics[0], **arguments)
    with warnings.catch_warnings():
        # It misses the updater that the targets will have.
        warnings.filterwarnings("ignore", message="No target network updater")
        for params in (critic_params(loss_module), target_critic_params(loss_module)):
            params.data.update_(drawn.expand(1))
    return loss_module


def critic_loss(loss_module: DDPGLoss | TD3Loss, batch: TensorDictBase) -> tuple[Tensor, Tensor, Tensor]:
    """The critic's loss [], with gradient; the value [B], or [n, B] of `TD3Loss`, and the target [B], without.

    Only the first may be back-propagated: `pred_value` arrives with a gradient of its own, so that
    the sum of all that `DDPGLoss` returns has another derivative than its losses.
    """
    compute = loss_module.value_loss if isinstance(loss_module, TD3Loss) else loss_module.loss_value
    loss, metadata = compute(batch.clone(recurse=False))  # it writes td_error into its input
    return loss, metadata["pred_value"].detach(), metadata["target_value"].detach()


def actor_loss(loss_module: DDPGLoss | TD3Loss, batch: TensorDictBase) -> Tensor:
    """The actor's loss [], with gradient for the actor alone: the critic enters detached."""
    compute = loss_module.actor_loss if isinstance(loss_module, TD3Loss) else loss_module.loss_actor
    loss, _ = compute(batch)
    return loss
