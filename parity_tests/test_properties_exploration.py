"""Rung: noise that remembers and noise that comes down, for any constants, bounds, precisions and draws."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from tensordict import TensorDict

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.strategies import examples, powers_of_two, seeds
from parity_tests.test_properties_noise import bounds, policy, spec_of, streams
from reference.config import Config
from reference.noise import anneal, explore, init_noise, ornstein_uhlenbeck
from reference.state import Noise, Space
from torchrl_impl import noise as torchrl_noise
from torchrl_impl.streams import lend

RUNG = "noise"

lengths = st.sampled_from([0.01, 0.02, 0.1, 0.5, 1.0, 3.0])  # of a step, dt
sigmas = st.just(0.0) | st.floats(-3, 2).map(lambda exponent: 10.0**exponent)


def step(previous, draw, config):
    """The value after `previous`."""
    return ornstein_uhlenbeck(previous, draw, config.ou_theta, config.ou_sigma, config.ou_dt)


@st.composite
def processes(draw, **fields):
    """Any process that does not run away; `fields` narrows it."""
    dt = draw(lengths)
    strategies = {
        "ou_theta": st.floats(0, 1.99).map(lambda pull: pull / dt),
        "ou_sigma": sigmas,
        "ou_initial": st.floats(-10, 10),
        **fields,
    }
    drawn = {name: draw(strategy) for name, strategy in strategies.items()}
    return Config(**{"noise": "ornstein-uhlenbeck", "ou_dt": dt, **drawn})


def normal(seed, rows=2):
    """A few numbers of the size of draws: [rows, 3]."""
    return torch.randn(rows, 3, generator=torch.Generator().manual_seed(seed))


@examples(60)
@given(processes(), bounds(), seeds, st.floats(0, 1, width=32))
def test_any_two_steps_of_an_episode_are_torchrls_and_inside_the_bounds(config, box, seed, scale):
    (low, high), (ours_from, theirs_from) = box, streams(seed)
    space, action = Space(1, low, high, None), policy(low, high, seed)
    module, frame = torchrl_noise.explore(config, spec_of(low, high)), TensorDict()
    noise = init_noise(config, space)._replace(scale=torch.tensor(scale))
    torchrl_noise.load_scale_(module, noise.scale)
    for is_init in (True, False):
        with unchanged("input", action, noise, low, high):
            ours, after = explore(action, torch.randn(len(low), generator=ours_from), noise, config, space)
        frame["action"], frame["is_init"] = action.clone(), torch.tensor([is_init])
        with lend(theirs_from):
            frame = module(frame)
        assert_same_bits("action", ours, frame["action"])
        assert_same_bits("value", after.value, frame["_ou_prev_noise"])
        assert ((low <= ours) & (ours <= high)).all()
        noise = after
    assert_same_bits("stream", ours_from.get_state(), theirs_from.get_state())


@examples(60)
@given(processes(), seeds, powers_of_two)
def test_a_value_is_linear_in_the_last_one_and_the_draw(config, seed, factor):
    previous, draw = normal(seed)
    ours = step(factor * previous, factor * draw, config)
    assert_same_bits("value", ours, factor * step(previous, draw, config))


@examples(60)
@given(processes(), seeds, powers_of_two)
def test_what_a_draw_adds_is_linear_in_sigma(config, seed, factor):
    (draw,), still = normal(seed, 1), torch.zeros(3)
    larger = Config(noise=config.noise, ou_theta=config.ou_theta, ou_dt=config.ou_dt, ou_sigma=factor * config.ou_sigma)
    ours = step(still, draw, larger)
    assert_same_bits("value", ours, factor * step(still, draw, config))


@examples(60)
@given(powers_of_two, sigmas, seeds)
def test_a_pull_of_one_forgets_the_last_value(dt, sigma, seed):
    previous, draw = normal(seed)
    config = Config(noise="ornstein-uhlenbeck", ou_theta=1 / dt, ou_dt=dt, ou_sigma=sigma)
    ours = step(previous, draw, config)
    assert_same_bits("value", ours, step(torch.zeros(3), draw, config))


@examples(60)
@given(processes(ou_sigma=st.just(0.0)), seeds)
def test_without_draws_a_value_moves_no_further_from_zero(config, seed):
    (previous,) = normal(seed, 1)
    value = step(previous, torch.ones(3), config)
    assert (value.abs() <= previous.abs()).all()


@examples(40)
@given(processes(), bounds(), seeds)
def test_a_scale_of_zero_leaves_the_policys_action(config, box, seed):
    action = policy(*box, seed).clamp(*box)
    noise = Noise(torch.ones(len(action)), torch.tensor(0.0))
    noisy, _ = explore(action, torch.ones(len(action)), noise, config, Space(1, *box, None))
    assert_same_bits("action", noisy, action)


@st.composite
def annealings(draw):
    """Noise of either kind that comes down from anything to anything below, in few steps or many."""
    first, share = draw(st.floats(1e-3, 10)), draw(st.floats(0, 1))
    noise = draw(st.sampled_from(["gaussian", "ornstein-uhlenbeck"]))
    name = "noise_sigma" if noise == "gaussian" else "ou_sigma"
    steps = draw(st.integers(1, 60) | st.integers(61, 10**8))
    return Config(noise=noise, noise_sigma_final=share * first, noise_anneal_steps=steps, **{name: first})


@examples(60)
@given(annealings())
def test_any_scale_that_comes_down_is_torchrls_and_stays_between_first_and_final(config):
    space = Space(1, -torch.ones(1), torch.ones(1), None)
    noise, module = init_noise(config, space), torchrl_noise.explore(config, spec_of(space.low, space.high))
    first, final = torch.tensor(config.noise_scales)
    for _ in range(min(config.noise_anneal_steps + 2, 20)):
        before, noise = noise, anneal(noise, config)
        torchrl_noise.anneal_(module, config)
        assert_same_bits("scale", noise.scale, torchrl_noise.scale_of(module))
        assert final <= noise.scale <= before.scale <= first
