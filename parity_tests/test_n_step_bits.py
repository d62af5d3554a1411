"""Rung: the bits of n-step sums, which tell fused from rounded products and one order of adding from another."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from parity_tests.assertions import assert_same_bits
from parity_tests.n_step_material import SIDES, n_step_config, trajectory, written
from reference.n_step import _convolution_fuses

RUNG = "replay"

N, GAMMA = 5, 0.97
REWARDS = torch.randn(150, generator=torch.Generator().manual_seed(8))
POWERS = torch.tensor([GAMMA**k for k in range(N)], dtype=torch.float32)


def rewards_of(side, n=N):
    """The sums that stand in a side's replay."""
    made = SIDES[side](n_step_config(n, GAMMA))
    made.add_(trajectory(REWARDS))
    return written(made).rows.reward


def windows(n=N):
    """[rows, n]; the rewards that each row sums."""
    return REWARDS.unfold(0, n, 1)[:-1]


def nearest(exact):
    """The float32 number nearest to a fraction; of two as near, the even one."""
    guess = np.float32(float(exact))
    near = [np.nextafter(guess, np.float32(-np.inf)), guess, np.nextafter(guess, np.float32(np.inf))]
    return min(near, key=lambda number: (abs(Fraction(float(number)) - exact), int(number.view(np.int32)) & 1))


def fused(rewards):
    """Each product added unrounded, oldest first, and the sum rounded."""
    total = np.float32(0.0)
    for reward, power in zip(rewards.tolist(), POWERS.tolist(), strict=True):
        total = nearest(Fraction(float(total)) + Fraction(reward) * Fraction(power))
    return float(total)


def rounded_products(rewards):
    total = rewards[0]
    for reward, power in zip(rewards[1:], POWERS[1:], strict=True):
        total = total + reward * power
    return total


def newest_first(rewards):
    total = torch.zeros(())
    for reward, power in zip(rewards.flip(0), POWERS.flip(0), strict=True):
        total = torch.addcmul(total, reward, power)
    return total


def horner(rewards):
    total = rewards[-1]
    for reward in rewards[:-1].flip(0):
        total = torch.addcmul(reward, total, POWERS[1])
    return total


def products_then_sum(rewards):
    return (rewards * POWERS).sum()


def dot(rewards):
    return rewards @ POWERS


@pytest.mark.parametrize("side", SIDES)
def test_a_sum_adds_products_oldest_first_unrounded_where_the_convolution_fuses(side):
    way = fused if _convolution_fuses(1) else rounded_products
    assert_same_bits("reward", torch.tensor([float(way(window)) for window in windows()]), rewards_of(side))


def within_rounding(n):
    """[rows]; how far two sums of n rewards may lie apart.

    Each addition rounds by 2^-24 of its result at the most, which the sum of the sizes exceeds; on both sides.
    """
    return n * 2**-23 * (windows(n).abs() * GAMMA ** torch.arange(n)).sum(dim=-1)


def the_other_rounding(rewards):
    """Fused where the convolution rounds its products, and the other way round."""
    return rounded_products(rewards) if _convolution_fuses(1) else torch.tensor(fused(rewards))


@pytest.mark.parametrize("other", [the_other_rounding, newest_first, horner, products_then_sum, dot])
def test_other_ways_to_sum_have_other_bits(other):
    found, theirs = torch.stack([other(window) for window in windows()]), rewards_of("torchrl")
    assert (found != theirs).sum() > 10  # of 145
    assert ((found - theirs).abs() <= within_rounding(N)).all()  # or it would be another sum


@pytest.mark.parametrize("n", range(2, 15))
def test_sums_of_up_to_fourteen_rewards_are_torchrls(n):
    assert_same_bits("reward", rewards_of("reference", n), rewards_of("torchrl", n))


@pytest.mark.parametrize("n", [15, 20, 50])
def test_sums_of_more_rewards_are_torchrls_within_their_rounding(n):
    apart = (rewards_of("reference", n).double() - rewards_of("torchrl", n).double()).abs()
    assert (apart <= within_rounding(n)).all()
