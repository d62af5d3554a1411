"""Rung: replay, for any sequence of adds and samples, against a queue of Python's own."""

from collections import deque

import torch
from hypothesis import given
from hypothesis import strategies as st

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.strategies import DTYPES, dtypes, examples, seeds
from parity_tests.test_replay import written
from reference import replay as ring
from reference.config import Config
from reference.state import Batch
from torchrl_impl import replay as torchrl_replay
from torchrl_impl.state import batch_of, tensordict_of

RUNG = "replay"

additions = st.lists(st.integers(1, 20), min_size=1, max_size=6)  # transitions added before each sample
rows = st.integers(1, 300)


def stack(transitions):
    return Batch(*map(torch.stack, zip(*transitions, strict=True)))


class Rings:
    """The same ring three times: the reference's, TorchRL's, and a queue."""

    def __init__(self, capacity, observation_size, action_size, dtype, seed):
        self.sizes, self.dtype, self.added = (observation_size, action_size), DTYPES[dtype], 0
        self.stream, self.torchrl_stream = (torch.Generator().manual_seed(seed) for _ in range(2))
        self.ours = ring.init(capacity, *self.sizes, self.dtype)
        self.theirs = torchrl_replay.init(Config(replay_size=capacity, batch_size=1, probe_n=1), self.torchrl_stream)
        self.queue = deque(maxlen=capacity)

    def add_(self, count):
        """The reference takes one transition at a time, TorchRL all at once."""
        transitions = [self.next_transition_() for _ in range(count)]
        with unchanged("transitions", *transitions):
            for transition in transitions:
                self.ours = ring.add_(self.ours, transition)
            torchrl_replay.add_(self.theirs, tensordict_of(stack(transitions)))
        self.queue.extend(transitions)

    def next_transition_(self):
        """Told from all others by each of its numbers; its reward is its number."""
        self.added += 1
        generator, (observation, action) = torch.Generator().manual_seed(self.added), self.sizes
        numbers = torch.randn(2 * observation + action, generator=generator, dtype=self.dtype)
        before, chosen, after = numbers.split([observation, action, observation])
        flags = torch.tensor(self.added % 2 == 0), torch.tensor(self.added % 3 == 0)
        return Batch(before, chosen, torch.tensor(float(self.added)), after, *flags)


rings = st.builds(Rings, st.integers(1, 15), st.integers(1, 6), st.integers(1, 8), dtypes, seeds)


@examples(30)
@given(rings, additions)
def test_after_any_additions_both_rings_hold_what_a_queue_holds(rings, additions):
    for count in additions:
        rings.add_(count)
        ours, theirs = rings.ours, torchrl_replay.replay_of(rings.theirs)
        first = ours.cursor if ours.size == rings.queue.maxlen else 0
        oldest_first = ring.gather(ours, torch.arange(ours.size).roll(-first))
        assert_same_bits("replay", oldest_first, stack(rings.queue))
        assert_same_bits("TorchRL's replay", written(theirs), written(ours))


@examples(30)
@given(rings, additions, rows)
def test_any_sample_is_torchrls_and_in_range(rings, additions, batch_size):
    for count in additions:
        rings.add_(count)
        index, batch = ring.sample(rings.ours, rings.stream, batch_size)
        torchrl_index, torchrl_batch = torchrl_replay.sample(rings.theirs, batch_size)
        assert_same_bits("indices", index, torchrl_index)
        assert_same_bits("batch", batch, batch_of(torchrl_batch))
        assert_same_bits("stream", rings.stream.get_state(), rings.torchrl_stream.get_state())
        assert index.min() >= 0 and index.max() < len(rings.queue)


@examples(30)
@given(rings, additions, rows)
def test_each_row_of_any_sample_is_one_that_a_queue_holds(rings, additions, batch_size):
    for count in additions:
        rings.add_(count)
    held = {transition.reward.item(): transition for transition in rings.queue}
    _, batch = ring.sample(rings.ours, rings.stream, batch_size)
    assert_same_bits("batch", batch, stack([held[number] for number in batch.reward.tolist()]))
