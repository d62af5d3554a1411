"""Rung: noise that comes down, an environment step after the other."""

import pytest
import torch
from torchrl.data import Bounded

from parity_tests.assertions import assert_same_bits
from reference.config import Config
from reference.noise import anneal, init_noise
from reference.state import Space
from torchrl_impl import noise as torchrl_noise

RUNG = "noise"

BOX = Space(4, torch.full((3,), -2.0), torch.full((3,), 2.0), None)


def annealed(first, final, steps, noise="gaussian", **fields):
    """The run that anneals so."""
    name = "noise_sigma" if noise == "gaussian" else "ou_sigma"
    return Config(noise=noise, noise_sigma_final=final, noise_anneal_steps=steps, **{name: first}, **fields)


def module_of(config):
    return torchrl_noise.explore(config, Bounded(BOX.low, BOX.high, shape=BOX.low.shape))


def ours_of(config, steps):
    """The scale before the first of so many steps and after each of them: [steps + 1]."""
    noise = init_noise(config, BOX)
    scales = [noise.scale]
    for _ in range(steps):
        noise = anneal(noise, config)
        scales.append(noise.scale)
    return torch.stack(scales)


def theirs_of(config, steps):
    module = module_of(config)
    scales = [torchrl_noise.scale_of(module).clone()]
    for _ in range(steps):
        torchrl_noise.anneal_(module, config)
        scales.append(torchrl_noise.scale_of(module).clone())
    return torch.stack(scales)


WAYS_DOWN = {
    "a_thousand_steps": (1.0, 0.1, 1000),
    "sevenths": (0.3, 0.05, 7),
    "to_zero": (0.9, 0.0, 11),
    "in_one_step": (0.4, 0.1, 1),
    "nowhere": (0.1, 0.1, 3),
    "by_a_third_of_an_ulp": (1.0, 0.1, 45_000_000),
}

each_way_down = pytest.mark.parametrize("way", WAYS_DOWN.values(), ids=WAYS_DOWN.keys())
each_noise = pytest.mark.parametrize("noise", ["gaussian", "ornstein-uhlenbeck"])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@each_noise
@each_way_down
def test_the_scales_are_torchrls(way, noise, dtype):
    config, steps = annealed(*way, noise, dtype=dtype), min(way[2], 1000) + 5
    assert_same_bits("scale", ours_of(config, steps), theirs_of(config, steps))


@each_noise
@each_way_down
def test_the_scale_never_rises_and_never_falls_below_the_final_one(way, noise):
    config = annealed(*way, noise)
    scales = ours_of(config, min(way[2], 1000) + 5)
    assert (scales.diff() <= 0).all()
    assert (scales >= torch.tensor(config.noise_scales[1])).all()


@each_noise
@pytest.mark.parametrize("name", ["a_thousand_steps", "sevenths", "to_zero", "in_one_step", "nowhere"])
def test_the_scale_is_the_final_one_from_a_step_after_the_last_on(name, noise):
    config = annealed(*WAYS_DOWN[name], noise)
    tail = ours_of(config, WAYS_DOWN[name][2] + 5)[-5:]  # one step more: rounding can leave the last one short
    assert (tail == torch.tensor(config.noise_scales[1])).all()


def test_gaussian_noise_is_a_straight_line_from_sigma_to_the_final_one():
    scales = ours_of(annealed(0.75, 0.125, 5), 7)
    assert scales.tolist() == [0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0.125, 0.125]  # by hand: an eighth a step


def test_ornstein_uhlenbeck_noise_has_a_factor_that_comes_down_from_one():
    scales = ours_of(annealed(2.0, 0.75, 5, "ornstein-uhlenbeck"), 7)
    assert scales.tolist() == [1.0, 0.875, 0.75, 0.625, 0.5, 0.375, 0.375, 0.375]  # by hand: to 0.75 / 2


@each_noise
@pytest.mark.parametrize("side", [ours_of, theirs_of], ids=["reference", "torchrl"])
def test_a_thousand_steps_from_1_to_a_tenth_drift_in_float32(side, noise):
    scales = side(annealed(1.0, 0.1, 1000, noise), 1001)
    assert [f"{scales[step].item():.7f}" for step in (0, 500, 1000)] == ["1.0000000", "0.5500147", "0.1000162"]
    assert scales[1001] == torch.tensor(0.1)


@each_noise
@pytest.mark.parametrize("side", [ours_of, theirs_of], ids=["reference", "torchrl"])
def test_steps_of_less_than_half_an_ulp_bring_nothing_down(side, noise):
    scales = side(annealed(*WAYS_DOWN["by_a_third_of_an_ulp"], noise), 5)
    assert scales.tolist() == [1.0] * 6  # by hand: 0.9 / 45e6 = 2.0e-8, where 1 - 2**-24 is 6.0e-8 below 1


@each_noise
@pytest.mark.parametrize("side", [ours_of, theirs_of], ids=["reference", "torchrl"])
def test_noise_stays_as_it_is_where_no_annealing_is_asked_for(side, noise):
    config = Config(noise=noise, noise_sigma=0.3)
    assert (side(config, 5) == config.noise_scales[0]).all()


def test_annealing_leaves_the_diffusion_of_ornstein_uhlenbeck_noise_alone():
    config = annealed(0.5, 0.1, 3, "ornstein-uhlenbeck")
    module, steps = module_of(config), torch.arange(6)
    for _ in range(5):
        torchrl_noise.anneal_(module, config)
    assert module.ou.current_sigma(steps).tolist() == [0.5] * 6


@each_noise
def test_a_scale_loaded_into_torchrls_module_comes_down_from_there(noise):
    config = annealed(1.0, 0.1, 1000, noise)
    module, scales = module_of(config), ours_of(config, 500)
    torchrl_noise.load_scale_(module, scales[499])
    torchrl_noise.anneal_(module, config)
    assert_same_bits("scale", torchrl_noise.scale_of(module), scales[500])
