"""Rung of whole runs: what goes on from a checkpoint's files has the bits of what was never stopped."""

import pytest

from harness.lockstep import lockstep
from harness.watch import watch
from parity_tests.assertions import tally
from parity_tests.checkpointed import small_chunks, stop_and_go
from parity_tests.combinations import covering, name_of, tiny
from parity_tests.runs import RUNS, short

RUNG = "whole run"

EACH_WAY = ("reference", "reference", "torchrl", "torchrl")
"""Whoever goes on from whom: every pair of neighbours, and the last and the first, is one way."""

CHOICES = {f"{number}-{name_of(choice)}": choice for number, choice in enumerate(covering())}


def assert_goes_on(config, folder, impls):
    """Stopped after every episode, the run stays what it is."""
    found = list(lockstep(stop_and_go(config, folder, impls), watch("reference", config), config))
    differences = [episode.difference for episode in found if episode.difference is not None]
    compared = sum(episode.quantities.total() for episode in found)
    tally.update(compared=compared, same=0 if differences else compared)
    assert not differences, differences[0]
    assert len(found) > 4


@pytest.mark.parametrize("name", CHOICES)
def test_a_run_stopped_after_every_episode_keeps_its_bits(name, tmp_path, monkeypatch):
    small_chunks(monkeypatch)
    number = list(CHOICES).index(name) % 4
    impls = EACH_WAY[number:] + EACH_WAY[:number]
    assert_goes_on(tiny(CHOICES[name]), tmp_path, impls)


@pytest.mark.parametrize("impl", ["reference", "torchrl"])
@pytest.mark.parametrize("name", ["mountain_car", "inverted_pendulum", "three_actions", "replay_wraps"])
def test_an_environment_goes_on_where_it_was(name, impl, tmp_path):
    fields = {"max_steps_per_episode": 60} if "env_id" not in RUNS[name] or name == "mountain_car" else {}
    assert_goes_on(short(name, hidden_sizes=(16, 16), total_steps=300, **fields), tmp_path, (impl,))
