"""What the critic regresses on."""

import torch
from torch import Tensor

from reference.state import Batch


def terminal(batch: Batch, truncation_is_terminal: bool) -> Tensor:
    """The rows that do not bootstrap.

    Source: Pardo et al. 2018, https://arxiv.org/abs/1712.00378, on why a time limit is not an end
    Mirror: torchrl_impl/losses.py, by the loss's key for `terminated`

    Args:
        batch: its flags, each [B], bool.
        truncation_is_terminal: True counts time limits too, as the notebook did.

    Returns:
        [B], bool.
    """
    return batch.terminated | batch.truncated if truncation_is_terminal else batch.terminated


def discount(gamma: float, steps: Tensor | None, dtype: torch.dtype) -> float | Tensor:
    r"""What the next value is multiplied with.

    .. math:: \gamma^m

    Mirror: `TD0Estimator`, which reads "steps_to_next_obs"

    Args:
        gamma: discount per environment step, in [0, 1].
        steps: [B], int64; m, environment steps that each row spans; None: one each.
        dtype: of the run. Gamma is rounded to it first, and raised then.

    Returns:
        gamma, or [B].
    """
    return gamma if steps is None else torch.tensor(gamma, dtype=dtype) ** steps


def td_target(reward: Tensor, terminated: Tensor, next_value: Tensor, gamma: float | Tensor) -> Tensor:
    r"""Temporal-difference target.

    .. math:: y = r + \gamma \, (1 - d) \, Q'(s', \mu'(s'))

    With n-step returns r is their sum, and gamma is raised to the steps of each row.

    Source: Lillicrap et al. 2016, Algorithm 1, https://arxiv.org/abs/1509.02971
    Mirror: torchrl_impl/targets.py, td_target

    Args:
        reward: [B], float; reward of the step, unscaled.
        terminated: [B], bool; True where the environment itself ended the episode.
            Steps cut by a time limit are False: they still bootstrap.
        next_value: [B], float; target critic at the target actor's action.
        gamma: discount, in [0, 1]; or [B], as `discount` gives it.

    Returns:
        [B], dtype of `next_value`, detached.

    Raises:
        ValueError: the shapes differ ([B] against [B, 1] would broadcast to [B, B]), or
            `terminated` is not boolean (`1 - d` and `~d` part ways on integers).
    """
    if not reward.shape == terminated.shape == next_value.shape or reward.dim() != 1:
        raise ValueError(
            "td_target needs reward, terminated and next_value of one shape [B]; got "
            f"{tuple(reward.shape)}, {tuple(terminated.shape)}, {tuple(next_value.shape)}. "
            "A critic that returns [B, 1] must be squeezed on its last dimension."
        )
    if terminated.dtype != torch.bool:
        raise ValueError(f"td_target needs a boolean terminated; got {terminated.dtype}. Convert it with .bool().")
    # A boolean times a Python float would be float32, whatever the precision of the run.
    bootstraps = (~terminated).to(next_value.dtype)
    return (reward + gamma * bootstraps * next_value).detach()
