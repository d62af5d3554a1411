"""What the drop-in replay buffers refuse, and what they take as TorchRL's do."""

import pytest
import torch
from torchrl.data import (
    LazyMemmapStorage,
    LazyTensorStorage,
    ListStorage,
)

from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_buffers import N, buffer, each_kind, each_storage, frames, table


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


def with_flag(number, count):
    return frames(number, count).set("over", torch.ones(count, 1, dtype=torch.bool))


def without_reward(number, count):
    return frames(number, count).exclude(("next", "reward"))


REFUSED = [
    pytest.param(LazyTensorStorage, without_terminated, "these lack .*'terminated'", id="tensors-lack"),
    pytest.param(LazyTensorStorage, with_flag, "these bring .*'over'", id="tensors-bring"),
    pytest.param(LazyMemmapStorage, without_terminated, "these lack .*'terminated'", id="memmap-lack"),
]


@pytest.mark.parametrize("one", [True, False], ids=["add", "extend"])
@pytest.mark.parametrize("storage, make, says", REFUSED)
@each_kind
def test_rows_with_other_flags_are_refused_and_nothing_is_written(kinds, storage, make, says, one):
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
def test_an_emptied_buffer_still_refuses_other_flags(kinds):
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


@each_kind
def test_rows_that_carry_an_index_are_taken(kinds):
    made = buffer(kinds[0])
    made.extend(frames(1, 2))
    made.extend(frames(3, 2).set("index", torch.tensor([40, 50])))
    assert made[:]["next", "reward"].flatten().tolist() == [1.0, 2.0, 3.0, 4.0]


OTHER_KEYS = {"lack": (without_reward, "these lack .*'reward'"), "bring": (with_gamma, r"these bring \['gamma'\]")}


@pytest.mark.parametrize("make, says", OTHER_KEYS.values(), ids=OTHER_KEYS.keys())
@each_kind
def test_rows_with_other_keys_are_warned_of_and_taken_as_by_torchrl(kinds, make, says):
    ours, theirs = (buffer(kind) for kind in kinds)
    for made in (ours, theirs):
        made.extend(frames(1, N))
    theirs.extend(make(20, 2))
    with pytest.warns(UserWarning, match=rf"ReferenceRoundRobinWriter needs .*{says}.* Store every key with every row"):
        ours.extend(make(20, 2))
    assert_same_bits("rows", table(ours[:]), table(theirs[:]))
