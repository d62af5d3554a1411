"""Environments that misbehave in mid-run: `gymnasium.make("parity_tests.host_environments:ZeroDivision-v0")`.

Each behaves for 24 steps, counted over episodes of 10 steps, and then does one thing wrong.
"""

import sys
import time

import gymnasium
import numpy as np
from gymnasium.spaces import Box

FIRST = 25
"""The step that goes wrong."""


class Wandering(gymnasium.Env):
    """A random walk that behaves; subclasses answer otherwise at the 25th step."""

    observation_space = Box(-100.0, 100.0, (2,), np.float32)
    action_space = Box(-1.0, 1.0, (1,), np.float32)

    def __init__(self):
        self._steps, self._resets = 0, 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._state = self.np_random.normal(size=2).astype(np.float32)
        return self._state.copy(), {}

    def step(self, action):
        self._steps += 1
        push = 0.1 * self.np_random.normal(size=2)
        self._state = (0.9 * self._state + 0.1 * action + push).astype(np.float32)
        answer = self._state.copy(), -float(np.square(self._state).sum()), False, False, {}
        return self.wrong(*answer) if self._steps >= FIRST else answer

    def wrong(self, *answer):
        return answer


class ZeroDivision(Wandering):
    def wrong(self, *answer):
        return 1 / 0


class BrokenPipe(Wandering):
    """As a simulator that is gone: an OSError, which is not one of the disk's."""

    def wrong(self, *answer):
        raise ConnectionResetError("the simulator hung up")


class TwoLines(Wandering):
    def wrong(self, *answer):
        raise RuntimeError("first line\n\n  second line" + 3_000 * " x")


class Leaves(Wandering):
    """As a script does that knows no better."""

    def wrong(self, *answer):
        sys.exit("bye")


class BreaksAtReset(Wandering):
    def reset(self, *, seed=None, options=None):
        if self._steps >= FIRST - 5:
            raise KeyError("level 3")
        return super().reset(seed=seed)


class Hangs(Wandering):
    def wrong(self, *answer):
        time.sleep(600)


class Longer(Wandering):
    """An observation with one number more."""

    def wrong(self, observation, *rest):
        return np.append(observation, observation[:1]), *rest


class Scalar(Wandering):
    """One number, which would spread over both."""

    def wrong(self, observation, *rest):
        return observation[0], *rest


class Column(Wandering):
    """As many numbers, in another shape."""

    def wrong(self, observation, *rest):
        return observation[:, None], *rest


class Words(Wandering):
    def wrong(self, observation, *rest):
        return np.array(["left", "right"]), *rest


class Complex(Wandering):
    def wrong(self, observation, *rest):
        return observation + 1j, *rest


class Nothing(Wandering):
    def wrong(self, observation, *rest):
        return None, *rest


class FourValues(Wandering):
    """As before Gymnasium 0.26."""

    def wrong(self, *answer):
        return answer[:3] + answer[4:]


class TwoRewards(Wandering):
    def wrong(self, observation, reward, *rest):
        return observation, np.array([reward, reward]), *rest


class NoReward(Wandering):
    def wrong(self, observation, reward, *rest):
        return observation, None, *rest


class RewardInWords(Wandering):
    def wrong(self, observation, reward, *rest):
        return observation, "high", *rest


class TwoEnds(Wandering):
    def wrong(self, observation, reward, terminated, *rest):
        return observation, reward, np.array([True, False]), *rest


class RewardInABox(Wandering):
    """An array of one number, as older environments give."""

    def wrong(self, observation, reward, *rest):
        return observation, np.array([reward]), *rest


class Doubles(Wandering):
    """Another precision from one step to the next."""

    def wrong(self, observation, *rest):
        return observation.astype(np.float64) + 1e-12, *rest


class WholeNumbers(Wandering):
    def wrong(self, observation, *rest):
        return (10 * observation).astype(np.int64), *rest


class Outside(Wandering):
    """Beyond the box that it declares."""

    def wrong(self, observation, *rest):
        return observation + np.float32(500.0), *rest


for _environment in (Wandering, *Wandering.__subclasses__()):
    gymnasium.register(f"{_environment.__name__}-v0", _environment, max_episode_steps=10)
