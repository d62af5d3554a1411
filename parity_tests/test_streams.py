"""Rung of the environment loop: random streams, named, apart, and the same on every machine."""

from itertools import product

import torch

from reference.streams import (
    episode_seed,
    evaluation_seed,
    open_streams,
    probe_stream,
    restore_streams_,
    stream_states,
)

RUNG = "environment loop"


def draws(generator):
    return torch.rand(4, generator=generator).tolist()


def test_streams_of_one_run_differ():
    generators = {**open_streams(42)._asdict(), "probe": probe_stream(42)}
    by_draws = {tuple(draws(generator)): name for name, generator in generators.items()}
    alike = set(generators) - set(by_draws.values())
    assert not alike, f"streams {', '.join(sorted(alike))}: draw what another stream draws"


def test_streams_of_two_runs_differ():
    pairs = zip(open_streams(0), open_streams(1), strict=True)
    assert all(draws(a) != draws(b) for a, b in pairs)


def test_streams_of_one_seed_agree():
    pairs = zip(open_streams(42), open_streams(42), strict=True)
    assert all(draws(a) == draws(b) for a, b in pairs)


def test_restored_streams_continue():
    generators = open_streams(42)
    states = stream_states(generators)
    first = [draws(generator) for generator in generators]
    restore_streams_(generators, states)
    assert [draws(generator) for generator in generators] == first


def test_no_two_runs_share_an_episode():
    found = {}
    for run, episode in product(range(20), range(1, 200)):
        other = found.setdefault(episode_seed(run, episode), (run, episode))
        assert other == (run, episode), f"episode seed: (run, episode) {other} and {(run, episode)} have the same"


def test_evaluation_never_sees_a_training_episode():
    training = {episode_seed(42, episode): episode for episode in range(1, 2_000)}
    for episode in range(1, 2_000):
        seen = training.get(evaluation_seed(42, episode))
        assert seen is None, f"evaluation seed of episode {episode}: training's of episode {seen}"


def test_episode_seeds_stay_what_they_were():
    # As `numpy.random.SeedSequence((42, 3, 1))` and the next gave them; NumPy promises that they last.
    assert [episode_seed(42, 1), episode_seed(42, 2)] == [2958905532, 2547676586]
