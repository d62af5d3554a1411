"""The drop-in replay buffers in the place of TorchRL's: the same rows, draws and files."""

import copy

import pytest
import torch
from torchrl.data import (
    LazyTensorStorage,
    ListStorage,
    RoundRobinWriter,
    TensorDictRoundRobinWriter,
)
from torchrl.data.replay_buffers.samplers import ConsumingSampler

from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_buffers import (
    OF_TENSORDICTS,
    PLAIN,
    N,
    buffer,
    each_kind,
    each_storage,
    each_tensor_storage,
    each_way,
    frames,
    seeded,
    table,
    trace,
)
from torchrl_impl.drop_in.replay import (
    ReferenceRoundRobinWriter,
)

pytestmark = pytest.mark.filterwarnings("ignore:Loading the storage on an uninitialized TensorDict")


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
