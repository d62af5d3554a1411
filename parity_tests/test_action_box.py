"""Saturation and replay's coverage of the action box, on actions worked by hand."""

import math

import pytest
import torch

from harness.action_box import coverage, on_bounds, policy_near_bounds
from parity_tests.tiny_episode import MIDDLE
from reference import replay as ring
from reference.state import Space

BOX = Space(1, torch.tensor([0.0, -10.0]), torch.tensor([2.0, 10.0]), None)


def replay_of(*actions, room=10):
    """A ring that holds these actions [2]."""
    replay = ring.init(room, 1, 2, torch.float32)
    for place, action in enumerate(actions):
        replay.rows.action[place] = torch.tensor(action)
    return replay._replace(size=len(actions))


def test_components_on_a_bound_are_counted():
    action = torch.tensor([[0.0, 0.0], [2.0, -10.0], [1.999, 9.999]])
    assert on_bounds(action, BOX) == pytest.approx(3 / 6)  # by hand: 0 and 2 of the first dimension, -10 of the second


@pytest.mark.parametrize(("bias", "share"), [((2.6, 0.0), 0.0), ((2.7, 0.0), 0.5), ((2.7, -2.7), 1.0)])
def test_the_policy_is_saturated_where_its_tanh_is(bias, share):
    # By hand: tanh(2.6) = 0.98903 and tanh(2.7) = 0.99101, on either side of 0.99.
    theta = {"0.weight": torch.zeros(2, 1), "0.bias": torch.tensor(bias)}
    assert policy_near_bounds(theta, torch.zeros(3, 1), BOX) == share


def test_an_unsaturated_policy_of_one_dimension_is_not_counted():
    box = Space(1, torch.tensor([0.0]), torch.tensor([2.0]), None)
    assert policy_near_bounds(MIDDLE, torch.zeros(4, 1), box) == 0.0


def test_coverage_is_the_mean_over_dimensions_of_the_cells_that_hold_an_action():
    # By hand, cells of width 0.1 and 1: the first dimension lies in cells 0, 0, 1, 19; the second in one alone.
    occupied, _ = coverage(replay_of((0.0, 0.5), (0.05, 0.5), (0.15, 0.5), (2.0, 0.5)), BOX)
    assert occupied == pytest.approx((3 / 20 + 1 / 20) / 2)


def test_effective_coverage_is_the_number_of_cells_as_widely_spread_if_evenly_filled():
    _, effective = coverage(replay_of((0.05, 0.5), (0.05, 0.5), (0.15, 0.5), (1.95, 0.5)), BOX)
    # By hand: shares 1/2, 1/4, 1/4 have the entropy 1.5 ln 2, so 2 ** 1.5 cells; one cell in the other dimension.
    assert effective == pytest.approx((2**1.5 / 20 + 1 / 20) / 2)


def test_actions_of_every_cell_cover_the_box():
    rows = [(0.1 * cell + 0.05, cell - 9.5) for cell in range(20)]
    assert coverage(replay_of(*rows, room=30), BOX) == (1.0, pytest.approx(1.0))


def test_rows_that_were_never_written_do_not_count():
    occupied, effective = coverage(replay_of((1.95, 9.5), room=1_000), BOX)
    assert (occupied, effective) == (1 / 20, pytest.approx(math.exp(0) / 20))


def test_of_a_large_ring_rows_at_even_distances_are_read():
    replay = ring.init(100_001, 1, 2, torch.float32)
    replay.rows.action[:] = torch.tensor([0.05, 0.5])
    replay.rows.action[3] = torch.tensor([0.15, 0.5])  # every third row, from row 0 on
    replay.rows.action[4] = torch.tensor([1.95, 0.5])
    occupied, _ = coverage(replay._replace(size=100_001), BOX)
    assert occupied == pytest.approx((2 / 20 + 1 / 20) / 2)


def test_an_empty_ring_covers_nothing():
    assert coverage(replay_of(), BOX) is None
