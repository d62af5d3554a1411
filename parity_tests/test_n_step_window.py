"""Rung: the window of n-step returns: what waits in it, copies, resumes in mid-window, and the ring behind it."""

import pytest

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.n_step_material import SIDES, n_step_config, part, trajectory, written
from reference.n_step import push

RUNG = "replay"

each_side = pytest.mark.parametrize("side", SIDES)
REWARDS = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]


def overwrite_(steps):
    for column in steps:
        column.zero_()


@each_side
def test_a_window_longer_than_what_was_stored_leaves_replay_empty(side):
    made = SIDES[side](n_step_config(9))
    made.add_(trajectory(REWARDS, terminated=[4]))
    assert made.replay().size == made.replay().cursor == 0
    assert_same_bits("window", trajectory(REWARDS, terminated=[4]), made.window)


@each_side
@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
def test_the_window_holds_the_last_n_steps(count, side):
    made, steps = SIDES[side](n_step_config(3)), trajectory(REWARDS, truncated=[2])
    made.add_(part(steps, slice(1)))  # of nothing there would be no shape to show
    made.add_(part(steps, slice(1, count)))
    assert_same_bits("window", part(steps, slice(max(count - 3, 0), max(count, 1))), made.window)


@each_side
def test_the_window_is_a_copy_that_later_steps_do_not_change(side):
    made, steps = SIDES[side](n_step_config(3)), trajectory(REWARDS)
    made.add_(part(steps, slice(4)))
    window = made.window
    made.add_(part(steps, slice(4, 7)))
    assert_same_bits("window", window, part(steps, slice(1, 4)))


def test_a_step_put_into_the_window_may_be_written_over():
    made, steps = SIDES["reference"](n_step_config(3)), trajectory(REWARDS)
    for step in range(7):
        taken = part(steps, slice(step, step + 1))
        made.add_(taken)
        overwrite_(taken)
    assert written(made).rows.reward.tolist() == [3.0, 6.0, 12.0, 24.0]  # by hand: as if nothing had been


def test_torchrls_window_is_a_copy_where_it_is_taken_out_and_where_it_is_put_in():
    steps, config = trajectory(REWARDS), n_step_config(3)
    begun, resumed = (SIDES["torchrl"](config) for _ in range(2))
    begun.add_(part(steps, slice(4)))
    window = begun.window
    resumed.load_(begun.replay(), window)
    overwrite_(window)
    for side in (begun, resumed):
        assert_same_bits("window", part(steps, slice(1, 4)), side.window)


@pytest.mark.parametrize("goes_on_with", SIDES)
@pytest.mark.parametrize("begins_with", SIDES)
@pytest.mark.parametrize("size", [200, 3], ids=["roomy", "wraps"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5], ids=lambda count: f"after_{count}")
def test_ring_and_window_go_on_on_either_side(count, size, begins_with, goes_on_with):
    steps, config = trajectory(REWARDS, truncated=[1], terminated=[4]), n_step_config(3, size=size)
    whole, begun, resumed = (SIDES[name](config) for name in ("reference", begins_with, goes_on_with))
    whole.add_(steps)
    begun.add_(part(steps, slice(count)))
    resumed.load_(begun.replay(), begun.window)
    resumed.add_(part(steps, slice(count, 7)))
    assert_same_bits("replay", written(whole), written(resumed))
    assert_same_bits("window", whole.window, resumed.window)


@each_side
def test_a_ring_that_wraps_keeps_the_newest_rows(side):
    made = SIDES[side](n_step_config(3, size=4))
    made.add_(trajectory(list(range(20)), terminated=[13]))
    rows, cursor, _, spans = written(made)
    # By hand: rows 13 to 16 are there, row 16 in place 16 mod 4; row 13 ends with its own step.
    assert (rows.observation.squeeze(-1).tolist(), cursor) == ([16.0, 13.0, 14.0, 15.0], 1)
    assert rows.reward.tolist() == [29.0, 13.0, 25.5, 27.25] and spans.tolist() == [3, 1, 3, 3]


def test_push_leaves_what_it_is_given_alone():
    steps = trajectory(REWARDS)
    window, newest = part(steps, slice(3)), part(steps, 3)
    with unchanged("input", window, newest):
        push(window, newest, 3, 0.5)
