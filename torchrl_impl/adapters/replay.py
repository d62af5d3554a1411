"""`TensorDictReplayBuffer` in the plain loop."""

from dataclasses import replace

import torch
from torch import Tensor

from reference.config import Config
from reference.state import Batch, Replay
from torchrl_impl.replay import init, load_replay_, replay_of, sample
from torchrl_impl.state import STEPS, batch_of, tensordict_of


class BufferInTheLoop:
    """`add_` and `sample` as the plain loop calls them, on a buffer of TorchRL's.

    The `Replay` that `add_` hands back is a view of the buffer's storage. One from elsewhere, as at a run's
    start or when it is resumed, is copied into a fresh buffer first, and is not written to.
    """

    def __init__(self, config: Config) -> None:
        # The loop itself makes rows of n steps: the buffer needs no transform for it.
        self._config = replace(config, n_step=1)
        self._handed: Replay | None = None
        self.torchrl = init(self._config, torch.Generator())

    def add_(self, replay: Replay, transition: Batch, steps: Tensor | None = None) -> Replay:
        """Writes one transition over the oldest row; arguments as those of `add_` in reference/replay.py."""
        self._sync(replay)
        frame = tensordict_of(Batch(*(value.unsqueeze(0) for value in transition)))
        if replay.steps is not None:
            frame[STEPS] = torch.ones(1, dtype=torch.int64) if steps is None else steps.reshape(1)
        self.torchrl.extend(frame)
        self._handed = replay_of(self.torchrl)
        return self._handed

    def sample(self, replay: Replay, generator: torch.Generator, batch_size: int) -> tuple[Tensor, Batch]:
        """One batch and the rows it came from; arguments as those of `sample` in reference/replay.py."""
        self._sync(replay)
        self.torchrl.set_rng(generator)
        index, batch = sample(self.torchrl, batch_size)
        return index, batch_of(batch)

    def _sync(self, replay: Replay) -> None:
        if replay is self._handed:
            return
        self.torchrl = init(self._config, torch.Generator())
        load_replay_(self.torchrl, replay)
        self._handed = replay
