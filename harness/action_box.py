"""Where in the box of actions a run moves: on its bounds, or all over it."""

import torch
from torch import Tensor

from reference.networks import actor
from reference.state import Params, Replay, Space

CELLS = 20
"""Cells of equal width that each action dimension is cut into."""

MOST_ROWS = 50_000
"""Rows of replay that are looked at; of a larger one every k-th, so that short episodes do not wait for the count."""

NEAR = 0.99
"""Size of tanh from which the policy counts as saturated: less than 2 % of the gradient passes there."""


def on_bounds(action: Tensor, space: Space) -> float:
    """Share of the components of actions [T, A], as executed, that lie exactly on a bound."""
    on = (action == space.low.cpu()) | (action == space.high.cpu())
    return on.float().mean().item()


def policy_near_bounds(theta: Params, observation: Tensor, space: Space) -> float:
    r"""Share of the policy's own action components, before noise, at which its tanh is saturated.

    .. math:: |\mu_\theta(s) - m| \ge 0.99 \, (h - l) / 2, \quad m = (h + l) / 2

    Args:
        theta: the actor.
        observation: [T, O]
        space: the bounds l and h.
    """
    half, middle = (space.high - space.low) / 2, (space.high + space.low) / 2
    near = (actor(theta, observation.to(middle.device), space) - middle).abs() >= NEAR * half
    return near.float().mean().item()


def coverage(replay: Replay, space: Space) -> tuple[float, float] | None:
    r"""How replay's actions lie in the box: means over its dimensions, each cut into `CELLS` cells.

    .. math:: \frac{1}{n} \#\{i : p_i > 0\}, \quad \frac{1}{n} \exp \Big( -\sum_i p_i \log p_i \Big)

    The first counts every cell that holds a single action, and stays at 1 as long as replay holds the warm-up's
    draws. The second asks how many cells, evenly filled, would be spread as widely.

    Args:
        replay: at most `MOST_ROWS` of the rows written so far are read, evenly spaced.
        space: the bounds.

    Returns:
        Share of occupied cells and effective share, both in (0, 1]; None: replay is empty.
    """
    if replay.size == 0:
        return None
    actions = replay.rows.action[: replay.size : -(-replay.size // MOST_ROWS)]
    bounds = zip(space.low.tolist(), space.high.tolist(), strict=True)
    counts = torch.stack([actions[:, place].histc(CELLS, *bound) for place, bound in enumerate(bounds)])
    shares = counts.double() / counts.sum(dim=1, keepdim=True)
    effective = torch.special.entr(shares).sum(dim=1).exp() / CELLS
    return (counts > 0).double().mean().item(), effective.mean().item()
