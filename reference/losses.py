"""What each network minimises: functions of values, which do not know the networks."""

from torch import Tensor


def critic_loss(value: Tensor, target: Tensor) -> Tensor:
    r"""Mean squared TD error, without the factor one half.

    .. math:: L(\phi) = \frac{1}{B} \sum_i (Q_\phi(s_i, a_i) - y_i)^2

    Source: Lillicrap et al. 2016, Algorithm 1, https://arxiv.org/abs/1509.02971
    Mirror: torchrl_impl/losses.py, critic_loss

    Args:
        value: [B]; the critic at the stored actions.
        target: [B]; as `targets.td_target` gives it.

    Returns:
        []

    Raises:
        ValueError: the shapes differ; [B, 1] against [B] would broadcast to [B, B].
    """
    if value.shape != target.shape or value.dim() != 1:
        raise ValueError(
            f"critic_loss needs value and target of one shape [B]; got {tuple(value.shape)} and {tuple(target.shape)}. "
            "A critic that returns [B, 1] must be squeezed on its last dimension."
        )
    return (value - target).square().mean()


def actor_loss(value: Tensor) -> Tensor:
    r"""Negative mean Q-value of the policy's own actions.

    .. math:: L(\theta) = -\frac{1}{B} \sum_i Q_\phi(s_i, \mu_\theta(s_i))

    Source: Silver et al. 2014, http://proceedings.mlr.press/v32/silver14.html; Lillicrap et al. 2016
    Mirror: torchrl_impl/losses.py, actor_loss

    Args:
        value: [B]; the critic at the actor's actions, not at the stored ones.

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
    return (-value).mean()
