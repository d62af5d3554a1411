"""Probe environments: so small that the value of every action is known in closed form.

`gymnasium.make("parity_tests.probe_environments:ConstantReward-v0")`. Rewards are at most 1, actions lie in [-1, 1].

After Andy Jones, https://andyljones.com/posts/rl-debugging.html, section "Probe environments".
"""

import gymnasium
import numpy as np
from gymnasium.spaces import Box


class ConstantReward(gymnasium.Env):
    """One step, and a reward of 1 whatever one sees or does: Q = 1."""

    observation_space = Box(-1.0, 1.0, (1,), np.float32)
    action_space = Box(-1.0, 1.0, (1,), np.float32)

    def __init__(self):
        self.seen = 0.0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.seen = self.first_seen()
        return self.observation(), {}

    def step(self, action):
        reward, terminated = self.outcome(float(action[0]))
        return self.observation(), reward, terminated, False, {}

    def observation(self):
        return np.array([self.seen], np.float32)

    def first_seen(self):
        return 0.0

    def outcome(self, action):
        """Reward, and whether the episode has terminated."""
        return 1.0, True


class ConstantRewardWithoutEnd(ConstantReward):
    """The same, but nothing except a time limit ends it: Q = 1 / (1 - gamma)."""

    def outcome(self, action):
        return 1.0, False


class ObservedReward(ConstantReward):
    """The reward is what one sees, which each episode draws anew: Q(s, a) = s."""

    def first_seen(self):
        return self.np_random.uniform(-1.0, 1.0)

    def outcome(self, action):
        return float(self.observation()[0]), True


class ChosenReward(ConstantReward):
    """The action decides, and 0.5 is best: Q(s, a) = 1 - (a - 0.5)^2."""

    def outcome(self, action):
        return 1.0 - (action - 0.5) ** 2, True


class DelayedReward(ConstantReward):
    """Two steps, seen as 0 and 1, and the reward of 1 comes with the second: Q(0, a) = gamma, Q(1, a) = 1."""

    def outcome(self, action):
        before, self.seen = self.seen, 1.0
        return before * self.reward(action), before == 1.0

    def reward(self, action):
        return 1.0


class DelayedChosenReward(DelayedReward):
    """The second action decides, and 0.5 is best: Q(1, a) = 1 - (a - 0.5)^2 and, for the best policy, Q(0, a) = gamma.

    If the second action is uniform, Q(0, a) is 5/12 of that: a target by the stored action would show.
    """

    def reward(self, action):
        return 1.0 - (action - 0.5) ** 2


_EPISODE = {ConstantRewardWithoutEnd: 5}
for _environment in (ConstantReward, *ConstantReward.__subclasses__(), *DelayedReward.__subclasses__()):
    gymnasium.register(f"{_environment.__name__}-v0", _environment, max_episode_steps=_EPISODE.get(_environment, 10))
