"""TorchRL's two uniform replay buffers with the reference's arithmetic inside.

Mirror: reference/replay.py
"""

from typing import Any

from torchrl.data import (
    RandomSampler,
    ReplayBuffer,
    RoundRobinWriter,
    TensorDictReplayBuffer,
    TensorDictRoundRobinWriter,
)
from torchrl.data.replay_buffers.samplers import Sampler
from torchrl.data.replay_buffers.writers import Writer

from torchrl_impl.drop_in.replay_ring import (
    ReferenceRandomSampler,
    ReferenceRoundRobinWriter,
    ReferenceTensorDictRoundRobinWriter,
)

_PLACES: dict[type, type] = {
    RandomSampler: ReferenceRandomSampler,
    RoundRobinWriter: ReferenceRoundRobinWriter,
    TensorDictRoundRobinWriter: ReferenceTensorDictRoundRobinWriter,
}


def reference_part(part: Any) -> Any:
    """A sampler or writer of TorchRL's as the reference's with the very same state; any other as it is.

    Both see one cursor and one generator: whoever holds the original, or another buffer on it, sees what this one does.
    """
    if type(part) not in _PLACES:
        return part
    other: Any = object.__new__(_PLACES[type(part)])
    other.__dict__ = part.__dict__
    return other


class _ReferenceParts(ReplayBuffer):
    """A buffer in which TorchRL's uniform sampler and its round-robin writer become the reference's."""

    def _maybe_make_sampler(self, sampler: Any) -> Sampler:
        return reference_part(super()._maybe_make_sampler(sampler))

    def _maybe_make_writer(self, writer: Any) -> Writer:
        return reference_part(super()._maybe_make_writer(writer))

    def set_sampler(self, sampler: Sampler) -> Sampler:
        """Sets another sampler; returns the one before."""
        return super().set_sampler(reference_part(sampler))

    def set_writer(self, writer: Writer) -> Writer:
        """Sets another writer; returns the one before."""
        return super().set_writer(reference_part(writer))


class ReferenceReplayBuffer(_ReferenceParts):
    """Takes the place of `torchrl.data.ReplayBuffer`: same arguments, rows, draws, state dict and files.

    Where a row goes and which are drawn is computed by `reference.replay`, also where you hand over a
    `RandomSampler` or `RoundRobinWriter` of TorchRL's. Storages, transforms, threads, and every other sampler and
    writer are TorchRL's own. Rows with other flags than those stored are refused; of other keys they are warned.
    """


class ReferenceTensorDictReplayBuffer(_ReferenceParts, TensorDictReplayBuffer):
    """Takes the place of `torchrl.data.TensorDictReplayBuffer`, as `ReferenceReplayBuffer` does of `ReplayBuffer`."""
