"""Rung: whole runs, every quantity of every episode, of both implementations."""

import math
from itertools import islice

import pytest
import torch

from harness.lockstep import lockstep
from harness.watch import watch
from parity_tests.assertions import tally
from parity_tests.runs import RUNS, short
from reference.train import train
from reference.update import default_parts
from torchrl_impl.train import train as torchrl_train

RUNG = "whole run"

LONG = {"pendulum", "float64", "paper"}
"""These are compared over 300 updates, the others over 150."""


def compare(ours, theirs, config):
    """Runs both sides to the end; the first difference, and how many quantities were compared."""
    found = list(lockstep(ours, theirs, config))
    differences = [episode.difference for episode in found if episode.difference is not None]
    return differences, sum(episode.quantities.total() for episode in found)


@pytest.mark.parametrize("name", RUNS)
def test_whole_runs_agree_in_every_bit(name):
    # Half as many updates where another run has the full number of nearly the same.
    config = short(name) if name in LONG else short(name, total_steps=400, start_steps=150, update_after=250)
    differences, compared = compare(watch("reference", config), watch("torchrl", config), config)
    tally.update(compared=compared, same=0 if differences else compared)
    assert not differences, differences[0]
    assert compared > 1_000


@pytest.mark.parametrize("name", ["inverted_pendulum", "three_actions"])
def test_these_runs_have_episodes_that_terminate(name):
    records = [record for record, _ in train(short(name))]
    assert sum(record.terminated for record in records) > 10


def one_ulp_at(update, network):
    """`soft_update`, until update number `update` finds one online weight an ulp larger than it was."""
    calls = iter(range(10**9))

    def soft_update(target, online, tau):
        # Two calls an update: the actor's, then the critic's.
        if next(calls) == 2 * (update - 1) + ("actor", "critic").index(network):
            weight = online["2.weight"]  # in place, so that the run goes on from it
            weight[3, 5] = torch.nextafter(weight[3, 5], torch.tensor(torch.inf))
        return default_parts.soft_update(target, online, tau)

    return default_parts._replace(soft_update=soft_update)


@pytest.mark.parametrize("network", ["actor", "critic"])
@pytest.mark.parametrize("update", torch.randint(1, 240, (3,), generator=torch.Generator().manual_seed(5)).tolist())
def test_one_ulp_in_one_weight_is_found_and_named(network, update):
    config = short(start_steps=60, update_after=61, total_steps=300, max_steps_per_episode=50)
    ours, theirs = watch("reference", config, parts=one_ulp_at(update, network)), watch("reference", config)
    differences, _ = compare(ours, theirs, config)
    step = update + 60  # one update a step from the 61st on
    assert differences == [
        f"episode {math.ceil(step / 50)}, update {update} (environment step {step}), {network}[2.weight]: "
        "1 element differs, at (3, 5), bit patterns 1 apart; expected the same bits"
    ]


def test_a_run_that_ends_early_is_named():
    config = short(total_steps=300, update_after=100, max_steps_per_episode=50)
    differences, _ = compare(watch("reference", config), islice(watch("reference", config), 3), config)
    assert differences == ["episode 4: the right run has ended, the left one goes on"]


def test_a_run_compared_with_itself_is_refused():
    config = short(total_steps=150, update_after=100, max_steps_per_episode=50)
    steps = list(islice(watch("reference", config), 1))
    differences, _ = compare(steps, steps, config)
    assert "share" in differences[0]


@pytest.mark.parametrize("continue_with", ["reference", "torchrl"])
@pytest.mark.parametrize("begin_with", ["reference", "torchrl"])
def test_a_run_continues_from_its_state_on_either_side(begin_with, continue_with):
    # 130 rows wrap in the third episode, in which warm-up ends too.
    config = short(total_steps=300, max_steps_per_episode=60, replay_size=130, start_steps=150, update_after=80)
    whole = islice(watch("reference", config), 2, None)
    begun = next(islice(watch(begin_with, config), 1, 2))
    differences, compared = compare(whole, watch(continue_with, config, begun.state), config)
    assert differences == [] and compared > 100


def test_the_global_generator_is_the_callers_at_every_yield():
    before = torch.random.get_rng_state()
    for _ in islice(torchrl_train(short(total_steps=150, update_after=100, max_steps_per_episode=50)), 2):
        assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_probe_snapshots_fall_on_every_nth_episode_and_the_last():
    config = short(total_steps=350, max_steps_per_episode=50)
    due = [record.probe is not None for record, _ in train(config)]
    assert due == [False, False, False, False, True, False, True]
