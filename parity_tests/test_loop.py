"""Rung of the environment loop: what the loop around the environment does with its steps."""

from dataclasses import replace
from itertools import islice

import pytest
import torch

from parity_tests.assertions import assert_same_bits
from parity_tests.runs import THREE_ACTIONS
from parity_tests.test_envs import STEPS, each_implementation, in_steps, loop
from reference.config import Config
from reference.state import Batch
from reference.train import train, updates_due
from torchrl_impl.train import train as torchrl_train
from torchrl_impl.train import updates_due as torchrl_updates_due

RUNG = "environment loop"

TRAINS = {"reference": train, "torchrl": torchrl_train}


@pytest.mark.parametrize(
    "env_id, limit", [("Pendulum-v1", 50), (THREE_ACTIONS, None)], ids=["pendulum", "three_actions"]
)
def test_replay_streams_and_probe_states_end_as_torchrls(env_id, limit):
    config = loop(env_id, limit)
    (*_, (_, ours)), (*_, (_, theirs)) = train(config), torchrl_train(config)
    assert_same_bits("replay", written(ours), written(theirs))
    for name in ("episode", "step", "update", "streams", "probe_states"):
        assert_same_bits(name, getattr(ours, name), getattr(theirs, name))


def written(state):
    """Size, cursor and contents of a ring that has not wrapped."""
    replay = state.replay
    return replay._replace(rows=Batch(*(column[: replay.size] for column in replay.rows)))


@each_implementation
def test_replay_holds_every_transition(run):
    found = list(run(loop()))
    expected = Batch(*(torch.cat(column) for column in zip(*(record.transitions for record, _ in found), strict=True)))
    replay = written(found[-1][1])
    assert_same_bits("rows of replay", replay.size, STEPS)
    assert_same_bits("replay", replay.rows, expected)


@pytest.mark.parametrize("continue_with", TRAINS)
@pytest.mark.parametrize("begin_with", TRAINS)
def test_a_loop_continues_from_its_state_on_either_side(begin_with, continue_with):
    config = loop()  # the first episode ends after 50 steps, warm-up after 70
    begun = next(TRAINS[begin_with](config))[1]
    assert_same_bits(
        "transition", by_step(TRAINS[continue_with](config, begun)), by_step(islice(train(config), 1, None))
    )


def by_step(episodes):
    """Every transition under its place in the run."""
    return {
        f"episode {record.episode}, step {number}": row
        for record, _ in episodes
        for number, row in enumerate(in_steps(record.transitions), start=1)
    }


@each_implementation
def test_a_loop_leaves_the_global_generator_alone(run):
    before = torch.get_rng_state()
    next(run(loop()))
    assert_same_bits("global generator", torch.get_rng_state(), before)


# by hand: the time limit is 50 steps
LENGTHS = {
    "by_episodes": ({"episodes": 2, "total_steps": None}, [50, 50]),
    "by_steps": ({"total_steps": 130}, [50, 50, 30]),
    "by_both_at_once": ({"episodes": 2, "total_steps": 100}, [50, 50]),
}


@pytest.mark.parametrize("fields, lengths", LENGTHS.values(), ids=LENGTHS.keys())
@each_implementation
def test_a_run_ends_where_it_should(run, fields, lengths):
    config = replace(loop(), **{"update_after": 90, "batch_size": 90, **fields})
    found = [len(record.transitions.reward) for record, _ in islice(run(config), 5)]
    assert_same_bits("steps of each episode", dict(enumerate(found)), dict(enumerate(lengths)))


# by hand: fields, environment steps made, transitions stored, updates
DUE = {
    "none_before_update_after": ({}, 9, 9, 0),
    "one_at_update_after": ({}, 10, 10, 1),
    "as_many_as_asked_for": ({"updates_per_step": 3}, 12, 12, 3),
    "none_without_a_batch": ({"batch_size": 12}, 11, 11, 0),
    "one_with_a_batch": ({"batch_size": 12}, 12, 12, 1),
    "none_between_rounds": ({"update_every": 5}, 14, 14, 0),
    "a_round_for_the_steps_it_skipped": ({"update_every": 5, "updates_per_step": 2}, 15, 15, 10),
}


@pytest.mark.parametrize("due", [updates_due, torchrl_updates_due], ids=TRAINS)
@pytest.mark.parametrize("fields, steps, stored, expected", DUE.values(), ids=DUE.keys())
def test_updates_are_due(fields, steps, stored, expected, due):
    config = Config(**{"update_after": 10, "batch_size": 4, **fields})
    assert_same_bits(f"updates due after step {steps}", due(config, steps, stored), expected)
