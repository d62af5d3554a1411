"""Trajectories for n-step returns, and the rows of replay that each implementation makes of them."""

import torch

from reference import replay as ring
from reference.config import Config
from reference.n_step import push
from reference.state import Batch, Replay
from torchrl_impl import replay as torchrl_replay
from torchrl_impl.n_step import load_window_, window_of
from torchrl_impl.state import tensordict_of


def trajectory(rewards, terminated=(), truncated=(), dtype=torch.float32) -> Batch:
    """[T] steps: step t, from 0, sees t, does 10 t and finds t + 0.5; those listed end an episode."""
    step = torch.arange(len(rewards))
    seen = step.to(dtype).unsqueeze(-1)
    reward = torch.as_tensor(rewards, dtype=torch.float32)
    ends = (torch.isin(step, torch.tensor(where, dtype=torch.int64)) for where in (terminated, truncated))
    return Batch(seen, 10 * seen, reward, seen + 0.5, *ends)


def part(steps: Batch, index) -> Batch:
    """One of some steps, or a slice of them; a copy."""
    return Batch(*(column[index].clone() for column in steps))


def n_step_config(n: int, gamma: float = 0.5, size: int = 200) -> Config:
    """A run of n-step returns with `size` rows of replay."""
    return Config(n_step=n, gamma=gamma, replay_size=size, batch_size=1, probe_n=1)


class Reference:
    """The reference's ring, and the window of steps that wait for n more."""

    def __init__(self, config: Config, dtype=torch.float32, observation_size=1, action_size=1):
        self.config = config
        self._ring = ring.init(config.replay_size, observation_size, action_size, dtype, n_step=2)
        self.window = ring.init(0, observation_size, action_size, dtype).rows

    def add_(self, steps: Batch):
        for step in range(len(steps.reward)):
            transition = Batch(*(column[step] for column in steps))
            self.window, ready = push(self.window, transition, self.config.n_step, self.config.gamma)
            self._ring = self._ring if ready is None else ring.add_(self._ring, *ready)

    def load_(self, replay, window):
        self._ring = replay._replace(rows=part(replay.rows, ...), steps=replay.steps.clone())
        self.window = window

    def replay(self):
        return self._ring


class TorchRL:
    """TorchRL's; it takes one step at a time, as our collector hands them over, unless told otherwise."""

    def __init__(self, config: Config, buffer=None):
        self.config, self.last = config, None
        self.buffer = torchrl_replay.init(config, torch.Generator()) if buffer is None else buffer

    def add_(self, steps: Batch, at_once: int = 1):
        for first in range(0, len(steps.reward), at_once):
            self.last = tensordict_of(Batch(*(column[first : first + at_once] for column in steps)))
            torchrl_replay.add_(self.buffer, self.last)

    def load_(self, replay, window):
        torchrl_replay.load_replay_(self.buffer, replay)
        load_window_(self.buffer, window)
        self.last = tensordict_of(part(replay.rows, slice(1)))

    def replay(self):
        if len(self.buffer):
            return torchrl_replay.replay_of(self.buffer)
        return torchrl_replay.empty_replay(self.config, self.last[:1])

    @property
    def window(self):
        return window_of(self.buffer, self.config, self.last)


SIDES = {"reference": Reference, "torchrl": TorchRL}


def written(side: Reference | TorchRL) -> Replay:
    """A side's replay, cut to the rows that were written."""
    replay = side.replay()
    return replay._replace(rows=part(replay.rows, slice(replay.size)), steps=replay.steps[: replay.size].clone())
