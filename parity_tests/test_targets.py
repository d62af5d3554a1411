"""Rung: the TD target."""

import pytest
import torch

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.cases import CASES, build, each_case, learner_of, reference_target
from reference.targets import td_target, terminal
from reference.update import critic_gradient
from torchrl_impl import targets as torchrl_targets
from torchrl_impl.state import tensordict_of

RUNG = "targets"


@each_case
def test_td_target_is_torchrls(material):
    learner, batch = learner_of(material), tensordict_of(material.batch)
    with unchanged("input", material.batch, material.state, dict(batch.items(True, True))):
        ours, theirs = reference_target(material), torchrl_targets.td_target(learner.loss, batch)
    assert_same_bits("target", ours, theirs)
    assert not ours.requires_grad and not theirs.requires_grad


@each_case
def test_the_target_of_an_update_is_torchrls(material):
    learner, batch = learner_of(material), tensordict_of(material.batch)
    *_, ours = critic_gradient(material.state, material.batch, material.space, material.config)
    assert_same_bits("target", ours, torchrl_targets.td_target(learner.loss, batch))


def test_td_target_leads_back_to_no_network():
    y = td_target(torch.ones(3), torch.zeros(3, dtype=torch.bool), torch.ones(3, requires_grad=True), 0.5)
    assert not y.requires_grad, "target: leads back to next_value, so that the critic's loss would move what it follows"


def test_td_target_discounts_next_value_where_the_episode_goes_on():
    y = td_target(torch.tensor([1.0]), torch.tensor([False]), torch.tensor([10.0]), 0.5)
    assert y.tolist() == [6.0]  # by hand: 1 + 0.5 * 10


def test_td_target_ignores_next_value_where_terminated():
    y = td_target(torch.tensor([1.0, 1.0]), torch.tensor([False, True]), torch.tensor([10.0, 10.0]), 0.5)
    assert y.tolist() == [6.0, 1.0]  # by hand: 1 + 0.5 * 10, and the reward alone


def test_truncated_rows_bootstrap():
    batch = build(CASES["f32-b1-truncated"]).batch
    assert terminal(batch, truncation_is_terminal=False).tolist() == [False]


def test_truncated_rows_do_not_bootstrap_where_config_says_so():
    batch = build(CASES["f32-b1-truncated"]).batch
    assert terminal(batch, truncation_is_terminal=True).tolist() == [True]


def test_td_target_refuses_a_trailing_dimension():
    with pytest.raises(ValueError, match=r"one shape \[B\]; got \(3,\), \(3,\), \(3, 1\)\. .* squeezed"):
        td_target(torch.zeros(3), torch.zeros(3, dtype=torch.bool), torch.zeros(3, 1), 0.9)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, torch.float32], ids=str)
def test_td_target_refuses_flags_that_are_not_boolean(dtype):
    with pytest.raises(ValueError, match=r"boolean terminated; got .*\.bool\(\)"):
        td_target(torch.zeros(3), torch.zeros(3, dtype=dtype), torch.zeros(3), 0.9)
