"""Agents of several seeds as one stack: each as if it were alone."""

from contextlib import closing
from copy import deepcopy
from dataclasses import replace

import pytest
import torch

from harness.difference import leaves
from parity_tests.assertions import assert_same_bits
from parity_tests.closeness import assert_close_to_oracle
from parity_tests.runs import THREE_ACTIONS
from parity_tests.seed_environments import UNLUCKY
from reference import fused
from reference.config import Config
from reference.fused_agents import agent_state, init_fused
from reference.many import train_many
from reference.state import Batch, Extra
from reference.train import train

SEEDS = (3, 5, 9)
CONFIG = Config(
    env_id=THREE_ACTIONS, dtype="float64", max_steps_per_episode=30, total_steps=120, start_steps=40, update_after=60,
    batch_size=8, hidden_sizes=(16, 12), replay_size=90, probe_n=4, probe_every_episodes=2,
)  # fmt: skip
"""Episodes end at random, on steps of their own in each run; replay wraps."""

TD3 = {"twin_critics": True, "target_noise": 0.4, "target_noise_clip": 0.5, "policy_delay": 2}
CASES = {
    "ddpg": {},
    "td3": TD3,
    "n_step": {"n_step": 3},
    "layer_norm": {"layer_norm": "both", "action_layer": 2, "update_order": "simultaneous"},
    "ornstein_uhlenbeck": {"noise": "ornstein-uhlenbeck", "noise_sigma_final": 0.1, "noise_anneal_steps": 70},
    "rounds": {"update_every": 5, "updates_per_step": 2},
    "td3-n_step": {**TD3, "n_step": 2},
}
each_case = pytest.mark.parametrize("fields", CASES.values(), ids=CASES)


def together(config, seeds=SEEDS, run_states=None):
    """Records and states of each run, by its seed."""
    found = {seed: [] for seed in seeds}
    for seed, record, state in train_many(config, seeds, run_states):
        found[seed].append(deepcopy((record, state)))
    return found


def alone(config, seed):
    return [deepcopy(pair) for pair in train(replace(config, seed=seed), update="fused")]


@each_case
def test_many_each_update_is_the_single_agents(fields, monkeypatch):
    """From the state that it has in the stack, on its own batch."""
    update_, counted = fused.update_, []

    def watched(stack, indices, batch, extra):
        before = [agent_state(stack, k) for k in range(stack.agents)]
        metrics = update_(stack, indices, batch, extra)
        for k, state in enumerate(before):
            single = init_fused([state], stack.space, stack.config)
            own = [None if part is None else part[k : k + 1] for part in (indices, *batch, *extra)]
            expected = update_(single, own[0], Batch(*own[1:7]), Extra(*own[7:]))
            made = [part[k] for part in metrics if not part.isnan().any()]
            assert_close_to_oracle("metrics", made, [part[0] for part in expected if not part.isnan().any()])
            assert_close_to_oracle("state", agent_state(stack, k), agent_state(single, 0))
        counted.append(stack.agents)
        return metrics

    monkeypatch.setattr(fused, "update_", watched)
    found = together(replace(CONFIG, **fields))
    assert set(counted) == {3} and len(counted) == found[3][-1][1].update >= 60


@each_case
def test_many_each_run_draws_what_it_would_draw_alone(fields):
    """Streams, batches' rows, lengths of episodes and counters to the bit; they depend on no network here."""
    config = replace(CONFIG, **fields)
    for seed, found in together(config).items():
        expected = alone(config, seed)
        assert len(found) == len(expected)
        for (record, state), (single, single_state) in zip(found, expected, strict=True):
            assert_same_bits("streams", state.streams, single_state.streams)
            assert_same_bits("indices", record.updates.indices, single.updates.indices)
            assert_same_bits("noise_scale", state.noise_scale, single_state.noise_scale)
            assert record[:3] + record[4:6] == single[:3] + single[4:6]
            assert state[5:8] == single_state[5:8] and state.replay[1:3] == single_state.replay[1:3]


@each_case
def test_many_each_run_is_the_single_one_to_the_bit_until_its_first_update(fields):
    """Warm-up and acting, with noise, window, replay and probe."""
    config = replace(CONFIG, **fields, update_after=110, start_steps=20)
    for seed, found in together(config).items():
        frozen = [pair for pair in found if pair[1].update == 0]
        assert frozen[-1][1].step > config.start_steps + 20
        assert_same_bits(f"seed {seed}", frozen, alone(config, seed)[: len(frozen)])


def test_many_runs_end_at_steps_of_their_own_and_the_others_go_on():
    config = replace(CONFIG, total_steps=None, episodes=8)
    found = together(config)
    assert all([record.episode for record, _ in runs] == list(range(1, 9)) for runs in found.values())
    ends = {seed: runs[-1][0].last_step for seed, runs in found.items()}
    assert len(set(ends.values())) == len(SEEDS) and min(ends.values()) > config.update_after
    assert ends == {seed: alone(config, seed)[-1][0].last_step for seed in SEEDS}


def test_many_who_stays_keeps_every_bit_when_another_leaves(monkeypatch):
    """The stack is made anew then, in mid-episode."""
    update_, sizes, last = fused.update_, [], []

    def watched(stack, *inputs):
        if sizes and sizes[-1] != stack.agents:
            digits = [bits(state) for state in last]
            assert all(bits(agent_state(stack, k)) in digits for k in range(stack.agents))
        sizes.append(stack.agents)
        metrics = update_(stack, *inputs)
        last[:] = [agent_state(stack, k) for k in range(stack.agents)]
        return metrics

    monkeypatch.setattr(fused, "update_", watched)
    together(replace(CONFIG, total_steps=None, episodes=8))
    assert sorted(set(sizes)) == [1, 2, 3]


def bits(state):
    """All numbers of a `TrainState`, to look one up among others."""
    return [value.tolist() if isinstance(value, torch.Tensor) else value for _, value in leaves("state", state)]


def test_many_a_run_goes_on_from_states_to_the_bit():
    config = replace(CONFIG, env_id="Pendulum-v1", max_steps_per_episode=20)
    whole = together(config)
    states = [deepcopy(whole[seed][3][1]) for seed in SEEDS]
    assert states[0].update > 0
    again = together(config, run_states=states)
    assert_same_bits("runs", again, {seed: runs[4:] for seed, runs in whole.items()})


def test_many_refuses_states_of_different_steps():
    config = replace(CONFIG, env_id="Pendulum-v1", max_steps_per_episode=20)
    states = together(config)
    with pytest.raises(ValueError, match=r"one step and update; got \(step, update\) \[\(20, 0\), \(40, 0\)\]"):
        next(train_many(config, (3, 5), [states[3][0][1], states[5][1][1]]))


def test_many_refuses_what_the_fused_update_cannot_do():
    with pytest.raises(ValueError, match=r"'cuda' is not cpu\. Train the seeds one by one"):
        next(train_many(replace(CONFIG, device="cuda"), SEEDS))


def test_many_a_number_that_is_not_finite_names_its_seed():
    config = replace(CONFIG, env_id="factory=parity_tests.seed_environments:NotFinite")
    with pytest.raises(FloatingPointError, match=f"^seed {UNLUCKY}: observation is not finite at environment step"):
        list(train_many(config, (3, UNLUCKY, 5)))


def test_many_an_environments_exception_names_its_seed():
    config = replace(CONFIG, env_id="factory=parity_tests.seed_environments:Raises")
    with pytest.raises(ZeroDivisionError) as raised:
        list(train_many(config, (3, UNLUCKY, 5)))
    assert raised.value.__notes__ == [f"This was the run of seed {UNLUCKY}."]


def test_many_an_update_that_is_not_finite_names_its_seed(monkeypatch):
    update_ = fused.update_

    def spoilt(*arguments):
        metrics = update_(*arguments)
        metrics.critic_loss[1] = torch.inf
        return metrics

    monkeypatch.setattr(fused, "update_", spoilt)
    with pytest.raises(FloatingPointError, match=f"^seed {SEEDS[1]}: critic_loss is not finite at update 1,"):
        list(train_many(CONFIG, SEEDS))


def test_many_leaves_no_environment_open(monkeypatch):
    from parity_tests.environments import ThreeActions

    closed = []
    monkeypatch.setattr(ThreeActions, "close", lambda env: closed.append(env))
    with closing(train_many(CONFIG, SEEDS)) as runs:
        next(runs)
    assert len(closed) == len(SEEDS)
