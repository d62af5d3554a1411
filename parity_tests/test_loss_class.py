"""`DDPGLoss` itself, and twenty mistakes in it that none may get past the comparisons."""

import pytest
from torchrl.objectives import DDPGLoss

from parity_tests.cases import each_case
from parity_tests.loss_class import (
    COMPARISONS,
    compare_target_by_default,
    compare_td_error,
    compare_weighted_critic_loss,
    first_catch,
)
from parity_tests.rungs import ORDER, rung
from parity_tests.upstream_faults import FAULTS, Control


@rung("targets")
@each_case
def test_target_of_a_loss_built_by_default_has_a_target_critic_and_the_online_actor(material):
    compare_target_by_default(DDPGLoss, material)


@rung("losses")
@each_case
def test_td_error_that_torchrl_writes_is_squared(material):
    compare_td_error(DDPGLoss, material)


@rung("losses")
@each_case
def test_priority_weight_makes_torchrls_critic_loss_a_weighted_mean(material):
    compare_weighted_critic_loss(DDPGLoss, material)


def test_comparisons_stand_in_the_order_of_the_ladder():
    rungs = [ORDER[comparison.rung] for comparison in COMPARISONS]
    assert rungs == sorted(rungs)


def test_no_comparison_fails_on_a_subclass_that_changes_nothing():
    assert first_catch(Control) is None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_mistake_is_caught_by_a_comparison(fault):
    assert first_catch(fault) is not None, f"{fault.__name__} survived: {fault.__doc__}"


def test_mistakes_are_twenty():
    assert len({fault.__doc__ for fault in FAULTS}) == 20
