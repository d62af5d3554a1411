"""The ways to train several seeds, each as processes that work only when they are told to."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import NamedTuple

import torch

from harness.errors import complain
from harness.process import prepare_process
from reference.config import Config, Update
from reference.many import train_many
from reference.train import train

EPISODE_STEPS = 200
"""Of an episode of Pendulum-v1, which never ends sooner."""


class Way(NamedTuple):
    """How seeds are trained."""

    name: str
    processes: int
    threads: int  # of each process
    stacked: bool  # or one by one
    update: Update = "fused"

    @property
    def words(self) -> str:
        """As a table says it."""
        of = "stacked" if self.stacked else "one by one"
        return f"{self.processes} x {self.threads}, {self.update}, {of}"

    def measured(self, seeds: int) -> int | None:
        """With how many seeds this way is measured where there are so many; None: it does not come about."""
        if not self.stacked:
            return self.processes if seeds >= self.processes else None
        return seeds if seeds > self.processes else None


WAYS = (
    Way("single", 1, 1, stacked=False),
    Way("single_autograd", 1, 1, stacked=False, update="autograd"),
    Way("single_2_threads", 1, 2, stacked=False),
    Way("workers", 2, 1, stacked=False),
    Way("workers_autograd", 2, 1, stacked=False, update="autograd"),
    Way("stacked", 1, 1, stacked=True),
    Way("stacked_2_threads", 1, 2, stacked=True),
    Way("stacked_workers", 2, 1, stacked=True),
)


class Contender:
    """A way with a number of seeds, as processes."""

    def __init__(self, way: Way, seeds: int, config: Config) -> None:
        context = get_context("spawn")
        self._ends: list[tuple[Connection, BaseProcess]] = []
        for worker in range(way.processes):
            ours, theirs = context.Pipe()
            share = tuple(range(seeds))[worker :: way.processes]
            process = context.Process(target=_work, args=(theirs, config, share, way), daemon=True)
            process.start()
            theirs.close()
            self._ends.append((ours, process))

    def run(self, episodes: int) -> float:
        """Every seed makes so many episodes; wall time in seconds."""
        begin = time.perf_counter()
        for connection, _ in self._ends:
            connection.send(episodes)
        for connection, _ in self._ends:
            connection.recv()
        return time.perf_counter() - begin

    def close(self) -> None:
        """Ends its processes."""
        for connection, process in self._ends:
            connection.close()
            process.join()


def times(
    ways: Sequence[Way], seeds: Sequence[int], config: Config, first_step: int, repeats: int
) -> dict[tuple[str, int], list[float]]:
    """Seconds that an episode of each seed took in each turn, by a way's name and the number of seeds."""
    contenders: dict[tuple[str, int], Contender] = {}
    try:
        for way, number in _needed(ways, seeds):
            complain(f"{way.name}, seeds: {number}; to step {first_step:,}")
            contender = contenders[way.name, number] = Contender(way, number, config)
            contender.run(-(-first_step // EPISODE_STEPS))
        taken: dict[tuple[str, int], list[float]] = {key: [] for key in contenders}
        for turn in range(repeats):
            keys = list(contenders)
            begin = turn % len(keys)  # another begins each time
            for key in keys[begin:] + keys[:begin]:
                taken[key].append(contenders[key].run(1))
        return taken
    finally:
        for contender in contenders.values():
            contender.close()


def _needed(ways: Sequence[Way], seeds: Sequence[int]) -> Iterator[tuple[Way, int]]:
    """What must be measured for these numbers of seeds; the single run always, and first."""
    pairs = [(way, way.measured(number)) for way in ways for number in (1, *seeds)]
    yield from dict.fromkeys((way, number) for way, number in pairs if number is not None)


def _work(connection: Connection, config: Config, seeds: tuple[int, ...], way: Way) -> None:
    """What a process does: episodes, when it is told to."""
    prepare_process()
    torch.set_num_threads(way.threads)
    alone = train(replace(config, seed=seeds[0]), update=way.update)
    run = train_many(config, seeds) if way.stacked else alone
    while True:
        try:
            episodes = connection.recv()
        except EOFError:
            return
        for _ in range(episodes * len(seeds)):
            next(run)
        connection.send(None)
