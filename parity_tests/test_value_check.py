"""Q against the discounted return received, on an episode of three steps worked by hand.

Unless a test says otherwise: gamma = 0.5, Q(s, a) = 2a, and the target critic gives whatever follows 8.
"""

import pytest
import torch

from harness.value_check import ValueCheck, discounted_returns, value_check
from parity_tests.tiny_episode import SPACE, critic_of, episode, networks, stacked
from reference.config import Config


def check(record, critic=None, target_critic=None, **config):
    """The check of one episode that no warm-up precedes."""
    config = Config(**{"gamma": 0.5, "start_steps": 0} | config)
    state = networks(critic=critic or critic_of(2.0), target_critic=target_critic or critic_of(8.0))
    return value_check(record, state, SPACE, config)


def test_returns_are_discounted_from_each_step_on():
    assert discounted_returns([1.0, 2.0, 4.0], 0.5, 8.0) == [4.0, 6.0, 8.0]  # by hand: 4 + 8/2, 2 + 8/2, 1 + 6/2


def test_a_terminated_episode_is_compared_with_its_rewards_alone():
    found = check(episode(terminated=True))
    # By hand: Q is 2, 2 and 4; the returns are 4, 2 + 4/2 = 4 and 1 + 4/2 = 3.
    assert found == pytest.approx(ValueCheck(value=8 / 3, received=11 / 3, bootstrapped=0.0), abs=1e-12)


@pytest.mark.parametrize("truncated", [True, False], ids=["time_limit", "end_of_the_run"])
def test_a_cut_episode_is_continued_by_the_target_critic(truncated):
    found = check(episode(truncated=truncated))
    # By hand: the returns are 8, 6 and 4, in which 8 weighs 1/2, 1/4 and 1/8.
    assert found == pytest.approx(ValueCheck(value=8 / 3, received=6.0, bootstrapped=0.875 / 3), abs=1e-12)


def test_states_whose_return_is_mostly_bootstrapped_do_not_count():
    found = check(episode(truncated=True), gamma=0.75)
    # By hand: 0.75 and 0.75 ** 2 are above one half; the first state's return is 1 + 1.5 + 2.25 + 0.421875 * 8.
    assert found == pytest.approx(ValueCheck(value=2.0, received=8.125, bootstrapped=0.421875), abs=1e-12)


def test_truncation_that_is_terminal_to_the_critic_leaves_nothing_to_bootstrap():
    found = check(episode(truncated=True), truncation_is_terminal=True)
    assert found == check(episode(terminated=True))


def test_a_cut_episode_without_a_discount_cannot_be_compared():
    assert check(episode(truncated=True), gamma=1) is None


def test_a_terminated_episode_without_a_discount_is_compared():
    assert check(episode(terminated=True), gamma=1).received == pytest.approx(17 / 3)  # by hand: 7, 6 and 4


@pytest.mark.parametrize(("start_steps", "left_out"), [(10, False), (11, True), (13, True)])
def test_an_episode_that_began_in_the_warm_up_is_left_out(start_steps, left_out):
    found = check(episode(terminated=True, last_step=13), start_steps=start_steps)
    assert (found is None) == left_out


def test_of_two_critics_the_first_is_judged_and_the_smaller_answer_bootstraps():
    twins, targets = stacked(critic_of(2.0), critic_of(100.0)), stacked(critic_of(9.0), critic_of(8.0))
    found = check(episode(truncated=True), twins, targets, twin_critics=True)
    assert found == check(episode(truncated=True))


def test_the_check_of_float64_networks_is_float64():
    double = {name: value.double() for name, value in critic_of(2.0).items()}
    record = episode(terminated=True, dtype=torch.float64)
    assert check(record, double, double, dtype="float64").value == 8 / 3
