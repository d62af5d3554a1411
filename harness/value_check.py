"""Q against the discounted return that was received from the same states: what overestimation is measured by."""

from typing import NamedTuple

import torch

from reference.config import Config
from reference.networks import actor, critic, first_critic
from reference.state import EpisodeRecord, Space, TrainState
from reference.targets import terminal

MOST_BOOTSTRAPPED = 0.5
"""A state counts while at most this share of its return is a critic's answer and not rewards."""


class ValueCheck(NamedTuple):
    """Means over the states of one episode that count."""

    value: float  # Q(s, a) of the first critic, as it stands at the episode's end
    received: float  # discounted return from s on
    bootstrapped: float  # weight in it of the target critic's answer; 0 where the episode terminated


def value_check(record: EpisodeRecord, networks: TrainState, space: Space, config: Config) -> ValueCheck | None:
    r"""What the critic says of an episode's states and actions, beside what followed on them.

    .. math:: G_t = \sum_{k=t}^{T-1} \gamma^{k-t} r_k + (1 - d) \, \gamma^{T-t} \, Q'(s_T, \mu'(s_T))

    Where a limit cut the episode, rewards that nobody saw are missing from it. Pendulum-v1 is always cut, at
    :math:`T = 200`, where :math:`0.99^{200} = 0.13`: to wait for a weight that is next to nothing would leave no
    state. So the target critic fills in, as it does in the TD target, and only states count at which its weight
    :math:`\gamma^{T-t}` is at most `MOST_BOOTSTRAPPED`. A critic that is wrong by the same amount everywhere shows
    at least half of it. Where truncation is terminal to the critic, nothing is missing from what it predicts.

    The actions are those executed, so the return includes exploration noise, and the policy's changes during the
    episode. Episodes that began in the warm-up are left out: their actions were random, and Q judges the policy.

    Source: Fujimoto et al. 2018, sec. 4.1, https://arxiv.org/abs/1802.09477

    Returns:
        The means; None where no state counts.
    """
    batch, gamma = record.transitions, float(config.gamma)
    length = len(batch.reward)
    if record.last_step - length < config.start_steps:
        return None
    ended = bool(terminal(batch, config.truncation_is_terminal)[-1])
    weights = [0.0 if ended else gamma ** (length - step) for step in range(length)]
    counted = [step for step, weight in enumerate(weights) if weight <= MOST_BOOTSTRAPPED]
    if not counted:
        return None
    after = 0.0 if ended else value_after(record, networks, space, config)
    returns = discounted_returns(batch.reward.tolist(), gamma, after)
    observation, action = (column[counted].to(config.device) for column in (batch.observation, batch.action))
    value = critic(first_critic(networks.critic), observation, action).double().mean().item()
    received, bootstrapped = (sum(some[step] for step in counted) / len(counted) for some in (returns, weights))
    return ValueCheck(value, received, bootstrapped)


def value_after(record: EpisodeRecord, networks: TrainState, space: Space, config: Config) -> float:
    """What the target critic gives the observation that an episode was left at; of several critics the smaller value.

    As in the TD target, but for TD3's noise on the target's action.
    """
    observation = record.transitions.next_observation[-1:].to(config.device)
    value = critic(networks.target_critic, observation, actor(networks.target_actor, observation, space))
    return torch.min(value).item()


def discounted_returns(rewards: list[float], gamma: float, after: float) -> list[float]:
    """The discounted return from each step on; `after` is that of what follows on the last."""
    returns = []
    for reward in reversed(rewards):
        after = reward + gamma * after
        returns.append(after)
    return returns[::-1]
