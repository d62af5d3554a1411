"""n-step returns: several transitions become one row of replay."""

from functools import cache

import torch
from torch import Tensor

from reference.state import Batch


def push(window: Batch, transition: Batch, n: int, gamma: float) -> tuple[Batch, tuple[Batch, Tensor] | None]:
    """Puts the newest transition behind the last ones, and takes out the row that is ready.

    Row t is ready when transition t + n arrives, also across an episode's end, as TorchRL's
    `MultiStepTransform` has it: the last n transitions of a run never become rows.

    Mirror: torchrl_impl/n_step.py, make_transform

    Args:
        window: the last transitions, fields [W, ...], W at most n.
        transition: the newest, fields without the leading [W].
        n: rewards to sum at the most.
        gamma: discount per environment step.

    Returns:
        The window with the newest in it, and without the oldest where it is full; the row that is
        ready and the number of steps that it spans, [], int64; None while the window fills.
    """
    joined = Batch(*(torch.cat([old, new.unsqueeze(0)]) for old, new in zip(window, transition, strict=True)))
    if len(joined.reward) <= n:
        return joined, None
    return Batch(*(column[1:] for column in joined)), n_step_row(Batch(*(column[:n] for column in joined)), gamma)


def n_step_row(steps: Batch, gamma: float) -> tuple[Batch, Tensor]:
    r"""The row of replay that begins at the first of some steps.

    .. math:: R = \sum_{k=0}^{m-1} \gamma^k r_{t+k}, \quad s' = s_{t+m}, \quad d = d_{t+m-1}

    m is n, or less where the episode ends sooner: nothing of the next episode enters. Where a time
    limit ended it, the row still bootstraps, from the last observation before the reset.

    The sum has the bits of TorchRL's convolution, which adds products oldest first. Most CPUs' kernels add each
    product unrounded and round once (a fused multiply-add); some round the product, too, where there is one row.
    So `_plus` does as this CPU's does. A dot product and Horner's scheme round otherwise. From n = 15 on the
    convolution may add in another order: it does on some CPUs with AVX-512, where last bits differ.

    Source: Sutton 1988, https://doi.org/10.1007/BF00115009; Barth-Maron et al. 2018, https://arxiv.org/abs/1804.08617
    Mirror: `MultiStepTransform`, made in torchrl_impl/n_step.py

    Args:
        steps: transitions one after the other, fields [n, ...]; an episode may end among them.
        gamma: discount per environment step.

    Returns:
        The row, fields without a leading dimension, and m: [], int64.
    """
    ended = (steps.terminated | steps.truncated).tolist()
    m = ended.index(True) + 1 if True in ended else len(ended)
    fuses = _convolution_fuses(1 + sum(ended))  # TorchRL's has a row for each episode in the window
    reward = torch.zeros_like(steps.reward[0])  # not the first reward: a sum of -0.0 alone is 0.0
    for k in range(m):
        reward = _plus(reward, steps.reward[k], torch.tensor(gamma**k, dtype=reward.dtype), fuses)
    row = Batch(steps.observation[0], steps.action[0], reward, *(column[m - 1] for column in steps[3:]))
    return row, torch.tensor(m)


def _plus(total: Tensor, reward: Tensor, power: Tensor, fuses: bool) -> Tensor:
    """total + reward power; rounded once, or the product, too."""
    return torch.addcmul(total, reward, power) if fuses else total + reward * power


@cache
def _convolution_fuses(rows: int) -> bool:
    """Whether `torch.conv1d` over so many rows adds products unrounded on this CPU: asked for a sum that tells."""
    more = 1 + 2**-12  # its square, 1 + 2**-11 + 2**-24, rounds to 1 + 2**-11
    rewards, powers = torch.tensor([-1.0, more, 0.0, 0.0]), torch.tensor([1.0, more])
    return torch.conv1d(rewards.expand(rows, 1, -1), powers.view(1, 1, -1))[0, 0, 0].item() != 2**-11
