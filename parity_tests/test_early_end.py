"""A run that nothing broke off and that yet learnt nothing, or stopped short, says so."""

import pytest

from harness.early_end import early_end, too_few_episodes
from parity_tests.hosts import Commands
from reference.config import Config

QUICK = "--env-id InvertedPendulum-v5 --episodes 3 --start-steps 50 --batch-size 8 --hidden-sizes 8 8"


@pytest.fixture
def ddpg(capfd, tmp_path, monkeypatch):
    return Commands(capfd, monkeypatch, tmp_path)


def test_a_run_without_an_update_is_told_of_with_where_updates_begin():
    words = early_end(Config(episodes=40, update_after=1_000), 1_000, 865, 0)
    assert words is not None and words.startswith("nothing was learnt: 40 episodes ended the run after 865 steps")
    assert "updates begin after 1,000" in words and "--episodes" in words


def test_updates_begin_once_a_batch_is_there():
    words = early_end(Config(update_after=10, batch_size=64, n_step=3), 1_000, 30, 0)
    assert words is not None and "updates begin after 67" in words


def test_episodes_that_end_a_run_before_its_steps_are_told_of():
    words = early_end(Config(total_steps=1_500), 1_000, 608, 9)
    assert words == "40 episodes ended the run after 608 steps, before total_steps, 1,500. Raise --episodes."


@pytest.mark.parametrize("total_steps, steps", [(None, 608), (608, 608)])
def test_a_run_that_did_all_is_not_told_of(total_steps, steps):
    assert early_end(Config(total_steps=total_steps, update_after=500), 1_000, steps, 9) is None


def test_what_is_known_beforehand_is_told_then_and_not_again():
    config = Config(total_steps=8_001)
    words = too_few_episodes(config, 200)
    assert words == "40 episodes end the run after at most 8,000 steps, before total_steps, 8,001. Raise --episodes."
    assert early_end(config, 200, 8_000, 7_000) is None


@pytest.mark.parametrize("total_steps, limit", [(None, 200), (8_000, 200), (8_001, None)])
def test_nothing_is_told_beforehand_where_nothing_is_known_or_all_can_be_done(total_steps, limit):
    assert too_few_episodes(Config(total_steps=total_steps), limit) is None


COMMANDS = ["train --out run", "train --seeds 0..1 --out run", "compare"]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_that_trains_says_that_nothing_was_learnt(words, ddpg):
    ended = ddpg(f"{words} {QUICK} --update-after 900")
    assert ended.status == 0 and "nothing was learnt: 3 episodes ended the run after " in ended.said
    assert ("in seed-1 nothing" in ended.said) == ("--seeds" in words)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_that_trains_says_beforehand_that_steps_will_be_lacking(words, ddpg):
    ended = ddpg(f"{words} {QUICK} --update-after 9 --max-steps-per-episode 20 --total-steps 99")
    assert ended.status == 0 and ended.said.count("after at most 60 steps, before total_steps, 99") == 1
    assert ended.said.count("before total_steps") == 1


def test_a_run_that_learns_says_nothing_of_it(ddpg):
    assert "warning" not in ddpg(f"train --out run {QUICK} --update-after 9").said
