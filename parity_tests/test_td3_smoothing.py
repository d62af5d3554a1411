"""Rung: TD3's target policy smoothing, by hand; both sides where TorchRL has it. td3_by_hand.py has the networks."""

import pytest
import torch

from parity_tests.assertions import assert_same_bits
from parity_tests.linear_networks import linear_critic, no_updater, td3_loss, transitions
from parity_tests.rungs import rung
from parity_tests.td3_by_hand import SPACE, answers_of, batch_of, configured, stacked_critics
from parity_tests.variants import material_of
from reference.learner import autograd_learner
from reference.networks import actor
from reference.noise import smoothing
from reference.state import Replay, Space
from reference.streams import open_streams, stream_states
from reference.train import Run, extra
from reference.update import critic_gradient, default_parts

pytestmark = no_updater

# sigma is 0.5 and c 0.75: half the draw; clipped to c, on either side; to the box, alone and as well; nothing.
BY_HAND = [(0.0, 1.0, 0.5), (0.0, 2.0, 0.75), (0.0, -2.0, -0.75), (1.75, 1.0, 2.0), (-2.0, -4.0, -2.0), (1.5, 0.0, 1.5)]


@rung("targets")
@pytest.mark.parametrize("action, draw, smoothed", BY_HAND)
def test_smoothing_clips_the_noise_and_then_the_action(action, draw, smoothed):
    found = smoothing(torch.tensor([[action]]), torch.tensor([[draw]]), 0.5, 0.75, SPACE.low, SPACE.high)
    assert found.item() == smoothed


@rung("targets")
def test_smoothing_adds_each_number_of_the_draw_to_its_own_row_and_dimension():
    low, high = torch.tensor([-9.0, -9.0, -9.0]), torch.tensor([9.0, 9.0, 0.25])
    draw = torch.tensor([[1.0, 0.5, -1.0], [-4.0, 0.0, 2.0]])
    action = torch.tensor([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    smoothed = smoothing(action, draw, 0.5, 1.0, low, high)
    # by hand: half the draw; the noise of -2 is clipped to -1, and 0 + 1 to the last dimension's bound
    assert smoothed.tolist() == [[0.5, 1.25, -0.5], [-1.0, 1.0, 0.25]]


@rung("losses")
@pytest.mark.parametrize("stack", [1, 2], ids=["one_critic", "two_critics"])
def test_the_noise_reaches_target_and_loss_of_one_critic_and_of_two(stack):
    critics = stacked_critics(*[(3.0, 1.0)] * stack)
    fields = {"twin_critics": stack == 2, "target_noise": 0.5, "target_noise_clip": 1.0}
    _, loss, value, target = answers_of(critics, critics, draw=(1.0, -4.0), **fields)
    assert target.tolist() == [2.75, 2.0]  # by hand: 1 + (3 + 0.5)/2, and 1 + (3 - 1)/2
    assert value.tolist() == [[4.0, 4.0]] * stack  # at the stored action, which has no noise
    assert loss.item() == stack * 2.78125  # by hand: (1.25^2 + 2^2)/2 for each


@rung("targets")
@pytest.mark.parametrize("noise, least", [(0.0, 2.0), (1e6, 1.75)], ids=["no_noise", "noise"])
def test_td3_loss_smooths_as_by_hand(noise, least):
    # mu(s) = s = 1 is the bound; noise far beyond its clip is 0.25 either way, of which the box takes the upper one.
    loss = td3_loss([linear_critic(), linear_critic()], policy_noise=noise, noise_clip=0.25)
    with torch.random.fork_rng(devices=[]):
        found = loss.value_loss(transitions(64))[1]["target_value"]
    assert (found.min().item(), found.max().item()) == (least, 2.0)  # by hand: 1 + 0.5 * 2 * 0.75, or 1 + 0.5 * 2 * 1


@rung("targets")
def test_the_targets_action_is_clipped_without_noise_too():
    # As in TD3Loss; DDPG's target is not, so the two part where rounding puts the greatest action outside its box.
    ends = torch.randn(2, 1000, generator=torch.Generator().manual_seed(2))
    space = Space(1, ends.amin(0), ends.amax(0), None)
    action = actor({"0.weight": torch.zeros(1000, 1), "0.bias": torch.full((1000,), 100.0)}, torch.ones(2, 1), space)
    smoothed = smoothing(action, torch.ones(2, 1000), 0.0, 0.5, space.low, space.high)
    assert (action > space.high).any()
    assert_same_bits("action", smoothed, torch.minimum(action, space.high))


# The draw.


def drawn(**fields):
    """The draw for an update's target, and the streams before and after it."""
    config = configured(**fields)
    generators = open_streams(config.seed)
    before = stream_states(generators)
    run = Run(None, SPACE, config, generators, default_parts, autograd_learner(SPACE, config, default_parts))
    more = extra(run, Replay(batch_of(), cursor=0, size=2), torch.arange(2))
    return more.draw, before, stream_states(generators)


@rung("noise")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_two_critics_draw_from_the_stream_of_exploration_without_noise_too(dtype):
    draw, before, after = drawn(target_noise=0.0, dtype=dtype)
    stream = torch.Generator()
    stream.set_state(before.explore)
    assert_same_bits("draw", draw, torch.randn(2, 1, generator=stream, dtype=getattr(torch, dtype)))
    assert_same_bits("stream", after.explore, stream.get_state())


ONE_SMOOTHED = {"twin_critics": False, "target_noise": 0.3}


@rung("noise")
@pytest.mark.parametrize("fields", [{}, {"target_noise": 0.3}, ONE_SMOOTHED], ids=["twins", "td3", "one_smoothed"])
def test_a_draw_moves_no_stream_but_that_of_exploration(fields):
    draw, before, after = drawn(**fields)
    assert draw.shape == (2, 1) and not torch.equal(after.explore, before.explore)
    assert_same_bits("streams", after._replace(explore=before.explore), before)


@rung("noise")
def test_ddpg_draws_nothing_for_its_target_whatever_the_delay():
    draw, before, after = drawn(twin_critics=False, policy_delay=2)
    assert draw is None
    assert_same_bits("streams", after, before)


@rung("targets")
@pytest.mark.parametrize("variant", ["twin_critics", "target_noise"])
def test_a_target_without_its_draw_is_refused(variant):
    material = material_of(variant, "f32-b1")
    with pytest.raises(ValueError, match=r"critic_gradient needs extra.draw, \[B, A\] from N\(0, 1\)"):
        critic_gradient(material.state, material.batch, material.space, material.config)
