"""Rung: runs with n-step returns: empty replay, resumes in mid-window, the first update, and when each one is made."""

from itertools import islice

import pytest

from harness.episode_difference import steps_of_updates
from harness.implementations import train_function
from harness.watch import watch
from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.n_step_material import SIDES, part
from parity_tests.runs import short
from parity_tests.test_whole_run import compare

RUNG = "whole run"

each_side = pytest.mark.parametrize("side", SIDES)


def tiny(**fields):
    """Episodes of five steps, so that a window of seven is still filling after the first of them."""
    small = {"total_steps": 60, "max_steps_per_episode": 5, "start_steps": 20, "update_after": 1, "batch_size": 8}
    return short(hidden_sizes=(8, 8), **{"n_step": 7, "replay_size": 30, "probe_n": 4, **small, **fields})


def states(side, config, episodes):
    """What a run yields for its first episodes; each state is read before the next episode is asked for."""
    return islice(train_function(side)(config), episodes)


@each_side
def test_replay_is_empty_while_the_window_fills(side):
    [(record, state)] = states(side, tiny(), 1)
    assert (state.replay.size, state.replay.cursor) == (0, 0)
    assert_same_bits("window", state.window, record.transitions)


def test_an_empty_replay_has_the_same_rows_on_both_sides():
    [(_, ours)], [(_, theirs)] = (states(side, tiny(), 1) for side in SIDES)
    assert_same_bits("replay", ours.replay, theirs.replay)


@each_side
def test_the_window_reaches_back_over_an_episodes_end(side):
    (first, _), (second, state) = states(side, tiny(), 2)
    assert_same_bits("older steps", part(first.transitions, slice(3, 5)), part(state.window, slice(2)))
    assert_same_bits("newer steps", second.transitions, part(state.window, slice(2, 7)))


@each_side
def test_a_states_window_is_a_copy_that_later_episodes_do_not_change(side):
    run = train_function(side)(tiny())
    _, state = next(run)
    with unchanged("window", state.window):
        next(run)


@each_side
def test_one_step_returns_have_no_window_and_no_steps(side):
    [(_, state)] = states(side, tiny(n_step=1), 1)
    assert state.window is None and state.replay.steps is None


@pytest.mark.parametrize("goes_on_with", SIDES)
@pytest.mark.parametrize("begins_with", SIDES)
@pytest.mark.parametrize("episode", [1, 3, 9], ids=["window_fills", "no_update_yet", "ring_has_wrapped"])
def test_a_run_goes_on_in_mid_window_on_either_side(episode, begins_with, goes_on_with):
    config = tiny()
    whole = islice(watch("reference", config), episode, None)
    begun = next(islice(watch(begins_with, config), episode - 1, episode))
    differences, compared = compare(whole, watch(goes_on_with, config, begun.state), config)
    assert differences == [] and compared > 100


@each_side
def test_a_run_goes_on_otherwise_if_its_window_is_lost(side):
    config = tiny()
    whole = islice(watch("reference", config), 3, None)
    begun = next(islice(watch("reference", config), 2, 3))
    lost = begun.state._replace(window=part(begun.state.window, slice(0)))
    differences, _ = compare(whole, watch(side, config, lost), config)
    assert differences


@each_side
@pytest.mark.parametrize("n, first", [(1, 8), (2, 10), (7, 15)])
def test_the_first_update_waits_for_a_batch_of_rows(n, first, side):
    # By hand: eight rows are there after eight steps, or after n more.
    records = [record for record, _ in train_function(side)(tiny(n_step=n))]
    made = [step for record in records for step in steps_of_updates(record, tiny(n_step=n))]
    assert made == list(range(first, 61)) and records[-1].last_update == len(made)
