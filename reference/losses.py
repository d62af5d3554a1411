"""What each network minimises: functions of values, which do not know the networks."""

from typing import Literal

import torch.nn.functional as F
from torch import Tensor

Kind = Literal["l2", "l1", "smooth_l1"]
"""l2 squares a TD error, l1 takes its size, smooth_l1 half its square below 1 and its size less 1/2 above."""


def critic_loss(value: Tensor, target: Tensor, weight: Tensor | None = None, kind: Kind = "l2") -> Tensor:
    r"""Mean squared TD error, without the factor one half; summed over critics where there are several.

    .. math:: L(\phi) = \frac{1}{B} \sum_i (Q_\phi(s_i, a_i) - y_i)^2

    Source: Lillicrap et al. 2016, Algorithm 1, https://arxiv.org/abs/1509.02971; Fujimoto et al. 2018, Algorithm 1
    Mirror: torchrl_impl/losses.py, critic_loss

    Args:
        value: [B], or [n, B] of n critics; at the stored actions.
        target: [B]; as `targets.td_target` gives it.
        weight: [B]; importance weights, see `mean`.
        kind: what a TD error costs.

    Returns:
        []

    Raises:
        ValueError: the shapes differ; [B, 1] against [B] would broadcast to [B, B].
    """
    if value.shape[-1:] != target.shape or value.dim() not in (1, 2):
        raise ValueError(
            f"critic_loss needs value and target of one shape [B]; got {tuple(value.shape)} and {tuple(target.shape)}. "
            "A critic that returns [B, 1] must be squeezed on its last dimension."
        )
    errors = td_cost(value, target.expand_as(value), kind)
    return mean(errors if value.dim() == 1 else errors.sum(0), weight)


def td_cost(value: Tensor, target: Tensor, kind: Kind) -> Tensor:
    """What each TD error costs: `value` and `target` of one shape, which is the answer's too; `kind` as above.

    Mirror: torchrl.objectives.utils, distance_loss
    """
    match kind:
        case "l2":
            return (value - target).square()
        case "l1":
            return F.l1_loss(value, target, reduction="none")
        case "smooth_l1":
            return F.smooth_l1_loss(value, target, reduction="none")


def actor_loss(value: Tensor, weight: Tensor | None = None) -> Tensor:
    r"""Negative mean Q-value of the policy's own actions.

    .. math:: L(\theta) = -\frac{1}{B} \sum_i Q_\phi(s_i, \mu_\theta(s_i))

    Source: Silver et al. 2014, http://proceedings.mlr.press/v32/silver14.html; Lillicrap et al. 2016
    Mirror: torchrl_impl/losses.py, actor_loss

    Args:
        value: [B]; the first critic at the actor's actions, not at the stored ones.
        weight: [B]; importance weights, see `mean`.

    Returns:
        []

    Raises:
        ValueError: `value` is not of shape [B].
    """
    if value.dim() != 1:
        raise ValueError(
            f"actor_loss needs value of shape [B]; got {tuple(value.shape)}. "
            "A critic that returns [B, 1] must be squeezed on its last dimension."
        )
    return mean(-value, weight)


def mean(x: Tensor, weight: Tensor | None) -> Tensor:
    r"""Mean over the rows of a batch.

    .. math:: \frac{1}{B} \sum_i x_i, \quad \text{or } \frac{\sum_i w_i x_i}{\sum_i w_i}

    Prioritized replay (Schaul et al. 2016, https://arxiv.org/abs/1511.05952) has weights, and divides by B:
    dividing by their sum, as TorchRL does, makes losses of batches with large and small weights alike.

    Mirror: `DDPGLoss` and `TD3Loss`, which weigh by "priority_weight", the actor's loss too

    Args:
        x: [B]
        weight: [B]; None: all the same.

    Returns:
        []

    Raises:
        ValueError: the shapes differ.
    """
    if weight is None:
        return x.mean()
    if weight.shape != x.shape:
        raise ValueError(
            f"a loss needs one weight a row, of shape {tuple(x.shape)}; got {tuple(weight.shape)}. "
            "Weights of shape [B, 1] must be squeezed."
        )
    return (x * weight).sum() / weight.sum()
