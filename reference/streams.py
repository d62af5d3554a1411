"""Named random streams: each purpose draws from a generator of its own."""

from typing import NamedTuple

import numpy as np
import torch

from reference.state import Streams

_INIT, _REPLAY, _EXPLORE, _EPISODES, _EVALUATION, _PROBE = range(6)


class Generators(NamedTuple):
    """The live generators behind `Streams`; drawing from one moves it."""

    init: torch.Generator
    replay: torch.Generator
    explore: torch.Generator


def open_streams(run_seed: int) -> Generators:
    """The three generators at the start of a run.

    Mirror: torchrl_impl/streams.py, open_streams

    Args:
        run_seed: `Config.seed`.
    """
    return Generators(*(torch.Generator().manual_seed(_derive(run_seed, k)) for k in (_INIT, _REPLAY, _EXPLORE)))


def stream_states(generators: Generators) -> Streams:
    """Where each generator stands; a copy."""
    return Streams(*(generator.get_state() for generator in generators))


def restore_streams_(generators: Generators, streams: Streams) -> None:
    """Puts each generator where `streams` says."""
    for generator, state in zip(generators, streams, strict=True):
        generator.set_state(state)


def probe_stream(run_seed: int) -> torch.Generator:
    """The generator that chooses the probe observations, once in a run.

    Were they drawn from `replay`, as the notebook does, looking at a run would change it.
    """
    return torch.Generator().manual_seed(_derive(run_seed, _PROBE))


def episode_seed(run_seed: int, episode: int) -> int:
    """The seed that training's episode number `episode`, from 1, is reset with."""
    return _derive(run_seed, _EPISODES, episode)


def evaluation_seed(run_seed: int, episode: int) -> int:
    """The seed that evaluation's episode number `episode`, from 1, is reset with."""
    return _derive(run_seed, _EVALUATION, episode)


def _derive(run_seed: int, *path: int) -> int:
    """A hash rather than `run_seed + k`, by which run 1 would replay episodes of run 0."""
    return int(np.random.SeedSequence((run_seed, *path)).generate_state(1)[0])
