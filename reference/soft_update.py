"""Target networks that follow the online ones slowly."""

import torch

from reference.state import Params


def soft_update(target: Params, online: Params, tau: float) -> Params:
    r"""Polyak averaging.

    .. math:: \theta' \leftarrow \theta' + \tau (\theta - \theta')

    Source: Lillicrap et al. 2016, Algorithm 1, https://arxiv.org/abs/1509.02971
    Mirror: torchrl_impl/soft_update.py, soft_update_

    Args:
        target: theta prime; not changed.
        online: theta, keyed as `target`.
        tau: weight of the online parameters, in (0, 1].

    Returns:
        The new target. tau * theta + (1 - tau) * theta' is the same number to about an ulp
        and not the same bits.
    """
    return {name: torch.lerp(target[name], online[name], tau) for name in target}
