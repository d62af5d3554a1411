"""Both sides trained in lockstep, looked at after each episode."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from harness.train import run_space
from parity_tests.studies.state_space.looks import ANGLES, SPEEDS, Look, grid
from parity_tests.studies.state_space.packing import difference, pack
from parity_tests.studies.state_space.play import Played, play
from reference.config import Config
from reference.state import TrainState
from reference.streams import open_streams
from reference.train import train as train_reference
from reference.update import init_networks
from torchrl_impl import update as torchrl_update
from torchrl_impl.streams import lend
from torchrl_impl.train import train as train_torchrl


class Moment(NamedTuple):
    """Both sides after an episode; networks are valid until the next one is asked for."""

    episode: int
    update: int
    episode_return: float | None  # training's, with noise; None before the first
    networks: dict[str, TrainState]


def moments(config: Config) -> Iterator[Moment]:
    """Before training, and after each episode."""
    yield Moment(0, 0, None, first_networks(config))
    for (record, ours), (_, theirs) in zip(train_reference(config), train_torchrl(config), strict=True):
        networks = {"reference": ours.networks, "torchrl": theirs.networks}
        yield Moment(record.episode, ours.update, float(record.episode_return), networks)


def first_networks(config: Config) -> dict[str, TrainState]:
    """As each side draws them."""
    space = run_space(config)
    with lend(open_streams(config.seed).init):
        learner = torchrl_update.init_networks(config, space)
    ours = init_networks(open_streams(config.seed).init, config, space)
    return {"reference": ours, "torchrl": torchrl_update.train_state(learner)}


def snapshot(moment: Moment, asked: dict[str, Look], config: Config) -> dict[str, Any]:
    """What the figure shows of a moment: both quantities on both sides, packed; their difference; an episode."""
    observation = grid()
    found = {side: [x.numpy() for x in look(moment.networks[side], observation)] for side, look in asked.items()}
    played = {side: play(config, moment.networks[side], look) for side, look in asked.items()}
    entry: dict[str, Any] = {"episode": moment.episode, "update": moment.update, "return": moment.episode_return}
    for place, quantity in enumerate(("policy", "value")):
        ours, theirs = found["reference"][place], found["torchrl"][place]
        bounds = {"low": -2.0, "high": 2.0} if quantity == "policy" else both_extremes(ours, theirs)
        entry[quantity] = {"reference": pack(ours, **bounds), "torchrl": pack(theirs, **bounds)}
        entry[quantity]["difference"] = difference(ours, theirs)
    return entry | {"path": path(played["reference"]), "path_differing": differing(*played.values())}


def both_extremes(ours: np.ndarray, theirs: np.ndarray) -> dict[str, float]:
    """One scale for two maps."""
    return {"low": float(min(ours.min(), theirs.min())), "high": float(max(ours.max(), theirs.max()))}


def path(played: Played) -> dict[str, Any]:
    """The greedy policy's episode over the map."""
    return {
        "angle": pack(played.angle, -np.pi, np.pi),
        "speed": pack(played.speed, -8.0, 8.0),
        "return": round(float(played.reward.astype(np.float64).sum()), 1),
    }


def differing(ours: Played, theirs: Played) -> int:
    """Values of two episodes that are not equal."""
    return sum(int((one != other).sum()) for one, other in zip(ours, theirs, strict=True))


def axes() -> dict[str, list[float]]:
    """The maps' axes."""
    return {"angles": [round(float(x), 4) for x in ANGLES], "speeds": [round(float(x), 4) for x in SPEEDS]}
