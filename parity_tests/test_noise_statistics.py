"""Noise in the long run against closed forms, and what the figures of `docs/noise.md` are made of."""

import math

import pytest
import torch

from parity_tests.studies.ou_table import annealed, constants, long_run, process, sign_changes, weights
from reference.config import Config
from reference.noise import anneal, init_noise, ornstein_uhlenbeck
from reference.state import Space


@pytest.mark.parametrize(
    "dt, steps, deviation",
    [
        (0.01, 1, "0.020"),
        (0.01, 100, "0.186"),
        (0.01, 200, "0.245"),
        (0.01, 2000, "0.365"),
        (1.0, 1, "0.200"),
        (1.0, 10, "0.372"),
        (1.0, 200, "0.380"),
    ],
)
def test_the_deviation_at_a_step_is_that_of_the_closed_form(dt, steps, deviation):
    keeps = 1 - 0.15 * dt  # of the last value; what the draws add to the variance is a geometric series
    closed_form = math.sqrt(0.2**2 * dt * (1 - keeps ** (2 * steps)) / (1 - keeps**2))
    assert f"{closed_form:.3f}" == deviation
    assert f"{weights(process(dt), steps)[-1].norm().item():.3f}" == deviation


@pytest.mark.parametrize("dt, deviation", [(0.01, "0.3653"), (1.0, "0.3797")])
def test_the_long_run_is_wider_than_sigma_over_the_root_of_two_theta(dt, deviation):
    assert f"{long_run(process(dt)):.4f}" == deviation
    assert f"{0.2 / math.sqrt(2 * 0.15):.4f}" == "0.3651"  # the process in continuous time


SAMPLES = 200_000
"""Processes side by side, independent of one another."""


def sampled(config, steps):
    """Values [2, N] of many processes at the last two of many steps."""
    generator, value = torch.Generator().manual_seed(11), torch.zeros(SAMPLES)
    theta, sigma, dt = constants(config)
    for _ in range(steps):
        previous, value = value, ornstein_uhlenbeck(value, torch.randn(SAMPLES, generator=generator), theta, sigma, dt)
    return torch.stack([previous, value]).double()


def test_variance_correlation_and_mean_of_a_long_run_are_those_of_the_closed_form():
    # After 60 steps a start from zero is forgotten but for 0.85^120 = 3e-9 of the variance.
    previous, value = sampled(process(1.0), 60)
    keeps = 1 - 0.15
    variance = 0.2**2 / (1 - keeps**2)
    # Four standard errors: of N normal numbers' variance, relative, sqrt(2/N); of a correlation r, (1 - r^2)/sqrt(N);
    # of their mean, sqrt(variance/N). The process in continuous time would have a variance 7 % smaller.
    assert abs(value.var() / variance - 1) < 4 * math.sqrt(2 / SAMPLES)
    assert abs(torch.stack([previous, value]).corrcoef()[0, 1] - keeps) < 4 * (1 - keeps**2) / math.sqrt(SAMPLES)
    assert abs(value.mean()) < 4 * math.sqrt(variance / SAMPLES)


def test_a_third_of_pairs_with_correlation_one_half_differ_in_sign():
    weight = torch.tensor([[1.0, 0.0], [0.5, math.sqrt(0.75)]], dtype=torch.float64)
    assert f"{sign_changes(weight):.12f}" == "0.333333333333"  # by hand: arccos(1/2) is a third of pi


def test_half_of_independent_pairs_differ_in_sign():
    assert f"{sign_changes(torch.eye(200, dtype=torch.float64)):.9f}" == "99.500000000"  # by hand: 199 / 2


@pytest.mark.parametrize("span", [1_000, 20_000])
def test_the_tables_annealing_is_the_references(span):
    config = Config(noise_sigma=1.0, noise_sigma_final=0.1, noise_anneal_steps=span)
    noise, scales = init_noise(config, Space(1, torch.zeros(1), torch.zeros(1), None)), []
    for _ in range(span):
        noise = anneal(noise, config)
        scales.append(noise.scale.item())
    assert [scale.item() for scale in annealed(span)] == [scales[span // 2 - 1], scales[-1]]
