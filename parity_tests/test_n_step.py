"""Rung: n-step returns by hand, on both sides: what becomes of steps on their way into replay."""

import pytest
import torch

from parity_tests.assertions import assert_same_bits
from parity_tests.n_step_material import SIDES, n_step_config, part, trajectory, written
from reference.n_step import n_step_row
from torchrl_impl.n_step import make_transform

RUNG = "replay"

each_side = pytest.mark.parametrize("side", SIDES)
REWARDS = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]


def rows_of(side, steps, n=3, gamma=0.5, size=200):
    """Of each row in replay: reward, the step whose next observation it has, the steps it spans, its flags."""
    made = SIDES[side](n_step_config(n, gamma, size))
    made.add_(steps)
    rows, _, _, spans = written(made)
    last = (rows.next_observation.squeeze(-1) - 0.5).int().tolist()
    flags = [
        ("terminated",) * terminated + ("truncated",) * truncated
        for terminated, truncated in zip(rows.terminated.tolist(), rows.truncated.tolist(), strict=True)
    ]
    return [list(row) for row in zip(rows.reward.tolist(), last, spans.tolist(), flags, strict=True)]


# By hand, with n = 3 and gamma = 0.5: rewards 1, 2, 4, 8, ... make 1 + 0.5 * 2 + 0.25 * 4 = 3, then 6, 12, 24.
# The last of each row: whether it ends its episode.
BY_HAND = {
    "no_end": ((), [(3.0, 2, 3, False), (6.0, 3, 3, False), (12.0, 4, 3, False), (24.0, 5, 3, False)]),
    "end_at_the_first_step": ((0,), [(1.0, 0, 1, True), (6.0, 3, 3, False), (12.0, 4, 3, False), (24.0, 5, 3, False)]),
    "end_at_the_second_step": ((1,), [(2.0, 1, 2, True), (2.0, 1, 1, True), (12.0, 4, 3, False), (24.0, 5, 3, False)]),
    "end_at_the_third_step": ((2,), [(3.0, 2, 3, True), (4.0, 2, 2, True), (4.0, 2, 1, True), (24.0, 5, 3, False)]),
    "end_behind_the_window": ((3,), [(3.0, 2, 3, False), (6.0, 3, 3, True), (8.0, 3, 2, True), (8.0, 3, 1, True)]),
    "two_ends_in_a_window": ((1, 2), [(2.0, 1, 2, True), (2.0, 1, 1, True), (4.0, 2, 1, True), (24.0, 5, 3, False)]),
    "episodes_of_one_step": (
        tuple(range(7)),
        [(1.0, 0, 1, True), (2.0, 1, 1, True), (4.0, 2, 1, True), (8.0, 3, 1, True)],
    ),
}


@each_side
@pytest.mark.parametrize("flags", [("terminated",), ("truncated",), ("terminated", "truncated")], ids="_".join)
@pytest.mark.parametrize("ends, expected", BY_HAND.values(), ids=BY_HAND.keys())
def test_rows_are_those_worked_by_hand(ends, expected, flags, side):
    rows = rows_of(side, trajectory(REWARDS, **dict.fromkeys(flags, ends)))
    assert rows == [[*row, flags if last else ()] for *row, last in expected]


@each_side
def test_a_row_has_the_observation_and_action_of_its_first_step(side):
    made = SIDES[side](n_step_config(3))
    made.add_(trajectory(REWARDS, terminated=[1]))
    rows = written(made).rows
    assert rows.observation.squeeze(-1).tolist() == [0.0, 1.0, 2.0, 3.0]
    assert rows.action.squeeze(-1).tolist() == [0.0, 10.0, 20.0, 30.0]


@each_side
@pytest.mark.parametrize("ends", [(), (0,), (2,), (1, 3)])
def test_row_t_appears_when_step_t_plus_n_arrives_also_across_an_episodes_end(ends, side):
    made, rows = SIDES[side](n_step_config(3)), []
    for step in range(7):
        made.add_(part(trajectory(REWARDS, terminated=ends), slice(step, step + 1)))
        rows.append(made.replay().size)
    assert rows == [0, 0, 0, 1, 2, 3, 4]  # by hand: the last three never become rows


@each_side
@pytest.mark.parametrize("n", [4, 6])
def test_a_window_longer_than_an_episode_takes_nothing_of_the_next(n, side):
    rows = rows_of(side, trajectory([*REWARDS, 128.0, 256.0, 512.0], terminated=[1, 3, 5, 7, 9]), n)
    expected = [(2.0, 1, 2), (2.0, 1, 1), (8.0, 3, 2), (8.0, 3, 1), (32.0, 5, 2), (32.0, 5, 1)]  # by hand: r + r'/2
    assert rows == [[*row, ("terminated",)] for row in expected[: 10 - n]]


def test_no_transform_stands_where_a_row_is_one_step():
    assert make_transform(n_step_config(1)) is None


def test_one_step_returns_are_the_steps_themselves():
    steps = trajectory(REWARDS, terminated=[2])
    for step in range(7):
        row, spans = n_step_row(part(steps, slice(step, step + 1)), 0.5)
        assert_same_bits("row", row, part(steps, step))
        assert spans == 1


@pytest.mark.parametrize("gamma, expected", [(0.0, 1.0), (1.0, 7.0)])
@each_side
def test_a_gamma_of_0_or_1_takes_the_first_reward_or_all(side, gamma, expected):
    assert rows_of(side, trajectory(REWARDS), gamma=gamma)[0][0] == expected


@each_side
def test_rewards_of_minus_zero_sum_to_zero(side):
    made = SIDES[side](n_step_config(3))
    made.add_(trajectory([-0.0] * 5, terminated=[0]))
    assert_same_bits("reward", torch.zeros(2), written(made).rows.reward)
