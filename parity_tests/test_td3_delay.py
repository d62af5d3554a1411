"""Rung: TD3's delayed actor and targets, counted over six updates of either side."""

import functools
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from parity_tests.assertions import assert_same_bits
from parity_tests.cases import Case, build, learner_of
from parity_tests.td3_by_hand import configured
from reference import update as reference_update
from reference.optim import init_adam
from reference.state import Extra
from torchrl_impl import update as torchrl_update
from torchrl_impl.state import tensordict_of

RUNG = "update"

each_side = pytest.mark.parametrize("side", ["reference", "torchrl"])

MOVING = [(1, [1, 2, 3, 4, 5, 6]), (2, [2, 4, 6]), (3, [3, 6]), (7, [])]


@pytest.mark.parametrize("module", [reference_update, torchrl_update], ids=["reference", "torchrl"])
@pytest.mark.parametrize("delay, moving", MOVING)
def test_the_actor_moves_at_every_multiple_of_the_delay(module, delay, moving):
    assert [number for number in range(1, 7) if module.actor_moves(number, configured(policy_delay=delay))] == moving


@functools.cache
def six_updates(side, critics):
    """The states before and after each of six updates with a delay of two, and what each reported."""
    material = build(Case("float32", 5, "mixed", 1.0, 0.9), twin_critics=critics == 2, policy_delay=2)
    fresh = {f"{name}_adam": init_adam(getattr(material.state, name)) for name in ("actor", "critic")}
    material = material._replace(state=material.state._replace(**fresh))
    states, seen, learner = [material.state], [], learner_of(material)
    for _ in range(6):
        state, metrics = (of_reference if side == "reference" else of_torchrl)(material, states[-1], learner)
        states.append(state)
        seen.append(metrics)
    return states, seen


def of_reference(material, state, learner):
    extra = Extra(draw=torch.zeros(5, 1) if material.config.twin_critics else None)
    arguments = material.indices, material.batch, material.space, material.config
    return reference_update.update(state, *arguments, extra=extra)


def of_torchrl(material, state, learner):
    with torch.random.fork_rng(devices=[]):
        metrics = torchrl_update.update_(learner, material.indices, tensordict_of(material.batch), material.config)
    return copied(torchrl_update.train_state(learner)), metrics


def copied(tree):
    """What the next update will not change."""
    if isinstance(tree, Tensor):
        return tree.clone()
    if isinstance(tree, dict):
        return {name: copied(value) for name, value in tree.items()}
    return type(tree)(*map(copied, tree)) if isinstance(tree, tuple) else tree


each_critics = pytest.mark.parametrize("critics", [1, 2], ids=["ddpg", "twin_critics"])


@each_critics
@each_side
@pytest.mark.parametrize("network", ["actor", "target_actor", "target_critic"])
def test_actor_and_targets_move_at_updates_two_four_and_six_alone(network, side, critics):
    states = [getattr(state, network) for state in six_updates(side, critics)[0]]
    stays = [all(torch.equal(old[name], new[name]) for name in old) for old, new in pairwise(states)]
    assert stays == [True, False] * 3


@each_critics
@each_side
def test_the_critic_moves_at_every_update(side, critics):
    states = [state.critic for state in six_updates(side, critics)[0]]
    for old, new in pairwise(states):
        assert not any(torch.equal(old[name], new[name]) for name in old)


@each_critics
@each_side
def test_each_network_has_its_own_count_of_adams_steps(side, critics):
    states, _ = six_updates(side, critics)
    assert [state.critic_adam.step for state in states] == [0, 1, 2, 3, 4, 5, 6]
    assert [state.actor_adam.step for state in states] == [0, 0, 1, 1, 2, 2, 3]


@each_critics
@each_side
def test_an_update_that_leaves_the_actor_alone_reports_no_loss_of_it(side, critics):
    _, seen = six_updates(side, critics)
    assert [bool(metrics.actor_loss.isnan()) for metrics in seen] == [True, False] * 3
    assert [bool(metrics.actor_grad_norm.isnan()) for metrics in seen] == [True, False] * 3


@each_critics
@each_side
def test_a_target_takes_one_step_of_tau_for_each_move_not_one_for_each_update(side, critics):
    (_, before, after, *_), _ = six_updates(side, critics)
    for network in ("actor", "critic"):
        old, online = getattr(before, f"target_{network}"), getattr(after, network)
        expected = {name: torch.lerp(old[name], online[name], 1 - (1 - 0.005)) for name in old}  # tau of a case
        assert_same_bits(network, getattr(after, f"target_{network}"), expected)
