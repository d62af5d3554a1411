"""Q's growth against what rewards allow: when it warns, when it does not, and in which words."""

import pytest

from harness.value_bound import Seen, look, outside, seen_in, warning


def line(episode, reward, *values):
    """An episode's line, with the largest |Q| of each of its updates."""
    return {"episode": episode, "largest_reward": reward, "updates": {"value_largest": list(values)}}


def found(*lines, gamma=0.5):
    """(episode, largest |Q|, largest |r|, bound) of each episode that left the bound."""
    return [tuple(some) for some in outside(lines, gamma)]


def test_a_value_beyond_what_rewards_allow_is_found():
    # By hand: rewards of at most 3 allow 3 / (1 - 0.5) = 6.
    assert found(line(1, 3.0, 0.1, 5.0), line(2, 1.0, 7.0, 4.0)) == [(2, 7.0, 3.0, 6.0)]


def test_a_value_that_rewards_allow_is_not_found():
    assert found(line(1, 3.0, 0.1, 6.0)) == []


@pytest.mark.parametrize(("value", "count"), [(6.5, 0), (6.7, 1)])  # by hand: 1.1 * 6 = 6.6
def test_a_critic_may_err_by_some_percent(value, count):
    assert len(found(line(1, 3.0, 0.1, value))) == count


def test_a_larger_reward_seen_later_allows_more():
    assert found(line(1, 1.0, 0.1), line(2, 10.0, 15.0)) == []


def test_answers_of_networks_as_they_were_drawn_are_no_growth():
    assert found(line(1, 0.0, 0.3, 0.2), line(2, 0.0, 0.32)) == []


def test_growth_without_any_reward_is_found():
    assert found(line(1, 0.0, 0.3), line(2, 0.0, 5.0)) == [(2, 5.0, 0.0, 0.0)]


def test_without_a_discount_there_is_no_bound():
    assert found(line(1, 1.0, 0.1), line(2, 1.0, 1e9), gamma=1) == []


def test_episodes_without_updates_count_for_their_rewards():
    seen, _ = look(Seen(), line(1, 8.0), 0.5)
    assert seen == Seen(reward=8.0, first_value=None)


def test_the_lines_of_an_older_folder_hold_nothing_to_warn_of():
    assert found({"episode": 1, "updates": {"value_mean": [1e9]}}) == []


def test_the_warning_names_values_rewards_and_the_cure():
    left = next(outside([line(1, 16.25, 0.1), line(7, 2.0, 12345.6)], 0.99))
    words = warning(left, 0.99)
    assert words.startswith("|Q| reached 12,346 in episode 7, beyond 1,625, the most that rewards of at most 16.25 in")
    assert "gamma 0.99" in words and "Lower the learning rates" in words and "\n" not in words


def test_what_earlier_episodes_showed_is_known_where_a_run_goes_on():
    lines = [line(1, 8.0, 0.1), line(2, 1.0, 0.2)]
    assert look(seen_in(lines, 0.5), line(3, 1.0, 15.0), 0.5)[1] is None  # by hand: rewards of 8 allow 16
    assert look(Seen(), line(3, 1.0, 0.1, 15.0), 0.5)[1] is not None
