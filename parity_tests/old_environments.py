"""Environments written for `gym` before 0.26: `reset()` gives an observation alone, `step` four values."""

import gym
import gymnasium
import numpy as np
from gym.spaces import Box
from gym.utils import seeding

from parity_tests.environments import ThreeActions


class OldThreeActions(gym.Env):
    """`environments.ThreeActions` as gym 0.21 would have had it written, from the same draws."""

    observation_space = Box(-np.inf, np.inf, (4,), np.float64)
    action_space = Box(np.float32([-2.0, -0.5, -1.0]), np.float32([1.0, 0.5, 3.0]), dtype=np.float32)

    def seed(self, seed=None):
        self.np_random, seed = seeding.np_random(seed)
        return [seed]

    def reset(self):
        self._state = self.np_random.normal(size=4)
        return self._state.copy()

    def step(self, action):
        assert self.action_space.contains(action), f"{action} lies outside {self.action_space}"
        push = np.append(action, action.sum())
        self._state = 0.9 * self._state + 0.1 * push + 0.05 * self.np_random.normal(size=4)
        reward = -np.square(self._state).sum()
        return self._state.copy(), reward, bool(self.np_random.random() < 0.04), {}


class Plain:
    """Nothing happens, seven times; it derives from nothing, and its boxes are Gymnasium's."""

    observation_space = gymnasium.spaces.Box(-1.0, 1.0, (2,), np.float32)
    action_space = gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float32)

    def seed(self, seed=None):
        pass

    def reset(self):
        self._steps = 0
        return np.zeros(2, np.float32)

    def step(self, action):
        self._steps += 1
        return np.zeros(2, np.float32), 0.0, self._steps == 7, self._info()

    def _info(self):
        return {}


class SaysTruncated(Plain):
    """Its end is a time limit's, and it says so in the one place that the old interface had for it."""

    def _info(self):
        return {"TimeLimit.truncated": self._steps == 7}


class WithoutSeed(Plain):
    seed = None


class OfTheYearsBetween(Plain):
    """gym 0.22 to 0.25: `reset` takes a seed, and info only comes when asked for."""

    def reset(self, *, seed=None, return_info=False, options=None):
        return super().reset()


class WithDiscreteActions(Plain):
    action_space = gymnasium.spaces.Discrete(3)


class Renamed(gymnasium.Env):
    """Its `import gym` has become `import gymnasium`, and nothing else has changed."""

    observation_space, action_space = Plain.observation_space, Plain.action_space
    seed, reset, step, _info = Plain.seed, Plain.reset, Plain.step, Plain._info

    def __init__(self):
        pass


class NewThreeActions(gym.Env):
    """Of gym 0.26, whose interface is Gymnasium's, and whose spaces are not."""

    observation_space, action_space = OldThreeActions.observation_space, OldThreeActions.action_space

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._state = self.np_random.normal(size=4)
        return self._state.copy(), {}

    step = ThreeActions.step


gym.register("OldThreeActions-v0", OldThreeActions, max_episode_steps=60)
gym.register("ByItsPlace-v0", "parity_tests.old_environments:OldThreeActions", max_episode_steps=60)
gymnasium.register("Renamed-v0", Renamed, max_episode_steps=10)
gymnasium.register("UnderGymnasiumsId-v0", OldThreeActions, max_episode_steps=10)
