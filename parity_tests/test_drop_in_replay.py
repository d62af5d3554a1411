"""The drop-in replay buffers in the place of TorchRL's: the same rows, draws, files and errors."""

import copy
import pickle
from unittest.mock import patch

import pytest
import torch
from tensordict import TensorDict
from torchrl.data import (
    LazyMemmapStorage,
    LazyTensorStorage,
    ListStorage,
    RandomSampler,
    ReplayBuffer,
    RoundRobinWriter,
    SamplerWithoutReplacement,
    SliceSampler,
    TensorDictMaxValueWriter,
    TensorDictReplayBuffer,
    TensorDictRoundRobinWriter,
)
from torchrl.data.replay_buffers.samplers import ConsumingSampler
from torchrl.data.replay_buffers.storages import Storage

from parity_tests.assertions import assert_same_bits
from reference import replay as ring
from torchrl_impl.drop_in import replay_ring
from torchrl_impl.drop_in.replay import (
    ReferenceRandomSampler,
    ReferenceReplayBuffer,
    ReferenceRoundRobinWriter,
    ReferenceTensorDictReplayBuffer,
    ReferenceTensorDictRoundRobinWriter,
)

PLAIN = (ReferenceReplayBuffer, ReplayBuffer)
OF_TENSORDICTS = (ReferenceTensorDictReplayBuffer, TensorDictReplayBuffer)
N = 7

pytestmark = pytest.mark.filterwarnings("ignore:Loading the storage on an uninitialized TensorDict")

each_kind = pytest.mark.parametrize("kinds", [PLAIN, OF_TENSORDICTS], ids=["plain", "of_tensordicts"])
each_storage = pytest.mark.parametrize("storage", [ListStorage, LazyTensorStorage, LazyMemmapStorage])
each_tensor_storage = pytest.mark.parametrize("storage", [LazyTensorStorage, LazyMemmapStorage])
each_way = pytest.mark.parametrize("first, second", [(0, 1), (1, 0)], ids=["to_torchrls", "from_torchrls"])


def frames(first, count):
    """Transitions from number `first`; their rewards are their numbers."""
    reward = torch.arange(first, first + count, dtype=torch.float32).unsqueeze(-1)
    following = {"reward": reward, "observation": reward * 0.1, "terminated": reward % 3 == 0}
    return TensorDict({"observation": reward * 0.2, "next": TensorDict(following, [count])}, [count])


def seeded():
    return torch.Generator().manual_seed(2)


def buffer(kind, storage=LazyTensorStorage, size=N, seed=6, **options):
    return kind(storage=storage(size), generator=torch.Generator().manual_seed(seed), **{"batch_size": 5, **options})


def table(data):
    """A sample or the stored rows as tensors by name."""
    if isinstance(data, (list, tuple)):
        data = torch.stack(list(data))
    return dict(sorted((str(key), value) for key, value in data.items(True, True)))


def trace(buffer, first=1, sizes=(1, 3, 2, 1, 5, N, 2, 4)):
    """Adds one row, and then so many at once; what each call answered, what is stored, and what is drawn."""
    found, number = {}, first
    for size in sizes:
        found[f"added at {number}"] = buffer.add(frames(number, 1)[0])
        found[f"extended at {number}"] = buffer.extend(frames(number + 1, size))
        number += size + 1
        found[f"stored at {number}"] = table(buffer[:])
        found[f"cursor at {number}"] = buffer.writer.state_dict()
        sample, info = buffer.sample(return_info=True)
        found[f"sample at {number}"] = table(sample)
        found[f"drawn at {number}"] = torch.as_tensor(info["index"])
    return found | {"generator": buffer._rng.get_state()}


@each_storage
@each_kind
def test_rows_and_draws_are_torchrls(kinds, storage):
    assert_same_bits("buffer", *(trace(buffer(kind, storage)) for kind in kinds))


@each_kind
def test_without_a_generator_the_global_one_is_drawn_from_as_by_torchrl(kinds):
    def drawn(kind):
        torch.manual_seed(8)
        filled = kind(storage=LazyTensorStorage(N))
        filled.extend(frames(1, 5))
        return {"samples": table(filled.sample(100)), "generator": torch.get_rng_state()}

    with torch.random.fork_rng(devices=[]):
        assert_same_bits("sample", *map(drawn, kinds))


@each_kind
def test_batches_prefetched_by_one_thread_are_torchrls(kinds):
    def drawn(kind):
        filled = buffer(kind, prefetch=1)
        filled.extend(frames(1, N))
        return {number: table(filled.sample()) for number in range(10)}

    assert_same_bits("sample", *map(drawn, kinds))


@each_kind
def test_batches_prefetched_by_many_threads_are_torchrls_in_some_order(kinds):
    def drawn(kind):
        filled = buffer(kind, prefetch=3)
        filled.extend(frames(1, N))
        taken = [filled.sample(return_info=True)[1]["index"] for _ in range(10)]
        ahead = [future.result()[1]["index"] for future in filled._prefetch_queue]
        return sorted(index.tolist() for index in (*taken, *ahead))

    assert drawn(kinds[0]) == drawn(kinds[1])


@each_kind
def test_iterating_gives_torchrls_batches(kinds):
    def drawn(kind):
        filled = buffer(kind)
        filled.extend(frames(1, N))
        return {number: table(batch) for number, batch in zip(range(10), filled, strict=False)}

    assert_same_bits("batch", *map(drawn, kinds))


@each_storage
@each_kind
def test_a_half_filled_buffer_is_indexed_as_torchrls(kinds, storage):
    def indexed(kind):
        filled = buffer(kind, storage)
        filled.extend(frames(1, 4))
        rows = {str(index): table(filled[index]) for index in (slice(None), slice(1, 3), torch.tensor([3, 0, 3]))}
        return rows | {"one": table(filled[2]), "length": len(filled)}

    assert_same_bits("rows", *map(indexed, kinds))


@each_way
@each_storage
@each_kind
def test_a_state_dict_goes_on_in_the_other_class(kinds, storage, first, second):
    begun, other = (buffer(kinds[1 - place], storage, seed=place) for place in (first, second))
    trace(begun)
    other.load_state_dict(copy.deepcopy(begun.state_dict()))
    assert_same_bits("buffer", trace(other, first=100), trace(begun, first=100))


@each_way
@each_tensor_storage
@each_kind
def test_a_file_goes_on_in_the_other_class(kinds, storage, first, second, tmp_path):
    begun, other = (buffer(kinds[1 - place], storage, seed=place) for place in (first, second))
    trace(begun)
    begun.dumps(tmp_path)
    other.loads(tmp_path)
    assert_same_bits("buffer", trace(other, first=100), trace(begun, first=100))


@each_kind
def test_storages_of_two_dimensions_are_torchrls(kinds):
    def filled(kind):
        made = kind(storage=LazyTensorStorage(12, ndim=2), generator=seeded(), batch_size=4)
        found = {}
        for number in (1, 4, 7):
            rows = torch.stack([frames(number, 3), frames(number + 50, 3)])
            found[number] = {"index": made.extend(rows), "stored": table(made[:]), "sample": table(made.sample())}
        return found

    assert_same_bits("buffer", *map(filled, kinds))


def test_other_things_than_tensordicts_are_kept_as_by_torchrl():
    def filled(kind, writer):
        texts = kind(storage=ListStorage(3), writer=writer(), generator=seeded(), batch_size=4, collate_fn=list)
        texts.extend(["a", "b"])
        texts.extend(["c", "d"])
        pairs = kind(storage=LazyTensorStorage(3), generator=seeded(), batch_size=4)
        pairs.extend((torch.arange(2), {"x": torch.ones(2, 3)}))
        return {"texts": texts[:], "sample": texts.sample(), "pairs": dict(enumerate(pairs.sample()))}

    assert_same_bits("buffer", *map(filled, PLAIN, (ReferenceRoundRobinWriter, RoundRobinWriter)))


@each_kind
def test_stamps_of_rows_written_again_are_torchrls(kinds):
    def stamped(kind):
        writer = TensorDictRoundRobinWriter if kind in OF_TENSORDICTS else RoundRobinWriter
        return trace(buffer(kind, writer=writer(track_generations=True)))

    ours, theirs = map(stamped, kinds)
    assert_same_bits("buffer", ours, theirs)
    assert any("_generation" in value for name, value in ours.items() if name.startswith("cursor"))


@each_kind
def test_rows_consumed_by_sampling_are_torchrls(kinds):
    def consumed(kind):
        filled = buffer(kind, consume_after_n_samples=1, batch_size=2)
        filled.extend(frames(1, N))
        found = {number: table(filled.sample()) for number in range(2)}
        filled.extend(frames(20, 3))
        return found | {"stored": table(filled[:]), "last": table(filled.sample())}

    assert isinstance(buffer(kinds[0], consume_after_n_samples=1).sampler, ConsumingSampler)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        ours = consumed(kinds[0])
        torch.manual_seed(1)
        assert_same_bits("buffer", ours, consumed(kinds[1]))


# Which parts compute.

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


@each_kind
def test_a_writer_of_two_buffers_has_one_cursor(kinds):
    def shared(kind, other):
        writer, storage = RoundRobinWriter(), LazyTensorStorage(N)
        both = [made(storage=storage, writer=writer, batch_size=2) for made in (kind, other)]
        for number, one in enumerate((*both, *both)):
            one.extend(frames(10 * number, 3))
        return table(both[0][:]) | {"cursor": writer._cursor, "written": both[1].write_count}

    assert_same_bits("rows", shared(*kinds), shared(kinds[1], kinds[1]))


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


# What is refused.


@each_storage
@each_kind
def test_sampling_while_empty_is_refused_in_one_line(kinds, storage):
    needed = (
        r"^Cannot sample from an empty storage\. ReferenceRandomSampler needs one row or more; got 0\. Add some .*$"
    )
    with pytest.raises(RuntimeError, match=needed):
        buffer(kinds[0], storage).sample()


@each_kind
def test_sampling_an_emptied_buffer_is_refused(kinds):
    made = buffer(kinds[0])
    made.extend(frames(1, 3))
    made.empty()
    with pytest.raises(RuntimeError, match="got 0"):
        made.sample()


@each_kind
def test_adding_no_rows_is_refused(kinds):
    with pytest.raises(RuntimeError, match="Expected at least one element in extend"):
        buffer(kinds[0]).extend(frames(1, 3)[:0])


def without_terminated(number, count):
    return frames(number, count).exclude(("next", "terminated"))


def with_gamma(number, count):
    return frames(number, count).set("gamma", torch.full((count, 1), 0.9))


REFUSED = [
    pytest.param(LazyTensorStorage, without_terminated, "these lack .*'terminated'", id="tensors-lack"),
    pytest.param(LazyTensorStorage, with_gamma, "these bring .*'gamma'", id="tensors-bring"),
    pytest.param(LazyMemmapStorage, without_terminated, "these lack .*'terminated'", id="memmap-lack"),
]


@pytest.mark.parametrize("one", [True, False], ids=["add", "extend"])
@pytest.mark.parametrize("storage, make, says", REFUSED)
@each_kind
def test_rows_with_other_keys_are_refused_and_nothing_is_written(kinds, storage, make, says, one):
    made = buffer(kinds[0], storage)
    made.extend(frames(1, N))
    stored, before = {name: value.clone() for name, value in table(made[:]).items()}, made.writer.state_dict()
    with pytest.raises(ValueError, match=rf"ReferenceRoundRobinWriter needs .*{says}.* Store every key with every row"):
        made.add(make(20, 1)[0]) if one else made.extend(make(20, 2))
    assert_same_bits("rows", table(made[:]), stored)
    assert made.writer.state_dict() == before


@each_kind
def test_a_memory_map_leaves_a_new_key_out_as_torchrls(kinds):
    def filled(kind):
        made = buffer(kind, LazyMemmapStorage)
        made.extend(frames(1, 2))
        made.extend(with_gamma(3, 2))
        return table(made[:])

    assert_same_bits("rows", *map(filled, kinds))


@each_kind
def test_an_emptied_buffer_still_refuses_other_keys(kinds):
    made = buffer(kinds[0])
    made.extend(frames(1, N))
    made.empty()
    with pytest.raises(ValueError, match="lack"):
        made.extend(without_terminated(1, 2))


@each_kind
def test_a_list_takes_rows_with_other_keys_as_torchrls(kinds):
    def filled(kind):
        made = buffer(kind, ListStorage)
        made.extend(frames(1, 2))
        made.add(with_gamma(3, 1)[0])
        return table(made[2])

    assert_same_bits("row", *map(filled, kinds))
