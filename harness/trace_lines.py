"""The run of an implementation as lines of a trace."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from harness.encoding import hash_of
from harness.episode_difference import comparable, steps_of_updates
from harness.implementations import Impl
from harness.observe import NETWORKS, Keep, Observed
from harness.trace import Line, Place
from reference.config import Config
from reference.state import Batch, EpisodeRecord, Params, RunState, Space, TrainState, UpdateMetrics
from reference.streams import open_streams
from reference.update import actor_moves

Chosen = Callable[[int], bool]
"""Whether an update, by its number, has its values written; 0: the start of the run."""

QUANTITIES: dict[str, list[str]] = {
    "start": list(NETWORKS),
    "step": list(Batch._fields),
    "update": [*UpdateMetrics._fields, *NETWORKS],
    "episode": [
        "episode_return", "terminated", "truncated", "probe.action", "probe.value",
        "actor_adam.mean", "actor_adam.square", "actor_adam.step",
        "critic_adam.mean", "critic_adam.square", "critic_adam.step",
        "replay", "window", "noise_scale", "probe_states", "streams.init", "streams.replay", "streams.explore",
    ],
}  # fmt: skip
"""By kind of line, in the order in which a run makes them."""


class Hashed(NamedTuple):
    """What is kept of one network at one update."""

    hash: str | None
    value: Params | None  # a copy; None where the update is not chosen


def hashed(chosen: Chosen) -> Keep[Hashed]:
    """What `observe` is to keep of each network."""

    def keep(update: int, params: Params) -> Hashed:
        return Hashed(hash_of(params), _copy(params) if chosen(update) else None)

    return keep


def start_line(impl: Impl, config: Config, space: Space, chosen: Chosen) -> Line:
    """The networks before the first step."""
    networks = _initial_networks(impl, config, space)
    return _line("start", Place(0, 0, 0), {name: getattr(networks, name) for name in NETWORKS}, chosen(0))


def episode_lines(episode: Observed[Hashed], config: Config, chosen: Chosen) -> Iterator[Line]:
    """One episode's lines: each step's, followed by those of the updates made after it, and at last the episode's."""
    record = episode.record
    first = record.last_step - len(record.transitions.reward)
    steps = steps_of_updates(record, config)
    update, row = record.last_update - len(steps), 0
    moved = iter(episode.networks)
    for index, step in enumerate(range(first + 1, record.last_step + 1)):
        place = Place(record.episode, step, update)
        yield _line("step", place, _row(record.transitions, index), chosen(update + 1))
        while row < len(steps) and steps[row] == step:
            update += 1
            place = place._replace(update=update)
            metrics, networks = _row(record.updates, row), {}
            if actor_moves(update, config):
                networks = next(moved, {})
            else:
                metrics |= {"actor_loss": None, "actor_grad_norm": None}  # NaN, which has many bit patterns
            yield _update_line(place, metrics, networks, chosen(update))
            row += 1
    yield _line("episode", place, _outcome(record, episode.state), False)


def _update_line(place: Place, metrics: dict[str, Any], networks: dict[str, Hashed], valued: bool) -> Line:
    """Without networks where the targets stayed; the critic is seen together with its target, and so missing too."""
    line = _line("update", place, metrics, valued)
    hashes = {name: networks[name].hash if networks else None for name in NETWORKS}
    values = {name: kept.value for name, kept in networks.items() if valued}
    return line._replace(hashes=line.hashes | hashes, values=line.values | values)


def _outcome(record: EpisodeRecord, state: RunState) -> dict[str, Any]:
    """What an episode's line holds, by quantity."""
    owners: dict[str, Any] = {"probe": record.probe, "streams": state.streams}
    owners |= {"actor_adam": state.networks.actor_adam, "critic_adam": state.networks.critic_adam}
    plain = record._asdict() | state._asdict() | {"replay": comparable(state).replay}
    quantities = {}
    for name in QUANTITIES["episode"]:
        owner, _, field = name.partition(".")
        # No snapshot, no parts of one: None.
        quantities[name] = getattr(owners[owner], field, None) if field else plain[name]
    return quantities


def _line(kind: str, place: Place, quantities: dict[str, Any], valued: bool) -> Line:
    hashes = {name: hash_of(value) for name, value in quantities.items()}
    values = {name: value for name, value in quantities.items() if valued and value is not None}
    return Line(kind, place, hashes, values)


def _row(columns: Batch | UpdateMetrics, row: int) -> dict[str, Any]:
    return {name: column[row] for name, column in columns._asdict().items()}


def _copy(params: Params) -> Params:
    return {name: value.detach().clone() for name, value in params.items()}


def _initial_networks(impl: Impl, config: Config, space: Space) -> TrainState:
    """Fresh networks as a run of this seed draws them first."""
    generator = open_streams(config.seed).init
    if impl == "reference":
        return import_module("reference.update").init_networks(generator, config, space)
    update, streams = import_module("torchrl_impl.update"), import_module("torchrl_impl.streams")
    with streams.lend(generator):
        return update.train_state(update.init_networks(config, space))
