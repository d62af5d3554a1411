"""Known differences of TorchRL in the TD target. linear_networks.py says what the numbers are worked from."""

import pytest
import torch
from torchrl.objectives import DDPGLoss, ValueEstimators

from parity_tests.assertions import assert_same_bits
from parity_tests.known_differences import known_difference
from parity_tests.linear_networks import (
    column,
    fill_,
    linear_actor,
    linear_critic,
    linear_loss,
    no_updater,
    target_of,
    td3_loss,
    transitions,
)
from reference.targets import td_target

pytestmark = no_updater


@known_difference("delay-actor-default")
def test_ddpg_loss_bootstraps_from_the_online_actor_by_default():
    loss = DDPGLoss(linear_actor(), linear_critic())
    loss.make_value_estimator(ValueEstimators.TD0, gamma=0.5)
    fill_(loss.actor_network_params, 3.0)  # one step of the actor; no target was updated
    batch = transitions()
    theirs = target_of(loss, batch)
    reward, terminated = batch["next", "reward"].squeeze(-1), batch["next", "terminated"].squeeze(-1)
    online = linear_critic(2.0)(observation=torch.ones(2, 1), action=torch.full((2, 1), 3.0)).detach().squeeze(-1)
    assert_same_bits("target", td_target(reward, terminated, online, 0.5), theirs)
    assert theirs.tolist() == [4.0, 4.0]  # by hand: 1 + 0.5 * 2 * 3; with a target actor 1 + 0.5 * 2 * 1
    return theirs[0].item() - 2.0


@known_difference("gamma-float32")
def test_gamma_is_stored_in_float32_in_a_float64_run():
    loss = linear_loss(linear_actor(1.0, torch.float64), linear_critic(1.0, torch.float64), gamma=0.99)
    assert loss.value_estimator.gamma.dtype == torch.float32
    target = target_of(loss, transitions(dtype=torch.float64, reward=column(0.0, 0.0, dtype=torch.float64)))
    assert target.dtype == torch.float64
    return target[0].item() - 0.99  # by hand: 0 + 0.99 * 1


@known_difference("integer-terminated")
def test_whole_number_flags_are_inverted_bit_by_bit():
    def targets(dtype):
        return target_of(linear_loss(), transitions(terminated=column(0, 1, dtype=dtype))).tolist()

    assert targets(torch.bool) == [2.0, 1.0]  # by hand: 1 + 0.5 * 2, and the reward alone
    assert targets(torch.int64) == [0.0, -1.0]  # by hand: ~0 = -1 and ~1 = -2, so 1 - 1 and 1 - 2
    assert targets(torch.uint8) == [256.0, 255.0]  # by hand: ~0 = 255 and ~1 = 254
    return targets(torch.uint8)[1] - 1.0


@known_difference("missing-terminated")
def test_where_terminated_is_missing_a_time_limit_is_taken_for_an_end():
    batch = transitions(done=column(True, True))  # truncated
    assert target_of(linear_loss(), batch).tolist() == [2.0, 2.0]
    del batch["next", "terminated"]
    target = target_of(linear_loss(), batch)
    assert target.tolist() == [1.0, 1.0]  # by hand: the reward alone, where 1 + 0.5 * 2 is right
    return 2.0 - target[0].item()


@known_difference("nan-after-terminal")
def test_what_follows_a_terminal_state_is_multiplied_by_zero_not_left_out():
    after = {"observation": column(float("nan"), 1.0), "terminated": column(True, False)}
    loss = linear_loss()
    for target in (target_of(loss, transitions(**after)), loss(transitions(**after))["target_value"]):
        assert target[0].isnan() and target[1] == 2.0  # by hand: the first is the reward, 1
    return int(target.isnan().sum())


@known_difference("average-rewards-writes-back")
def test_average_rewards_overwrites_the_callers_rewards():
    loss, batch = linear_loss(), transitions(reward=column(1.0, 3.0))
    loss.make_value_estimator(ValueEstimators.TD0, gamma=0.5, average_rewards=True)
    target_of(loss, batch)
    written = batch["next", "reward"].squeeze(-1)
    assert written.tolist() == pytest.approx([-(0.5**0.5), 0.5**0.5])  # by hand: (1 - 2)/sqrt(2), (3 - 2)/sqrt(2)
    return 1.0 - written[0].item()


@known_difference("td3-policy-noise-unscaled")
def test_td3_noise_is_not_scaled_to_the_action_range():
    # By hand: mu(0) = 0, and noise far beyond its clip is plus or minus the clip, so the target is
    # 1 + 0.5 * 2 * (+-0.5). TD3's authors scale the clip by the bound of 2, which would give 1 + 0.5 * 2 * (+-1).
    loss = td3_loss([linear_critic(), linear_critic()], bound=2.0, policy_noise=1e6, noise_clip=0.5)
    batch = transitions(8, observation=torch.zeros(8, 1))
    with torch.random.fork_rng(devices=[]):
        noise = (loss(batch)["target_value"] - 1.0).abs()
    assert noise.tolist() == [0.5] * 8
    return 1.0 - noise[0].item()


@known_difference("td3-clamps-target-action")
def test_td3_loss_clamps_the_targets_action_without_noise_too():
    loss = td3_loss([linear_critic(), linear_critic()], actor=linear_actor(3.0), policy_noise=0.0)
    with torch.random.fork_rng(devices=[]):
        theirs = loss(transitions())["target_value"]
    ddpg = target_of(linear_loss(linear_actor(3.0)), transitions())
    # by hand: mu(1) = 3, and the bound is 1
    assert ddpg.tolist() == [4.0, 4.0] and theirs.tolist() == [2.0, 2.0]
    return (ddpg - theirs)[0].item()


@known_difference("td3-draws-without-noise")
def test_td3_loss_draws_noise_of_size_zero():
    loss = td3_loss([linear_critic(), linear_critic()], policy_noise=0.0)
    batch, stream = transitions(40), torch.Generator()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        loss.actor_loss(batch)
        assert_same_bits("generator after the actor's loss", torch.get_rng_state(), stream.manual_seed(0).get_state())
        loss.value_loss(batch)
        theirs = torch.get_rng_state()
    draws = torch.randn(40, 1, generator=stream)
    assert_same_bits("generator", stream.get_state(), theirs)
    return draws.numel() / batch["action"].numel()
