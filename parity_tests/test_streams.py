"""Random streams: named, apart, and the same on every machine."""

import torch

from reference.streams import (
    episode_seed,
    evaluation_seed,
    open_streams,
    probe_stream,
    restore_streams_,
    stream_states,
)


def draws(generator):
    return torch.rand(4, generator=generator).tolist()


def test_streams_of_one_run_differ():
    drawn = [draws(generator) for generator in (*open_streams(42), probe_stream(42))]
    assert len({tuple(numbers) for numbers in drawn}) == 4


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
    seeds = [episode_seed(run, episode) for run in range(20) for episode in range(1, 200)]
    assert len(set(seeds)) == len(seeds)


def test_evaluation_never_sees_a_training_episode():
    training = {episode_seed(42, episode) for episode in range(1, 2_000)}
    assert training.isdisjoint(evaluation_seed(42, episode) for episode in range(1, 2_000))


def test_episode_seeds_stay_what_they_were():
    # As `numpy.random.SeedSequence((42, 3, 1))` and the next gave them; NumPy promises that they last.
    assert [episode_seed(42, 1), episode_seed(42, 2)] == [2958905532, 2547676586]
