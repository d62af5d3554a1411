"""Rung: the environment loop, without learning."""

from itertools import pairwise

import gymnasium
import numpy as np
import pytest
import torch

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.runs import THREE_ACTIONS
from reference.config import Config
from reference.envs import env_space, make_env, observe
from reference.evaluate import evaluate
from reference.networks import actor
from reference.state import Batch
from reference.streams import episode_seed, open_streams
from reference.train import train
from reference.update import init_networks
from torchrl_impl.envs import env_space as torchrl_env_space
from torchrl_impl.envs import make_env as torchrl_make_env
from torchrl_impl.evaluate import evaluate as torchrl_evaluate
from torchrl_impl.train import train as torchrl_train

RUNG = "environment loop"
STEPS = 130
ENVIRONMENTS = {
    "pendulum": ("Pendulum-v1", 50),
    "mountain_car": ("MountainCarContinuous-v0", 40),
    "three_actions": (THREE_ACTIONS, None),
    "float64_actions": ("parity_tests.environments:Float64Actions-v0", None),
    "hopper": ("Hopper-v5", None),
}

each_environment = pytest.mark.parametrize("env_id, limit", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
each_implementation = pytest.mark.parametrize("run", [train, torchrl_train], ids=["reference", "torchrl"])


def loop(env_id="Pendulum-v1", limit=50, **fields):
    """A run that acts, at random and then by its first policy, and learns only when it is over."""
    small = {
        "hidden_sizes": (16, 16),
        "replay_size": 1_000,
        "start_steps": 70,
        "update_after": STEPS,
        "batch_size": STEPS,
    }
    lengths = {"total_steps": STEPS, "episodes": STEPS, "max_steps_per_episode": limit}
    return Config(env_id=env_id, **small, **lengths, **fields)


def transitions(run, config):
    """Every transition of a run, in order."""
    records = [record.transitions for record, _ in run(config)]
    return Batch(*(torch.cat(column) for column in zip(*records, strict=True)))


def in_steps(rows):
    """One `Batch` a step, so that what is told of a difference is where it begins."""
    return [Batch(*row) for row in zip(*rows, strict=True)]


@each_environment
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_transitions_are_torchrls(env_id, limit, dtype):
    config = loop(env_id, limit, dtype=dtype)
    ours, theirs = transitions(train, config), transitions(torchrl_train, config)
    assert ours.observation.dtype == config.torch_dtype
    assert_same_bits("steps made", (len(ours.reward), len(theirs.reward)), (STEPS, STEPS))
    for number, rows in enumerate(zip(in_steps(ours), in_steps(theirs), strict=True), start=1):
        assert_same_bits(f"transition of step {number}", *rows)


@each_environment
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_spaces_are_torchrls(env_id, limit, dtype):
    config = loop(env_id, limit, dtype=dtype)
    ours, theirs = env_space(make_env(config), config), torchrl_env_space(torchrl_make_env(config), config)
    assert_same_bits("space", ours, theirs)


@each_implementation
def test_every_episode_starts_where_gymnasium_starts_on_its_seed(run):
    env = gymnasium.make("Pendulum-v1")
    for record, _ in run(loop()):
        first, _ = env.reset(seed=episode_seed(42, record.episode))
        assert_same_bits("first observation", record.transitions.observation[0], torch.tensor(first))


@each_implementation
def test_the_next_observation_is_the_one_before_the_reset(run):
    records = [record for record, _ in run(loop())]
    for record in records:
        following = record.transitions.observation[1:]
        assert_same_bits("observation", record.transitions.next_observation[:-1], following)
    for record, later in pairwise(records):
        assert not torch.equal(record.transitions.next_observation[-1], later.transitions.observation[0])


@each_implementation
def test_a_time_limit_truncates_and_does_not_terminate(run):
    flags = [(record.terminated, record.truncated) for record, _ in run(loop())]
    assert flags == [(False, True), (False, True), (False, False)]  # the last was cut by total_steps


@each_implementation
def test_an_end_that_falls_on_the_time_limit_has_both_flags(run):
    # Every episode is one step long, and every 25th or so terminates.
    rows = transitions(run, loop(THREE_ACTIONS, 1))
    assert_same_bits("truncated", rows.truncated, torch.ones(STEPS, dtype=torch.bool))
    assert rows.terminated.any(), f"terminated: none of {STEPS} episodes has it beside truncated"


@each_implementation
def test_an_environments_own_end_terminates(run):
    assert any(record.terminated for record, _ in run(loop(THREE_ACTIONS, None)))


def test_an_observation_is_a_copy_of_the_environments_array():
    config = loop()
    array = np.ones(3, np.float32)
    observation = observe(make_env(config), array, config)
    with unchanged("observation", observation):
        array[:] = 0  # as an environment that reuses its array


@each_implementation
def test_the_return_is_the_float32_sum_of_the_rewards(run):
    for record, _ in run(loop()):
        total = torch.zeros(())
        for reward in record.transitions.reward:
            total = total + reward
        assert_same_bits("return", record.episode_return, total)


@each_implementation
def test_warm_up_draws_from_its_stream_over_the_whole_box(run):
    config = loop(THREE_ACTIONS, None)
    stream = open_streams(config.seed).explore
    low, high = torch.tensor([-2.0, -0.5, -1.0]), torch.tensor([1.0, 0.5, 3.0])
    expected = [torch.rand(3, generator=stream) * (high - low) + low for _ in range(config.start_steps)]
    assert_same_bits("action", transitions(run, config).action[: config.start_steps], torch.stack(expected))


@each_implementation
def test_noise_of_sigma_zero_is_the_policy(run):
    config = loop(noise_sigma=0.0)
    space = env_space(make_env(config), config)
    theta = init_networks(open_streams(config.seed).init, config, space).actor
    rows = transitions(run, config)
    expected = torch.stack([actor(theta, observation, space) for observation in rows.observation[config.start_steps :]])
    assert_same_bits("action", rows.action[config.start_steps :], expected)


@each_environment
def test_evaluation_is_torchrls(env_id, limit):
    config = loop(env_id, limit)
    space = env_space(gymnasium.make(env_id), config)
    params = init_networks(open_streams(3).init, config, space).actor
    ours, theirs = evaluate(config, params, 2), torchrl_evaluate(config, params, 2)
    assert len(ours) == 2
    assert_same_bits("return", dict(enumerate(ours)), dict(enumerate(theirs)))
