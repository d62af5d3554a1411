"""n-step returns by `MultiStepTransform`, inside the replay buffer.

Mirror: reference/n_step.py
"""

import torch
from tensordict import TensorDictBase
from torchrl.data import TensorDictReplayBuffer
from torchrl.envs import MultiStepTransform

from reference.config import Config
from reference.state import Batch
from torchrl_impl.state import batch_of, tensordict_of


def make_transform(config: Config) -> MultiStepTransform | None:
    """What turns frames into rows on their way into the buffer; None where a row is one step.

    By default `MultiStepTransform` keeps the first step's `terminated`, and a row that ends in a
    terminal state bootstraps from it; with no `done_keys` the flags are the last step's.
    """
    return None if config.n_step == 1 else MultiStepTransform(config.n_step, config.gamma, done_keys=[])


def window_of(buffer: TensorDictReplayBuffer, config: Config, frame: TensorDictBase) -> Batch | None:
    """The steps that wait for n more: a copy; None where a row is one step.

    The transform keeps them where no state dict reaches.

    Args:
        buffer: with the transform that `make_transform` made.
        config: n.
        frame: any [1, ...] of the run, for its shapes.
    """
    if config.n_step == 1:
        return None
    waiting = buffer.transform[0]._buffer
    return batch_of(frame[:0] if waiting is None else waiting.clone())


def load_window_(buffer: TensorDictReplayBuffer, window: Batch | None) -> None:
    """Puts waiting steps into a fresh buffer's transform."""
    if window is not None and len(window.reward):
        buffer.transform[0]._buffer = tensordict_of(Batch(*map(torch.clone, window)))
