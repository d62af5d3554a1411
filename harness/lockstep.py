"""Two runs side by side, an episode at a time, until the first differing bit."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from torch import Tensor

from harness.difference import leaves
from harness.episode_difference import comparable, episode_difference, outcome
from harness.watch import Watched
from reference.config import Config
from reference.state import EpisodeRecord


class Compared(NamedTuple):
    """What one episode's comparison came to."""

    record: EpisodeRecord | None  # the left side's; None where a side had ended
    quantities: Counter[str]  # by kind: tensors and plain values compared
    elements: Counter[str]  # by kind: numbers compared
    difference: str | None  # where the first difference is; None: all the same to the bit


def lockstep(ours: Iterable[Watched], theirs: Iterable[Watched], config: Config) -> Iterator[Compared]:
    """Compares two runs of one configuration after every episode; ends after the first that differs.

    Args:
        ours: as `watch` yields; the left side of every "against".
        theirs: likewise; must not share storage with `ours`, or equality would mean nothing.
        config: of both runs.

    Yields:
        One `Compared` for each episode.
    """
    for episode, (left, right) in enumerate(zip_longest(ours, theirs), start=1):
        if left is None or right is None:
            ended, goes_on = ("left", "right") if left is None else ("right", "left")
            text = f"episode {episode}: the {ended} run has ended, the {goes_on} one goes on"
            yield Compared(None, Counter(), Counter(), text)
            return
        difference = episode_difference(left, right, config)
        yield Compared(left.record, *_count(left), difference)
        if difference is not None:
            return


def _count(episode: Watched) -> tuple[Counter[str], Counter[str]]:
    """How much one episode puts to comparison, by kind."""
    quantities: Counter[str] = Counter()
    elements: Counter[str] = Counter()
    for kind, tree, rows in _kinds(episode):
        for _, value in leaves("", tree):
            quantities[kind] += len(value) if rows else 1
            elements[kind] += value.numel() if isinstance(value, Tensor) else 1
    return quantities, elements


def _kinds(episode: Watched) -> list[tuple[str, Any, bool]]:
    """What is compared: the kind's name, the values, and whether each of their rows is a quantity of its own."""
    record, state = episode.record, comparable(episode.state)
    networks = state.networks
    return [
        ("stored transitions", record.transitions, True),
        ("replay indices", record.updates.indices, True),
        ("TD targets", record.updates.target, True),
        ("Q-values", record.updates.value, True),
        ("critic losses", record.updates.critic_loss, True),
        ("critic gradient norms", record.updates.critic_grad_norm, True),
        ("actor losses", record.updates.actor_loss, True),
        ("actor gradient norms", record.updates.actor_grad_norm, True),
        (
            "networks at every update",
            {
                f"{update} {name}": sums
                for update, networks in enumerate(episode.networks)
                for name, (_, _, sums) in networks.items()
            },
            False,
        ),
        ("actor and target actor", {"online": networks.actor, "target": networks.target_actor}, False),
        ("critic and target critic", {"online": networks.critic, "target": networks.target_critic}, False),
        ("Adam states", {"actor": networks.actor_adam, "critic": networks.critic_adam}, False),
        ("replay contents", state.replay, False),
        ("random streams", state.streams, False),
        ("probe snapshots", {"states": state.probe_states, "probe": record.probe}, False),
        ("returns, flags, counters", outcome(record), False),
    ]
