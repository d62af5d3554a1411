"""Rung: replay, its order, its draws and its copies."""

import re
from collections import deque

import pytest
import torch

from parity_tests.assertions import assert_same_bits, unchanged
from reference import replay as ring
from reference.config import Config
from reference.state import Batch
from torchrl_impl import replay as torchrl_replay
from torchrl_impl.state import KEYS, batch_of, tensordict_of

RUNG = "replay"

N = 7
COUNTS = [1, N - 1, N, N + 1, 2 * N, 3 * N + 2]  # transitions added to a ring of N rows

each_count = pytest.mark.parametrize("count", COUNTS)
each_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["f32", "f64"])


def transition(number, dtype=torch.float32):
    """Transition `number`, from 1: its reward is its number, so that it is told from all others and from zeros."""
    generator = torch.Generator().manual_seed(number)
    observation, action, next_observation = (torch.randn(size, generator=generator, dtype=dtype) for size in (3, 2, 3))
    flags = torch.tensor(number % 2 == 0), torch.tensor(number % 3 == 0)
    return Batch(observation, action, torch.tensor(float(number)), next_observation, *flags)


def frame(number, dtype=torch.float32):
    """The same as TorchRL's collector hands it over: [1]."""
    return tensordict_of(Batch(*(column.unsqueeze(0) for column in transition(number, dtype))))


def stream():
    return torch.Generator().manual_seed(6)


def filled(count, dtype=torch.float32, size=N):
    replay = ring.init(size, 3, 2, dtype)
    for number in range(1, count + 1):
        replay = ring.add_(replay, transition(number, dtype))
    return replay


def torchrl_filled(count, dtype=torch.float32, generator=None, size=N):
    buffer = torchrl_replay.init(Config(replay_size=size, batch_size=1, probe_n=1), generator)
    for number in range(1, count + 1):
        torchrl_replay.add_(buffer, frame(number, dtype))
    return buffer


def written(replay):
    return replay._replace(rows=Batch(*(column[: replay.size] for column in replay.rows)))


def oldest_first(replay):
    turned = replay.cursor if replay.size == N else 0
    return [Batch(*(column[(turned + k) % N] for column in replay.rows)) for k in range(replay.size)]


def remembered(count):
    """What a queue of N places holds."""
    return list(deque((transition(number) for number in range(1, count + 1)), maxlen=N))


@each_count
def test_ring_holds_what_a_queue_of_its_size_holds(count):
    for place, (ours, expected) in enumerate(zip(oldest_first(filled(count)), remembered(count), strict=True)):
        assert_same_bits(f"transition {place}", ours, expected)


@each_count
def test_torchrls_ring_holds_what_a_queue_of_its_size_holds(count):
    replay = torchrl_replay.replay_of(torchrl_filled(count))
    for place, (theirs, expected) in enumerate(zip(oldest_first(replay), remembered(count), strict=True)):
        assert_same_bits(f"transition {place}", theirs, expected)


@each_count
@each_dtype
def test_ring_is_torchrls(dtype, count):
    theirs = torchrl_replay.replay_of(torchrl_filled(count, dtype))
    assert_same_bits("replay", written(filled(count, dtype)), written(theirs))


@each_count
def test_torchrls_ring_is_shown_with_all_its_rows(count):
    replay = torchrl_replay.replay_of(torchrl_filled(count))
    assert {column.shape[0] for column in replay.rows} == {N}


def test_torchrls_ring_keeps_only_what_the_loss_reads():
    buffer = torchrl_filled(0, generator=stream())
    torchrl_replay.add_(buffer, frame(1).set("step_count", torch.ones(1, 1)))
    assert set(torchrl_replay.sample(buffer, 1)[1].keys(True, True)) == set(KEYS)


def test_add_reads_its_transition_alone():
    added = transition(1)
    with unchanged("transition", added):
        replay = ring.add_(ring.init(N, 3, 2, torch.float32), added)
        replay.rows.observation.zero_()


def test_add_moves_cursor_and_size():
    places = [(filled(count).cursor, filled(count).size) for count in (0, 1, N - 1, N, N + 1)]
    assert places == [(0, 0), (1, 1), (6, 6), (0, 7), (1, 7)]  # by hand, for seven rows


@each_count
def test_sample_is_torchrls(count):
    ours_from, theirs_from = stream(), stream()
    replay, buffer = filled(count), torchrl_filled(count, generator=theirs_from)
    for number in range(3):
        index, batch = ring.sample(replay, ours_from, 16)
        torchrl_index, torchrl_batch = torchrl_replay.sample(buffer, 16)
        assert_same_bits(f"indices of batch {number}", index, torchrl_index)
        assert_same_bits(f"batch {number}", batch, batch_of(torchrl_batch))
    assert_same_bits("stream", ours_from.get_state(), theirs_from.get_state())


def test_sample_follows_a_ring_that_grows():
    ours_from, theirs_from = stream(), stream()
    replay, buffer = filled(0), torchrl_filled(0, generator=theirs_from)
    for number in range(1, 2 * N):
        replay = ring.add_(replay, transition(number))
        torchrl_replay.add_(buffer, frame(number))
        index, batch = ring.sample(replay, ours_from, 4)
        torchrl_index, torchrl_batch = torchrl_replay.sample(buffer, 4)
        assert_same_bits(f"indices after {number}", index, torchrl_index)
        assert_same_bits(f"batch after {number}", batch, batch_of(torchrl_batch))


def test_indices_are_drawn_with_replacement_from_all_rows():
    index = ring.indices(stream(), 3, 50)
    assert index.unique().tolist() == [0, 1, 2] and index.dtype == torch.int64


def test_gather_takes_the_rows_of_its_indices():
    batch = ring.gather(filled(5), torch.tensor([4, 0, 4]))
    assert batch.reward.tolist() == [5.0, 1.0, 5.0]  # by hand: row 0 holds transition 1


def test_a_ring_not_yet_full_never_gives_unwritten_rows():
    _, batch = ring.sample(filled(3), stream(), 200)
    assert batch.reward.unique().tolist() == [1.0, 2.0, 3.0]


def test_torchrls_ring_not_yet_full_never_gives_unwritten_rows():
    _, batch = torchrl_replay.sample(torchrl_filled(3, generator=stream()), 200)
    assert batch["next", "reward"].unique().tolist() == [1.0, 2.0, 3.0]


def test_a_batch_is_a_copy():
    replay = filled(N)
    with unchanged("ring", replay):
        _, batch = ring.sample(replay, stream(), 16)
        for column in batch:
            column.zero_()


def test_torchrls_batch_is_a_copy():
    buffer = torchrl_filled(N, generator=stream())
    with unchanged("ring", torchrl_replay.replay_of(buffer)):
        torchrl_replay.sample(buffer, 16)[1].zero_()


WRONG = {
    "observation": torch.zeros(1, 3),
    "action": torch.zeros(3),
    "reward": torch.zeros((), dtype=torch.float64),
    "next_observation": torch.zeros(3, dtype=torch.float64),
    "terminated": torch.zeros(()),
    "truncated": torch.zeros(1, dtype=torch.bool),
}


@pytest.mark.parametrize("field", WRONG)
def test_add_refuses_a_field_of_another_shape_or_dtype(field):
    value = WRONG[field]
    came = re.escape(f"got {tuple(value.shape)} and {value.dtype}.")
    replay = filled(2)
    refusal = pytest.raises(
        ValueError, match=f"add_ needs {field} of shape .* {came} One transition is added at a time"
    )
    with unchanged("ring", replay), refusal:
        ring.add_(replay, transition(3)._replace(**{field: value}))


def test_sampling_from_an_empty_ring_is_refused():
    with pytest.raises(ValueError, match=r"got size 0\. Add some before sampling"):
        ring.sample(filled(0), stream(), 4)


def test_sampling_from_torchrls_empty_ring_is_refused():
    with pytest.raises(RuntimeError, match="empty storage"):
        torchrl_replay.sample(torchrl_filled(0, generator=stream()), 4)


@each_count
@each_dtype
def test_a_ring_loaded_into_torchrls_comes_back(dtype, count):
    replay, buffer = filled(count, dtype), torchrl_filled(0)
    with unchanged("ring", replay):
        torchrl_replay.load_replay_(buffer, replay)
    assert_same_bits("replay", written(torchrl_replay.replay_of(buffer)), written(replay))


@each_count
def test_torchrls_ring_loaded_into_another_comes_back(count):
    replay, buffer = torchrl_replay.replay_of(torchrl_filled(count)), torchrl_filled(0)
    torchrl_replay.load_replay_(buffer, replay)
    assert_same_bits("replay", written(torchrl_replay.replay_of(buffer)), written(replay))


@pytest.mark.parametrize("count", [0, *COUNTS])
def test_a_loaded_ring_goes_on_as_the_one_it_came_from(count):
    replay, buffer = filled(count), torchrl_filled(0, generator=stream())
    torchrl_replay.load_replay_(buffer, replay)
    for number in range(count + 1, count + N):
        replay = ring.add_(replay, transition(number))
        torchrl_replay.add_(buffer, frame(number))
        assert_same_bits(f"replay after {number}", written(replay), written(torchrl_replay.replay_of(buffer)))
    index, _ = ring.sample(replay, stream(), 16)
    assert_same_bits("indices", index, torchrl_replay.sample(buffer, 16)[0])


def test_a_loaded_ring_is_a_copy():
    replay, buffer = filled(N), torchrl_filled(0)
    torchrl_replay.load_replay_(buffer, replay)
    with unchanged("ring it came from", replay):
        torchrl_replay.add_(buffer, frame(N + 1))


def test_sampling_leaves_the_global_generator_alone():
    replay, before = filled(3), torch.get_rng_state()
    ring.sample(replay, stream(), 16)
    assert_same_bits("global generator", torch.get_rng_state(), before)


def test_torchrls_sampling_leaves_the_global_generator_alone():
    buffer, before = torchrl_filled(3, generator=stream()), torch.get_rng_state()
    torchrl_replay.sample(buffer, 16)
    assert_same_bits("global generator", torch.get_rng_state(), before)
