"""The one-step target of a batch in TorchRL's form, by the reference."""

from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives.common import LossModule
from torchrl.objectives.value import TD0Estimator

from reference.targets import td_target
from torchrl_impl.drop_in.checks import entry, flag, require_like


def is_one_step(loss_module: LossModule) -> bool:
    """Whether the reference has the target that a loss was configured with: TD(0), rewards as they are."""
    estimator = loss_module.value_estimator
    return type(estimator) is TD0Estimator and not estimator.average_rewards


def one_step_target(name: str, loss_module: LossModule, frames: TensorDictBase, next_value: Tensor) -> Tensor:
    """r + gamma^m (1 - d) V', detached.

    Args:
        name: of the class that asks, for messages.
        loss_module: its keys, and its estimator's gamma.
        frames: the batch; "steps_to_next_obs" says m where it is there.
        next_value: [..., 1].

    Returns:
        [...], without the last dimension.
    """
    keys, estimator = loss_module.tensor_keys, loss_module.value_estimator
    reward = entry(name, frames, ("next", keys.reward))
    terminated = flag(name, frames, keys.terminated)
    for what, tensor in ((f"('next', {keys.reward!r})", reward), (f"('next', {keys.terminated!r})", terminated)):
        require_like(name, what, tensor, next_value.shape, next_value.device)
    gamma, steps = estimator.gamma.to(reward.device), frames.get(estimator.tensor_keys.steps_to_next_obs, None)
    if steps is not None:
        gamma = (gamma ** steps.view_as(reward)).flatten()
    target = td_target(reward.flatten(), terminated.flatten(), next_value.flatten(), gamma)
    return target.view_as(reward).squeeze(-1)
