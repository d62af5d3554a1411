"""A run that nothing broke off and that yet learnt nothing, or stopped short, says so."""

import pytest

from harness.early_end import early_end
from parity_tests.hosts import Commands
from reference.config import Config

NOTHING_LEARNT = "nothing was learnt: 3 episodes ended the run after "
QUICK = "--env-id InvertedPendulum-v5 --episodes 3 --start-steps 50 --batch-size 8 --hidden-sizes 8 8"


@pytest.fixture
def ddpg(capfd, tmp_path, monkeypatch):
    return Commands(capfd, monkeypatch, tmp_path)


def test_a_run_without_an_update_is_told_of_with_where_updates_begin():
    words = early_end(Config(episodes=40, update_after=1_000), 865, 0)
    assert words is not None and words.startswith("nothing was learnt: 40 episodes ended the run after 865 steps")
    assert "updates begin after 1,000" in words and "--episodes" in words


def test_updates_begin_once_a_batch_is_there():
    words = early_end(Config(update_after=10, batch_size=64, n_step=3), 30, 0)
    assert words is not None and "updates begin after 67" in words


def test_episodes_that_end_a_run_before_its_steps_are_told_of():
    words = early_end(Config(total_steps=1_500), 608, 9)
    assert words == "40 episodes ended the run after 608 steps, before total_steps, 1,500. Raise --episodes."


@pytest.mark.parametrize("total_steps, steps", [(None, 608), (608, 608)])
def test_a_run_that_did_all_is_not_told_of(total_steps, steps):
    assert early_end(Config(total_steps=total_steps, update_after=500), steps, 9) is None


@pytest.mark.parametrize("words", ["train --out run", "train --seeds 0..1 --out run", "compare"])
def test_every_command_that_trains_says_so(words, ddpg):
    ended = ddpg(f"{words} {QUICK} --update-after 900")
    assert ended.status == 0
    assert NOTHING_LEARNT in ended.said and ("in seed-1 nothing" in ended.said) == ("--seeds" in words)


def test_a_run_that_learns_says_nothing_of_it(ddpg):
    assert "warning" not in ddpg(f"train --out run {QUICK} --update-after 9").said
