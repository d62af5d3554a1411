r"""Q's growth beside what rewards allow.

.. math:: |Q(s, a)| \le \sum_k \gamma^k \max |r| = \frac{\max |r|}{1 - \gamma}
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

MARGIN = 1.1
"""A warning needs |Q| this many times beyond the bound.

Where every step pays the same, as InvertedPendulum's do, right values lie on the bound, and a critic errs by some
percent.
"""


class Seen(NamedTuple):
    """What the episodes so far hold."""

    reward: float = 0.0  # largest |r|
    first_value: float | None = None  # largest |Q| in the first update, of networks as they were drawn; None: none yet


class Outside(NamedTuple):
    """An episode in which Q left what rewards allow."""

    episode: int
    value: float  # largest |Q| in the episode's updates
    reward: float  # largest |r| seen
    allowed: float


def largest_value(line: dict[str, Any]) -> float | None:
    """Largest |Q| in the updates of an episode's line; None: no update was made, or it was not logged."""
    values = [value for value in line["updates"].get("value_largest", []) if value is not None]
    return max(values, default=None)


def allowed(reward: float, gamma: float) -> float:
    """The largest |Q| that rewards of this size allow; infinite where gamma is 1."""
    return reward / (1 - gamma) if gamma < 1 else math.inf


def look(seen: Seen, line: dict[str, Any], gamma: float) -> tuple[Seen, Outside | None]:
    """One episode further.

    Q must also have grown beyond its first answers, which are the initial weights' doing: where no reward was seen
    yet, the bound is 0. n-step returns and TD3 leave the bound as it is.
    """
    value = largest_value(line)
    first = seen.first_value
    if first is None and value is not None:
        first = line["updates"]["value_largest"][0]
    seen = Seen(max(seen.reward, line.get("largest_reward") or 0.0), first)
    most = allowed(seen.reward, gamma)
    if value is None or first is None or value <= MARGIN * most or value <= MARGIN * first:
        return seen, None
    return seen, Outside(line["episode"], value, seen.reward, most)


def seen_in(lines: Iterable[dict[str, Any]], gamma: float) -> Seen:
    """What the episodes of these lines hold."""
    seen = Seen()
    for line in lines:
        seen, _ = look(seen, line, gamma)
    return seen


def outside(lines: Iterable[dict[str, Any]], gamma: float) -> Iterator[Outside]:
    """The episodes in which Q left what rewards allow."""
    seen = Seen()
    for line in lines:
        seen, found = look(seen, line, gamma)
        if found is not None:
            yield found


def warning(found: Outside, gamma: float) -> str:
    """What happened, in one sentence, and the usual cure."""
    value, most, reward = map(_plain, (found.value, found.allowed, found.reward))
    return (
        f"|Q| reached {value} in episode {found.episode}, beyond {most}, the most that rewards of at most {reward} in "
        f"size allow at gamma {gamma:g} (max |r| / (1 - gamma)). Lower the learning rates, clip the gradients, or "
        "check the scale of the rewards."
    )


def _plain(number: float) -> str:
    """Four digits, and none cut off before the point."""
    return f"{number:,.0f}" if 1e3 <= number < 1e9 else f"{number:.4g}"
