"""Which part of a drop-in replay buffer computes what: the reference's sampler and writer, or TorchRL's."""

import pickle
from unittest.mock import patch

import pytest
import torch
from torchrl.data import (
    LazyTensorStorage,
    RandomSampler,
    RoundRobinWriter,
    SamplerWithoutReplacement,
    SliceSampler,
    TensorDictMaxValueWriter,
    TensorDictRoundRobinWriter,
)
from torchrl.data.replay_buffers.storages import Storage

from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_buffers import N, buffer, each_kind, frames, table, trace
from reference import replay as ring
from torchrl_impl.drop_in import replay_ring
from torchrl_impl.drop_in.replay import (
    ReferenceRandomSampler,
    ReferenceReplayBuffer,
    ReferenceRoundRobinWriter,
    ReferenceTensorDictReplayBuffer,
    ReferenceTensorDictRoundRobinWriter,
)

PARTS = {
    RandomSampler: ReferenceRandomSampler,
    RoundRobinWriter: ReferenceRoundRobinWriter,
    TensorDictRoundRobinWriter: ReferenceTensorDictRoundRobinWriter,
}


@each_kind
def test_the_arithmetic_is_the_references_and_not_torchrls(kinds):
    stop = AssertionError("TorchRL's arithmetic was asked")
    theirs = [(RoundRobinWriter, "add"), (RoundRobinWriter, "extend"), (TensorDictRoundRobinWriter, "add")]
    theirs += [(TensorDictRoundRobinWriter, "extend"), (RandomSampler, "sample"), (Storage, "_rand_given_ndim")]
    patches = [patch.object(owner, name, side_effect=stop) for owner, name in theirs]
    for each in patches:
        each.start()
    try:
        trace(buffer(kinds[0], sampler=RandomSampler()))
    finally:
        for each in patches:
            each.stop()


@pytest.mark.parametrize("function", ["indices", "next_rows"])
def test_the_reference_is_asked(function):
    asked = RuntimeError("the reference was asked")
    with patch.object(replay_ring, function, side_effect=asked), pytest.raises(RuntimeError, match=str(asked)):
        trace(buffer(ReferenceReplayBuffer))


@pytest.mark.parametrize("handed_over", [True, False], ids=["handed_over", "set_later"])
@pytest.mark.parametrize("part, place", PARTS.items(), ids=lambda part: part.__name__)
def test_a_uniform_part_of_torchrls_becomes_the_references(part, place, handed_over):
    name = "sampler" if part is RandomSampler else "writer"
    made = buffer(ReferenceReplayBuffer, **({name: part()} if handed_over else {}))
    if not handed_over:
        getattr(made, f"set_{name}")(part())
    assert type(getattr(made, name)) is place


OTHERS = {
    "without_replacement": ("sampler", SamplerWithoutReplacement),
    "slices": ("sampler", lambda: SliceSampler(num_slices=1)),
    "max_value": ("writer", lambda: TensorDictMaxValueWriter(rank_key="reward")),
}


@pytest.mark.parametrize("name, make", OTHERS.values(), ids=OTHERS.keys())
def test_any_other_part_stays_as_it_is(name, make):
    part = make()
    assert getattr(buffer(ReferenceTensorDictReplayBuffer, **{name: part}), name) is part


@pytest.mark.parametrize("compilable", [False, True], ids=["cursor_in_shared_memory", "cursor_in_the_writer"])
@each_kind
def test_a_writer_of_two_buffers_has_one_cursor(kinds, compilable):
    def shared(kind, other):
        writer, storage = RoundRobinWriter(compilable=compilable), LazyTensorStorage(N)
        both = [made(storage=storage, writer=writer, batch_size=2) for made in (kind, other)]
        for number, one in enumerate((*both, *both)):
            one.extend(frames(10 * number, 3))
        return table(both[0][:]) | {"cursor": writer._cursor, "written": both[1].write_count}

    assert_same_bits("rows", shared(*kinds), shared(kinds[1], kinds[1]))


class Watcher:
    """What is attached to a storage is told of each write."""

    def __init__(self):
        self.told = []

    def mark_update(self, index):
        self.told.append(torch.as_tensor(index).tolist())


@each_kind
def test_whatever_is_attached_to_the_storage_is_told_of_a_write_as_by_torchrl(kinds):
    def told(kind):
        made, watcher = buffer(kind), Watcher()
        made.storage.attach(watcher)
        made.extend(frames(1, 5))
        made.add(frames(6, 1)[0])
        made.extend(frames(7, 3))
        return watcher.told

    assert told(kinds[0]) == told(kinds[1]) == [[0, 1, 2, 3, 4], 5, [6, 0, 1]]


def test_a_sampler_without_replacement_is_torchrls():
    assert type(ReferenceRandomSampler(replacement=False, drop_last=True)) is SamplerWithoutReplacement
    assert type(ReferenceRandomSampler(replacement=True)) is ReferenceRandomSampler


@each_kind
def test_a_pickled_buffer_goes_on(kinds):
    made = buffer(kinds[0])
    trace(made)
    other = pickle.loads(pickle.dumps(made))
    other.set_rng(torch.Generator())
    other._rng.set_state(made._rng.get_state())
    assert type(other.writer) is type(made.writer)
    assert_same_bits("buffer", trace(other, first=100), trace(made, first=100))


@each_kind
def test_building_and_filling_one_draws_nothing(kinds):
    state = torch.get_rng_state()
    made = kinds[0](storage=LazyTensorStorage(N), batch_size=2)
    made.extend(frames(1, N))
    assert_same_bits("generator", torch.get_rng_state(), state)


@pytest.mark.parametrize("count", [1, 2, N, N + 1, 3 * N + 2])
@pytest.mark.parametrize("cursor", [0, 3, N - 1])
def test_many_rows_go_where_as_many_single_ones_would(cursor, count):
    replay, expected = ring.init(N, 1, 1, torch.float32)._replace(cursor=cursor), []
    for number in range(1, count + 1):
        row = ring.Batch(*(torch.ones(column.shape[1:], dtype=column.dtype) for column in replay.rows))
        expected.append(replay.cursor)
        replay = ring.add_(replay, row._replace(reward=torch.tensor(float(number))))
    rows, following = ring.next_rows(cursor, count, N)
    assert rows.tolist() == expected and following == replay.cursor
    assert replay.rows.reward[rows[-1]] == count
