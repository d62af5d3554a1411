"""Environments that the tests need: `gymnasium.make("parity_tests.environments:ThreeActions-v0")`."""

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete


class ThreeActions(gymnasium.Env):
    """A random walk pushed by three actions with asymmetric bounds; it terminates at random."""

    observation_space = Box(-np.inf, np.inf, (4,), np.float64)
    action_space = Box(np.float32([-2.0, -0.5, -1.0]), np.float32([1.0, 0.5, 3.0]), dtype=np.float32)

    def __init__(self):
        """GymEnv offers a `frameskip` first, and does not know the words in which a class without __init__ refuses."""

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._state = self.np_random.normal(size=4)
        return self._state.copy(), {}

    def step(self, action):
        assert self.action_space.contains(action), f"{action} lies outside {self.action_space}"
        push = np.append(action, action.sum())
        self._state = 0.9 * self._state + 0.1 * push + 0.05 * self.np_random.normal(size=4)
        reward = -np.square(self._state).sum()
        return self._state.copy(), reward, bool(self.np_random.random() < 0.04), False, {}


class Still(gymnasium.Env):
    """Nothing happens; subclasses change one thing."""

    observation_space = Box(-1.0, 1.0, (2,), np.float32)
    action_space = Box(-1.0, 1.0, (1,), np.float32)
    _observation = np.zeros(2, np.float32)

    def __init__(self):
        self._steps = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self._observation.copy(), {}

    def step(self, action):
        self._steps += 1
        return self._observation.copy(), 0.0, False, False, {}


class DictObservations(Still):
    observation_space = Dict({"position": Box(-1.0, 1.0, (2,), np.float32)})


class ImageObservations(Still):
    observation_space = Box(0, 255, (8, 8, 3), np.uint8)


class DiscreteObservations(Still):
    observation_space = Discrete(4)


class UnboundedActions(Still):
    action_space = Box(-np.inf, np.inf, (1,), np.float32)


class DictActions(Still):
    action_space = Dict({"force": Box(-1.0, 1.0, (1,), np.float32)})


class WholeNumberObservations(Still):
    observation_space = Box(0, 255, (2,), np.uint8)


class Float64Actions(Still):
    """Records nothing, but insists on the dtype that its space declares."""

    action_space = Box(-1.0, 2.0, (2,), np.float64)

    def step(self, action):
        assert action.dtype == np.float64
        return super().step(action)


class LaterNan(Still):
    """The 25th observation, counted over episodes, is not finite."""

    def step(self, action):
        observation, *rest = super().step(action)
        return (observation * np.nan if self._steps == 25 else observation), *rest


class LaterInfinite(Still):
    """The 25th observation is infinite."""

    def step(self, action):
        observation, *rest = super().step(action)
        return (observation + np.inf if self._steps == 25 else observation), *rest


class NanAtReset(Still):
    """The third episode begins with an observation that is not finite."""

    _episodes = 0

    def reset(self, *, seed=None, options=None):
        observation, info = super().reset(seed=seed)
        self._episodes += seed is not None
        return (observation * np.nan if self._episodes == 3 else observation), info


class LaterNanReward(Still):
    """The 25th reward is not finite."""

    def step(self, action):
        observation, _, *rest = super().step(action)
        return observation, np.nan if self._steps == 25 else 0.0, *rest


class AlmostUnboundedActions(Still):
    action_space = Box(np.finfo(np.float32).min, np.finfo(np.float32).max, (1,), np.float32)


class LaterInfiniteReward(Still):
    """The 25th reward is not finite."""

    def step(self, action):
        observation, _, *rest = super().step(action)
        return observation, np.inf if self._steps == 25 else 0.0, *rest


class HugeReward(Still):
    """Rewards whose squared error overflows float32."""

    def step(self, action):
        observation, _, *rest = super().step(action)
        return observation, 1e25, *rest


class NeedsMissingPackage(Still):
    def __init__(self):
        raise gymnasium.error.DependencyNotInstalled("frobnicate is not installed, run `pip install frobnicate`")


_EPISODE = {ThreeActions: 60, NeedsMissingPackage: 10}

for _environment in (ThreeActions, *Still.__subclasses__()):
    gymnasium.register(f"{_environment.__name__}-v0", _environment, max_episode_steps=_EPISODE.get(_environment, 10))
gymnasium.register("Endless-v0", Still)
