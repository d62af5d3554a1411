"""What `env_id="factory=parity_tests.factories:name"` calls, in the tests."""

import gymnasium
import numpy as np
from gymnasium.wrappers import RescaleAction, TimeLimit

from parity_tests.environments import Still, ThreeActions


def three_actions():
    return ThreeActions()


def limited():
    """With a time limit of its own."""
    return TimeLimit(ThreeActions(), 20)


def rescaled():
    """One that Gymnasium made, with wrappers on top."""
    return RescaleAction(gymnasium.make("Pendulum-v1"), np.float32(-1), np.float32(1))


def nothing():
    return None


def a_class():
    return Still


def raises():
    return {}["key"]


def wants_more(size):
    return Still()


def duck():
    """It has all that an environment has, and is none of Gymnasium's."""
    return Duck()


class Duck:
    observation_space, action_space = Still.observation_space, Still.action_space
    reset, step = ThreeActions.reset, ThreeActions.step


number = 3
