"""The one-step target of a batch in TorchRL's form, by the reference."""

from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives.value import TD0Estimator, ValueEstimatorBase

from reference.targets import td_target
from torchrl_impl.drop_in.checks import entry, require_like


def is_one_step(estimator: ValueEstimatorBase) -> bool:
    """Whether the reference has the target that a loss was configured with: TD(0), rewards as they are."""
    return type(estimator) is TD0Estimator and not estimator.average_rewards


def one_step_target(name: str, estimator: ValueEstimatorBase, frames: TensorDictBase, next_value: Tensor) -> Tensor:
    """r + gamma^m (1 - d) V', detached.

    Args:
        name: of the class that asks, for messages.
        estimator: its keys and its gamma.
        frames: the batch; "steps_to_next_obs" says m where it is there.
        next_value: [..., 1].

    Returns:
        [...], without the last dimension.
    """
    keys = estimator.tensor_keys
    reward, terminated = (entry(name, frames, ("next", key)) for key in (keys.reward, keys.terminated))
    require_like(name, ("next", keys.reward), reward, next_value)
    require_like(name, ("next", keys.terminated), terminated, next_value)
    steps = frames.get(keys.steps_to_next_obs, None)
    gamma = estimator.gamma.to(reward.device)
    # A number for each row: the dtype of gamma then counts as it does in TorchRL.
    gamma = gamma.expand_as(reward) if steps is None else gamma ** steps.view_as(reward)
    target = td_target(reward.flatten(), terminated.flatten(), next_value.flatten(), gamma.flatten())
    return target.view_as(reward).squeeze(-1)
