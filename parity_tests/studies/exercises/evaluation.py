"""One evaluation: what the policy earns without exploration, and what the critic said it would."""

import dataclasses
from typing import NamedTuple

import numpy as np
import torch

from reference.envs import env_space, make_env, observe
from reference.networks import actor, critic, first_critic
from reference.streams import evaluation_seed

EPISODES = 20
SCORED, PLAYED = 200, 600
"""Steps that count, which are Pendulum-v1's episode; and steps played, so that each of them has a long future."""


class Play(NamedTuple):
    """Episodes in lockstep: T steps, N episodes."""

    observation: torch.Tensor  # [T, N, O]
    action: torch.Tensor  # [T, N, A]
    reward: torch.Tensor  # [T, N], float32


def play(config, params, episodes=EPISODES, steps=PLAYED):
    """The greedy policy from the start states that `reference.evaluate` takes, past the environment's time limit."""
    config = dataclasses.replace(config, max_steps_per_episode=steps)
    envs = [make_env(config) for _ in range(episodes)]
    space = env_space(envs[0], config)
    seeds = [evaluation_seed(config.seed, episode) for episode in range(1, episodes + 1)]
    observations = [env.reset(seed=seed)[0] for env, seed in zip(envs, seeds, strict=True)]
    rows = []
    for _ in range(steps):
        seen = torch.stack([observe(env, state, config) for env, state in zip(envs, observations, strict=True)])
        action = actor(params, seen, space).clamp(space.low, space.high)
        moves = [env.step(one) for env, one in zip(envs, action.numpy(), strict=True)]
        observations = [move[0] for move in moves]
        rows.append(Play(seen, action, torch.tensor([move[1] for move in moves], dtype=torch.float32)))
    return Play(*map(torch.stack, zip(*rows, strict=True)))


def received(reward, gamma):
    """Discounted return from every step on: [T, N] to [T, N], in float64; what follows the last step counts nothing."""
    returns = reward.double().numpy().copy()
    for step in range(len(returns) - 2, -1, -1):
        returns[step] += gamma * returns[step + 1]
    return returns


def evaluate(config, networks, **how):
    """The row of an evaluation, as the CSV file holds it.

    Args:
        config: the run.
        networks: its state after an episode.
        how: `episodes` and `steps` of `play`.
    """
    played = play(config, networks.actor, **how)
    value = critic(first_critic(networks.critic), played.observation[:SCORED], played.action[:SCORED])
    returns = played.reward[:SCORED].cumsum(0)[-1].double().numpy()
    return {"return": returns.mean(), "worst_return": returns.min(), **accuracy(value, played.reward, config.gamma)}


def accuracy(value, reward, gamma):
    """What the critic said of states and actions, against what came after: means over steps and episodes.

    Args:
        value: [t, N], of the first t steps.
        reward: [T, N], T being large enough that gamma ** (T - t) is little.
        gamma: the discount.
    """
    value, actual = value.double().numpy(), received(reward, gamma)[: len(value)]
    error = value - actual
    return {
        "q": value.mean(),
        "received": actual.mean(),
        "bias": error.mean(),
        "rmse": np.sqrt(np.square(error).mean()),
    }
