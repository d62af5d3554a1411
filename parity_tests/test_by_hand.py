"""Rungs from targets to updates, against the digits of the worked example in `../docs/derivation.md`."""

import re
from pathlib import Path

import pytest

from parity_tests.rungs import rung
from parity_tests.worked_example import answer_of, digits, written

PAGE = Path(__file__).parent.parent / "docs" / "derivation.md"

# Networks are written in the order first weight, first bias, second weight, second bias.
TARGET, VALUE, TD_ERROR, CRITIC_LOSS = "3.6 -2.0", "3.0 1.0", "-0.6 3.0", "4.68"
CRITIC_GRADIENT, CRITIC_NORM = "10.8 -3.6 4.8 0.6 2.4", "12.6"
CRITIC_CLIPPED = "5.4 -1.8 2.4 0.3 1.2"
NEW_CRITIC = "0.750000000463 2.249999998611 -0.749999998958 1.750000008333 -0.249999997917"

OLD_JUDGE_LOSS = "-8.4"
OLD_JUDGE_GRADIENT = "7.319634226713 4.547045504473 -10.56 -6.56"  # 10.56 ln 2, 6.56 ln 2
ACTOR_LOSS, ACTOR_NORM = "-6.706250034358", "14.889786208578"
ACTOR_GRADIENT = "7.205264971784 4.475997937017 -10.395000043083 -6.457500026764"
ACTOR_CLIPPED = "3.048611258777 1.893834266816 -4.398216344636 -2.732225305001"
ACTOR_MEAN = "1.204861125878 1.089383426682 0.460178365536 0.626777469500"
ACTOR_SQUARE = "1.008294030607 1.002586608230 1.018344307014 1.006465055117"
NEW_ACTOR = "0.929411135001 -0.064004810893 -0.719974154161 1.349540173245"

NEW_TARGET_ACTOR = "0.982352783750 -0.016001202723 0.079936654170 0.337385043311"
NEW_TARGET_CRITIC = "0.562500000116 1.312499999653 0.187500000260 1.187500002083 0.312500000521"


@pytest.fixture(params=["oracle", "reference", "torchrl"])
def who(request):
    return request.param


def test_every_number_stands_in_the_derivation_too():
    texts = [value for name, value in globals().items() if name.isupper() and isinstance(value, str)]
    numbers = {number for text in texts for number in text.split()}
    assert len(numbers) > 40
    assert numbers <= set(re.findall(r"-?\d+\.\d+", PAGE.read_text()))


@rung("targets")
def test_target_by_hand(who):
    _, seen = answer_of(who)
    assert written(seen.target) == digits(TARGET)


@rung("losses")
def test_value_td_error_and_critic_loss_by_hand(who):
    _, seen = answer_of(who)
    for found, text in ((seen.value, VALUE), (seen.td_error, TD_ERROR), (seen.critic_loss, CRITIC_LOSS)):
        assert written(found) == digits(text)


@rung("gradients")
def test_critic_gradient_by_hand(who):
    _, seen = answer_of(who)
    assert written(seen.critic_gradient) == digits(CRITIC_GRADIENT)


@rung("gradients")
def test_actor_gradient_at_the_old_critic_by_hand(who):
    _, seen = answer_of(who, "simultaneous")
    assert written(seen.actor_loss) == digits(OLD_JUDGE_LOSS)
    assert written(seen.actor_gradient) == digits(OLD_JUDGE_GRADIENT)


@rung("clipping")
def test_clipping_by_hand(who):
    _, seen = answer_of(who)
    assert written(seen.critic_grad_norm) == digits(CRITIC_NORM)
    assert written(seen.critic_clipped) == digits(CRITIC_CLIPPED)


@rung("adam")
def test_adams_first_step_by_hand(who):
    new, _ = answer_of(who)
    assert written(new.critic) == digits(NEW_CRITIC)
    assert new.critic_adam.step == 1


@rung("update")
def test_actor_gradient_at_the_new_critic_by_hand(who):
    _, seen = answer_of(who)
    for found, text in (
        (seen.actor_loss, ACTOR_LOSS),
        (seen.actor_gradient, ACTOR_GRADIENT),
        (seen.actor_grad_norm, ACTOR_NORM),
        (seen.actor_clipped, ACTOR_CLIPPED),
    ):
        assert written(found) == digits(text)


@rung("adam")
def test_adams_second_step_by_hand(who):
    new, _ = answer_of(who)
    assert written(new.actor_adam.mean) == digits(ACTOR_MEAN)
    assert written(new.actor_adam.square) == digits(ACTOR_SQUARE)
    assert written(new.actor) == digits(NEW_ACTOR)
    assert new.actor_adam.step == 2


@rung("soft update")
def test_soft_update_by_hand(who):
    new, _ = answer_of(who)
    assert written(new.target_actor) == digits(NEW_TARGET_ACTOR)
    assert written(new.target_critic) == digits(NEW_TARGET_CRITIC)
