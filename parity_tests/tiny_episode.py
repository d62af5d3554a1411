"""An episode of three steps and networks of one unit, whose figures can be worked by hand.

Rewards 1, 2, 4; actions 1, 1, 2, in a box from 0 to 2; mu(s) = 1.
"""

import torch

from reference.state import AdamState, Batch, EpisodeRecord, Space, TrainState, UpdateMetrics

SPACE = Space(observation_size=1, low=torch.tensor([0.0]), high=torch.tensor([2.0]), steps_per_episode=None)
MIDDLE = {"0.weight": torch.zeros(1, 1), "0.bias": torch.zeros(1)}  # an actor in the middle of the box
NO_ADAM = AdamState({}, {}, 0)


def critic_of(factor):
    """Q(s, a) = factor * a, for actions that are not negative."""
    first = {"0.weight": torch.tensor([[0.0, 1.0]]), "0.bias": torch.zeros(1)}
    return first | {"2.weight": torch.tensor([[factor]]), "2.bias": torch.zeros(1)}


def stacked(*critics):
    """Critics as TD3 has them."""
    return {name: torch.stack([critic[name] for critic in critics]) for name in critics[0]}


def networks(actor=MIDDLE, critic=None, target_actor=MIDDLE, target_critic=None):
    """The four networks."""
    critics = (critic or critic_of(2.0), target_critic or critic_of(8.0))
    return TrainState(actor, critics[0], target_actor, critics[1], NO_ADAM, NO_ADAM)


def episode(terminated=False, truncated=False, last_step=3, dtype=torch.float32, updates=None):
    """The record, whose last step alone ends it; `updates`: UpdateMetrics, by default of no update."""
    no = torch.zeros(3, dtype=torch.bool)
    ends = [torch.tensor([False, False, flag]) for flag in (terminated, truncated)]
    observation = torch.zeros(3, 1, dtype=dtype)
    action = torch.tensor([[1.0], [1.0], [2.0]], dtype=dtype)
    batch = Batch(observation, action, torch.tensor([1.0, 2.0, 4.0]), observation, *ends)
    nothing = UpdateMetrics(no[:0], *(torch.zeros(0, 4),) * 2, *(torch.zeros(0),) * 4)
    return EpisodeRecord(1, last_step, 0, batch.reward.sum(), terminated, truncated, batch, updates or nothing, None)
