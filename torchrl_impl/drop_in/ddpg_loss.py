"""`DDPGLoss` with the reference's arithmetic inside."""

from typing import Any

import torch
from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives import DDPGLoss

from torchrl_impl.drop_in.checks import require_batch, require_flags
from torchrl_impl.drop_in.reduction import reduce_rows, row_costs
from torchrl_impl.drop_in.target import is_one_step, one_step_target

NAME = "ReferenceDDPGLoss"


class ReferenceDDPGLoss(DDPGLoss):
    """Takes the place of `torchrl.objectives.DDPGLoss`: same arguments, keys, outputs and bits, other insides.

    Targets and losses are computed by `reference.targets` and `reference.losses`, from the values that your
    own networks give. Two things are other than in TorchRL, on purpose: `pred_value` comes without a gradient, so that
    summing all that `forward` returns does not move the critic; and a batch from which TorchRL
    computes something wrong without a word is refused, see `torchrl_impl.drop_in.checks`.

    Kept, since changing one import must change no number: `delay_actor=False`, by which the target is computed with
    the live actor. Pass `delay_actor=True` for DDPG as it was published. TD(1) and TD(lambda) are TorchRL's own.
    """

    # TorchRL's class makes a property of it, on the class that declares it.
    out_keys = ["loss_actor", "loss_value", "pred_value", "target_value", "pred_value_max", "target_value_max"]  # noqa: RUF012

    def loss_value(self, tensordict: TensorDictBase) -> tuple[Tensor, dict[str, Any]]:
        """The critic's loss, and what was computed on the way; writes the squared TD error into `tensordict`."""
        require_batch(NAME, tensordict)
        require_flags(NAME, self.value_estimator, tensordict)
        frames = tensordict.select(*self.value_network.in_keys, strict=False).detach()
        with self.value_network_params.to_module(self.value_network, preserve_module_state=False):
            self.value_network(frames)
        value = frames.get(self.tensor_keys.state_action_value).squeeze(-1)
        target = self._target(tensordict)
        td_error = (value.detach() - target).square()
        tensordict.set(self.tensor_keys.priority, td_error.to(tensordict.device or td_error.device), inplace=True)
        cost = row_costs(self, value, target)
        metadata = {
            "td_error": td_error,
            "pred_value": value.detach(),
            "target_value": target,
            "target_value_max": target.max(),
            "pred_value_max": value.detach().max(),
        }
        return reduce_rows(self, cost, tensordict), metadata

    def _target(self, tensordict: TensorDictBase) -> Tensor:
        """[...], the batch's shape; detached."""
        estimator, params = self.value_estimator, self._cached_target_params
        if not is_one_step(estimator):
            return estimator.value_estimate(tensordict, target_params=params).squeeze(-1).detach()
        with torch.no_grad():
            next_value = estimator._next_value(tensordict, params, kwargs={})
        return one_step_target(NAME, estimator, tensordict, next_value)

    def loss_actor(self, tensordict: TensorDictBase) -> tuple[Tensor, dict[str, Any]]:
        """The actor's loss; the critic enters detached."""
        require_batch(NAME, tensordict)
        keys = (*self.actor_in_keys, *self.value_exclusive_keys)
        frames = tensordict.select(*keys, strict=False).detach()
        with self.actor_network_params.to_module(self.actor_network, preserve_module_state=False):
            frames = self.actor_network(frames)
        with self._cached_detached_value_params.to_module(self.value_network, preserve_module_state=False):
            frames = self.value_network(frames)
        value = frames.get(self.tensor_keys.state_action_value).squeeze(-1)
        return reduce_rows(self, -value, tensordict), {}
