"""Rung: what a run makes of its noise, worked out anew at every step."""

from functools import cache
from itertools import islice, product

import pytest
import torch

from harness.implementations import train_function
from harness.watch import watch
from parity_tests.assertions import assert_same_bits
from parity_tests.rungs import rung
from parity_tests.test_whole_run import compare
from reference.config import Config
from reference.networks import actor
from reference.noise import explore, init_noise
from reference.state import Noise, Space
from reference.streams import open_streams
from reference.update import init_networks

RUNG = "environment loop"

PENDULUM = Space(3, torch.tensor([-2.0]), torch.tensor([2.0]), 200)
SIDES = ("reference", "torchrl")

each_side = pytest.mark.parametrize("side", SIDES)
each_way_to_go_on = pytest.mark.parametrize("sides", list(product(SIDES, SIDES)), ids="-then-".join)


def run_of(total_steps, **fields):
    """A run with one update, after its last step, so that all its actions are those of the first policy."""
    small = {"update_after": total_steps, "batch_size": 8, "hidden_sizes": (16,), "probe_n": 8}
    return Config(total_steps=total_steps, **small, **fields)


@cache
def trained(side, config):
    """Observations and actions [T, ...] of a run, and the scale of its noise after each episode."""
    episodes = [(record.transitions, state.noise_scale.item()) for record, state in train_function(side)(config)]
    observations = torch.cat([rows.observation for rows, _ in episodes])
    actions = torch.cat([rows.action for rows, _ in episodes])
    return observations, actions, [scale for _, scale in episodes]


def policy_and_draws(config, observations):
    """Of each step after warm-up: its place in the run from 0, the policy's action [1] and the draw [1]."""
    generators = open_streams(config.seed)
    theta = init_networks(generators.init, config, PENDULUM).actor
    torch.rand(config.start_steps, generator=generators.explore)  # of warm-up, one a step
    for place in range(config.start_steps, len(observations)):
        yield place, actor(theta, observations[place], PENDULUM), torch.randn(1, generator=generators.explore)


def differences_after_going_on(sides, config, episodes):
    """Of a run left alone, and one broken off after some episodes and gone on with on the second of two sides."""
    begun_by, gone_on_with = sides
    whole = islice(watch("reference", config), episodes, None)
    begun = next(islice(watch(begun_by, config), episodes - 1, episodes))
    differences, compared = compare(whole, watch(gone_on_with, config, begun.state), config)
    assert compared > 20
    return differences


# Noise that remembers.

REMEMBERING = run_of(
    48, noise="ornstein-uhlenbeck", ou_dt=0.5, ou_sigma=0.6, ou_initial=0.25, max_steps_per_episode=20, start_steps=25
)
"""Warm-up ends in mid-episode, after step 25, and the third episode begins after step 40."""


def assert_starts_anew(places, side, steps):
    """Fails unless noise started from its initial value at these places of the run, and at no other of `steps`."""
    observations, actions, _ = trained(side, REMEMBERING)
    expected = {}
    for place, action, draw in policy_and_draws(REMEMBERING, observations):
        if place in places:
            noise = init_noise(REMEMBERING, PENDULUM)
        expected[place], noise = explore(action, draw, noise, REMEMBERING, PENDULUM)
    assert_same_bits("actions", actions[steps], torch.stack([expected[place] for place in steps]))


@each_side
def test_noise_starts_from_its_initial_value_where_warm_up_ends_in_mid_episode(side):
    assert_starts_anew({25}, side, range(25, 40))


@each_side
def test_noise_starts_from_its_initial_value_with_an_episode(side):
    assert_starts_anew({25, 40}, side, range(40, 48))


@rung("whole run")
@each_way_to_go_on
def test_a_run_with_noise_that_remembers_goes_on_to_the_same_bits(sides):
    assert differences_after_going_on(sides, REMEMBERING, 2) == []


# Noise that comes down.

ANNEALED = {
    "gaussian": run_of(
        12, noise_sigma=0.75, noise_sigma_final=0.125, noise_anneal_steps=5, start_steps=2, max_steps_per_episode=4
    ),
    "ornstein-uhlenbeck": run_of(
        12, noise="ornstein-uhlenbeck", ou_sigma=2.0, ou_dt=0.5, noise_sigma_final=0.75, noise_anneal_steps=5,
        start_steps=2, max_steps_per_episode=4,
    ),
}  # fmt: skip
"""An eighth is taken off at each of the first five steps, the two of warm-up among them."""

SCALES = {
    "gaussian": [0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125],
    "ornstein-uhlenbeck": [1.0, 0.875, 0.75, 0.625, 0.5, 0.375, 0.375, 0.375, 0.375, 0.375, 0.375, 0.375],
}
"""By hand: of each step; Ornstein-Uhlenbeck's come down from 1 to 0.75 / 2."""

each_noise = pytest.mark.parametrize("noise", ANNEALED)


@each_noise
@each_side
def test_the_scale_of_a_step_has_come_down_by_all_steps_before_it(side, noise):
    config, expected = ANNEALED[noise], []
    observations, actions, _ = trained(side, config)
    for place, action, draw in policy_and_draws(config, observations):
        if place in (2, 4, 8):  # warm-up has ended, an episode begins
            value = torch.zeros(1)
        with_scale = Noise(value, torch.tensor(SCALES[noise][place]))
        noisy, (value, _) = explore(action, draw, with_scale, config, PENDULUM)
        expected.append(noisy)
    assert_same_bits("actions", actions[2:], torch.stack(expected))


@each_noise
@each_side
def test_the_state_of_a_run_holds_the_scale_of_its_next_step(side, noise):
    scales = SCALES[noise]
    assert trained(side, ANNEALED[noise])[2] == [scales[4], scales[8], scales[-1]]


@rung("whole run")
@each_noise
@each_way_to_go_on
def test_a_run_broken_off_while_it_anneals_goes_on_to_the_same_bits(sides, noise):
    assert differences_after_going_on(sides, ANNEALED[noise], 1) == []
