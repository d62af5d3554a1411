"""`TD3Loss` with the reference's arithmetic inside."""

from typing import Any

import torch
from tensordict import TensorDictBase
from torch import Tensor
from torchrl.envs.utils import step_mdp
from torchrl.objectives import TD3Loss

from reference.noise import smoothing
from torchrl_impl.drop_in.checks import require_batch, require_flags
from torchrl_impl.drop_in.reduction import reduce_rows, row_costs
from torchrl_impl.drop_in.target import is_one_step, one_step_target

NAME = "ReferenceTD3Loss"


class ReferenceTD3Loss(TD3Loss):
    """Takes the place of `torchrl.objectives.TD3Loss`: same arguments, keys, outputs, draws and bits, other insides.

    Smoothing, targets and losses are computed by `reference.noise`, `reference.targets` and
    `reference.losses`, from the values that your own networks give.

    Kept: a smooth L1 loss by default; `policy_noise` and `noise_clip` in action units, whatever the bounds; a draw also
    where `policy_noise` is 0; and one module for two critics is drawn anew, twice, so give a list of two.
    """

    out_keys = [  # noqa: RUF012
        "loss_actor", "loss_qvalue", "pred_value", "state_action_value_actor", "next_state_value", "target_value",
    ]  # fmt: skip

    def actor_loss(self, tensordict: TensorDictBase) -> tuple[Tensor, dict[str, Any]]:
        """The actor's loss; the first critic judges, detached."""
        require_batch(NAME, tensordict)
        frames = tensordict.select(*self.actor_network.in_keys, strict=False)
        with self.actor_network_params.to_module(self.actor_network, preserve_module_state=False):
            frames = self.actor_network(frames)
        value = self._values(frames, self._cached_detach_qvalue_network_params)
        return reduce_rows(self, -value[0], tensordict), {"state_action_value_actor": value.detach()}

    def value_loss(self, tensordict: TensorDictBase) -> tuple[Tensor, dict[str, Any]]:
        """The critics' loss, summed over them, and what was computed on the way."""
        require_batch(NAME, tensordict)
        require_flags(NAME, self.value_estimator, tensordict)
        draw = torch.randn_like(tensordict.get(self.tensor_keys.action))  # before all else, as the original's
        next_value = self._next_value(tensordict, draw)
        value = self._values(tensordict, self.qvalue_network_params)
        target = self._target(tensordict, next_value)
        cost = row_costs(self, value, target.expand_as(value)).sum(0)
        metadata = {
            "td_error": (value - target).square(),
            "next_state_value": next_value,
            "pred_value": value.detach(),
            "target_value": target,
        }
        return reduce_rows(self, cost, tensordict), metadata

    def _values(self, frames: TensorDictBase, params: TensorDictBase) -> Tensor:
        """[n, ...]; all critics at the actions of a batch."""
        spread = frames.select(*self.qvalue_network.in_keys, strict=False).expand(
            self.num_qvalue_nets, *frames.batch_size
        )
        return self._vmap_qvalue_network00(spread, params).get(self.tensor_keys.state_action_value).squeeze(-1)

    @torch.no_grad()
    def _next_value(self, tensordict: TensorDictBase, draw: Tensor) -> Tensor:
        """[...]; the smallest of the target critics' values at the target actor's action, disturbed."""
        frames = step_mdp(tensordict).select(*self.actor_network.in_keys, strict=False)
        with self.target_actor_network_params.to_module(self.actor_network, preserve_module_state=False):
            frames = self.actor_network(frames)
        key, bounds = self.tensor_keys.action, (self.min_action, self.max_action)
        frames.set(key, smoothing(frames.get(key), draw, self.policy_noise, self.noise_clip, *bounds))
        return self._values(frames, self.target_qvalue_network_params).min(0).values

    def _target(self, tensordict: TensorDictBase, next_value: Tensor) -> Tensor:
        """[...]; detached."""
        estimator = self.value_estimator
        if is_one_step(estimator):
            return one_step_target(NAME, estimator, tensordict, next_value.unsqueeze(-1))
        frames = tensordict.clone(False)
        frames.set(("next", self.tensor_keys.state_action_value), next_value.unsqueeze(-1))
        return estimator.value_estimate(frames).squeeze(-1).detach()
