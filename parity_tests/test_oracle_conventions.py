"""Each convention that the oracle can follow, on the worked example of `../docs/derivation.md`, by hand."""

import pytest

from parity_tests import oracle
from parity_tests.closeness import assert_close_to_oracle
from parity_tests.conventions import Conventions
from parity_tests.oracle_inputs import batch_of, settings_of, state_of
from parity_tests.worked_example import digits, material, written


def updated(**conventions):
    example = material("sequential")
    settings = settings_of(example.config, example.space, Conventions(**conventions))
    return oracle.update(state_of(example.state), batch_of(example.batch), settings)


def test_targets_first_moves_the_target_actor_towards_the_old_actor():
    new, _ = updated(order="targets_first")
    # a quarter of 1, 0, -ln 2, 2 ln 2 and three quarters of 1, 0, ln(2)/2, 0
    assert written(new.target_actor) == digits("1.0 0.0 0.086643397570 0.346573590280")


def test_targets_first_changes_the_target_actor_alone():
    (new, seen), (plain_new, plain_seen) = updated(order="targets_first"), updated()
    assert_close_to_oracle("seen", seen, plain_seen)
    assert_close_to_oracle("state", new, plain_new._replace(target_actor=new.target_actor))


def test_the_online_actor_in_the_target():
    # u = 0 at s' = 2, so the action is 1, the hidden unit 1 + 1 + 0.5, Q' = 3 and y = 1.5 + 3/2
    assert written(updated(target_actor=False)[1].target) == digits("3.0 -2.0")


def test_one_half_of_the_mean_square():
    _, seen = updated(critic_loss_factor=0.5)
    assert written(seen.critic_loss) == digits("2.34")
    assert written(seen.critic_gradient) == digits("5.4 -1.8 2.4 0.3 1.2")


def test_no_clipping():
    _, seen = updated(clips_gradients=False)
    assert written(seen.critic_clipped) == digits("10.8 -3.6 4.8 0.6 2.4")


def test_a_time_limit_that_stops_the_bootstrap():
    assert written(updated(truncation_is_terminal=True)[1].target) == digits("1.5 -2.0")


def test_weight_decay_enters_the_moments_and_not_the_gradient():
    new, seen = updated(weight_decay=0.5)
    # a tenth of the clipped 5.4, -1.8, 2.4, 0.3, 1.2 plus half of the weights 1, 2, -0.5, 2, 0
    assert written(new.critic_adam.mean) == digits("0.59 -0.08 0.215 0.13 0.12")
    assert written(seen.critic_clipped) == digits("5.4 -1.8 2.4 0.3 1.2")


def test_epsilon_inside_the_correction_counts_for_more():
    # the first step is g/(|g| + 1e-8/sqrt(0.001)) times the rate
    expected = "0.750000014640 2.249999956079 -0.749999967060 1.750000263523 -0.249999934119"
    assert written(updated(adam_epsilon="inside")[0].critic) == digits(expected)


@pytest.mark.parametrize("order", ["simultaneous", "targets_first"])
def test_the_order_does_not_reach_the_critic(order):
    (new, _), (plain, _) = updated(order=order), updated()
    for part in ("critic", "critic_adam", "target_critic"):
        assert_close_to_oracle(part, getattr(new, part), getattr(plain, part))
