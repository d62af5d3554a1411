"""Rung: Ornstein-Uhlenbeck noise, over trajectories with episodes' beginnings in them."""

import pytest
import torch
from tensordict import TensorDict

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.test_noise import box_of, each_box, each_dtype, stream
from reference.config import Config
from reference.noise import anneal, explore, init_noise, ornstein_uhlenbeck
from reference.state import Noise, Space
from torchrl_impl import noise as torchrl_noise
from torchrl_impl.streams import lend

RUNG = "noise"

PROCESSES = {
    "small_steps": {},
    "steps_of_1": {"ou_dt": 1.0},
    "wide": {"ou_theta": 0.3, "ou_sigma": 1.5, "ou_dt": 0.5},
    "from_elsewhere": {"ou_initial": -0.7, "ou_dt": 0.3, "ou_theta": 0.7},
    "overshooting": {"ou_theta": 1.7, "ou_dt": 1.0},
    "random_walk": {"ou_theta": 0.0, "ou_sigma": 0.9, "ou_dt": 0.1},
    "without_draws": {"ou_sigma": 0.0, "ou_initial": 1.3, "ou_dt": 0.7},
    "annealed": {"ou_sigma": 0.7, "ou_dt": 1.0, "noise_sigma_final": 0.1, "noise_anneal_steps": 30},
}
"""Name -> the fields of `Config` that differ from theta 0.15, sigma 0.2, dt 0.01, from zero, not annealed."""

STARTS = (0, 17, 18, 40)
"""Of fifty steps, those that begin an episode; the second episode is one step long."""


def process(**fields):
    return Config(noise="ornstein-uhlenbeck", **fields)


def ours_of(config, space, actions, generator):
    """Noisy action and value of the noise [T, A] of each step, by the functions of `reference/`."""
    noise, steps = init_noise(config, space), []
    for number, action in enumerate(actions):
        if number in STARTS:
            noise = init_noise(config, space)._replace(scale=noise.scale)
        draw = torch.randn(len(action), generator=generator)
        noisy, noise = explore(action, draw, noise, config, space)
        steps.append((noisy, noise.value))
        noise = anneal(noise, config)
    return [torch.stack(column) for column in zip(*steps, strict=True)]


def theirs_of(config, spec, actions):
    """The same by TorchRL's module, told of episodes by `is_init`, as `InitTracker` writes it."""
    module, frame, steps = torchrl_noise.explore(config, spec), TensorDict(), []
    for number, action in enumerate(actions):
        frame["action"], frame["is_init"] = action.clone(), torch.tensor([number in STARTS])
        frame = module(frame)
        steps.append((frame["action"], frame["_ou_prev_noise"]))
        torchrl_noise.anneal_(module, config)
    return [torch.stack(column) for column in zip(*steps, strict=True)]


@pytest.mark.parametrize("fields", PROCESSES.values(), ids=PROCESSES.keys())
@each_box
@each_dtype
def test_a_trajectory_with_resets_is_torchrls(dtype, box, fields):
    low, high, spec, actions = box_of(box, dtype)
    actions = torch.cat([actions, actions[:10]])
    config, ours_from, theirs_from = process(dtype=str(dtype).removeprefix("torch."), **fields), stream(), stream()
    with unchanged("input", actions, low, high):
        ours = ours_of(config, Space(4, low, high, None), actions, ours_from)
        with lend(theirs_from):
            theirs = theirs_of(config, spec, actions)
    for name, left, right in zip(("action", "value"), ours, theirs, strict=True):
        assert_same_bits(name, left, right)
    assert_same_bits("stream", ours_from.get_state(), theirs_from.get_state())
    at_a_bound = (ours[0] == low) | (ours[0] == high)
    assert at_a_bound.any() and not at_a_bound.all()


# By hand.

HALVES = {"ou_theta": 0.5, "ou_sigma": 2.0, "ou_dt": 0.25}
"""Of a value an eighth is pulled back in a step, and a draw counts 2 * sqrt(1/4) = 1."""


def test_two_steps_from_zero():
    first = ornstein_uhlenbeck(torch.zeros(2), torch.tensor([1.0, -2.0]), *HALVES.values())
    second = ornstein_uhlenbeck(first, torch.tensor([-0.5, 4.0]), *HALVES.values())
    assert first.tolist() == [1.0, -2.0]  # by hand: 0 - 0 + draw
    assert second.tolist() == [0.375, 2.25]  # by hand: 1 - 1/8 - 1/2, and -2 + 1/4 + 4


def explored(noise, action, draw, **fields):
    """What `explore` makes of one action in a box from -2 to 1: noisy action, value and scale afterwards."""
    space = Space(1, torch.tensor([-2.0]), torch.tensor([1.0]), None)
    noisy, noise = explore(torch.tensor([action]), torch.tensor([draw]), noise, process(**fields), space)
    return noisy.item(), noise.value.item(), noise.scale.item()


def noise_of(value=0.0, scale=1.0):
    return Noise(torch.tensor([value]), torch.tensor(scale))


def test_the_first_step_starts_from_the_initial_value():
    # by hand: 1 - 1/8 + 1/4 = 1.125 is added to -1; what is kept is that less the initial value
    assert explored(noise_of(), -1.0, 0.25, ou_initial=1.0, **HALVES) == (0.125, 0.125, 1.0)


def test_the_second_step_is_pulled_to_zero_and_not_to_the_initial_value():
    # by hand: 1.125 - 1.125/8 = 0.984375 without a draw
    assert explored(noise_of(0.125), 0.0, 0.0, ou_initial=1.0, **HALVES) == (0.984375, -0.015625, 1.0)


def test_the_scale_multiplies_what_is_added_and_not_what_is_kept():
    assert explored(noise_of(scale=0.25), 0.0, 2.0, **HALVES) == (0.5, 2.0, 0.25)  # by hand: 0 + 2/4


def test_the_action_is_clipped_and_the_value_is_not():
    assert explored(noise_of(), 0.5, 3.0, **HALVES) == (1.0, 3.0, 1.0)  # by hand: 3.5, above the bound of 1
    assert explored(noise_of(3.0), 0.5, 0.0, **HALVES)[:2] == (1.0, 2.625)  # by hand: 3 - 3/8, and still above


def test_a_value_decays_by_its_pull_where_nothing_is_drawn():
    value = torch.ones(1)
    for _ in range(4):
        value = ornstein_uhlenbeck(value, torch.zeros(1), *HALVES.values())
    assert value.item() == 0.586181640625  # by hand: (7/8)^4 = 2401/4096
