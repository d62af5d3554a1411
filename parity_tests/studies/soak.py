"""`make soak`: both implementations in lockstep over a long run; memory, speed and equality, as a table.

Every network is compared at every update, everything else at the ends of episodes. Both runs live in one process,
whose resident size is read after every episode; each episode's line is in the log as soon as it is measured.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import tyro
from rich.console import Console
from rich.table import Table

from harness.bench.floor import floor_updates
from harness.files import append_lines
from harness.lockstep import lockstep
from harness.process import prepare_process
from harness.watch import watch
from parity_tests.studies.page import write_between_markers
from parity_tests.studies.soak_verdict import FLOORS, SIDES, Episode, judge, page, rows
from reference.config import Config

PAGE = Path("docs/soak.md")


@dataclass(frozen=True)
class Soak:
    """Train both sides in lockstep for long."""

    steps: int = 200_000
    """Environment steps of each side."""
    replay: int = 100_000
    """Rows of replay."""
    hidden_sizes: tuple[int, ...] = (256, 256)
    """Of the networks."""
    update_after: int = 1_000
    """Environment steps before the first update."""
    env_id: str = "Pendulum-v1"
    """The environment."""
    log: Path = Path("runs/soak.jsonl")
    """New file; a line for each episode."""
    write: bool = False
    """Write the tables into docs/soak.md."""


class Clock:
    """Sums the seconds that an iterator takes for what it yields."""

    def __init__(self, read: Callable[[], float]) -> None:
        self._read, self._spent = read, 0.0

    def timed(self, made: Iterator) -> Iterator:
        """The same, timed."""
        while True:
            begin = self._read()
            try:
                item = next(made)
            except StopIteration:
                return
            finally:
                self._spent += self._read() - begin
            yield item

    def take(self) -> float:
        """What was spent since the last time it was taken."""
        spent, self._spent = self._spent, 0.0
        return spent


def config_of(options: Soak) -> Config:
    """The notebook's run, made long."""
    return Config(
        env_id=options.env_id,
        total_steps=options.steps,
        episodes=options.steps,
        replay_size=options.replay,
        hidden_sizes=options.hidden_sizes,
        update_after=options.update_after,
    )


def resident() -> int:
    """Bytes that this process holds in memory, as Linux tells them."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def floors(config: Config) -> Iterator[None]:
    """Does the floor's work each time it is asked: what the machine has left for this process, at that time."""
    run = floor_updates(config)
    while True:
        run(FLOORS)
        yield


def soak(config: Config) -> Iterator[Episode]:
    """Both runs, episode by episode, to their end or to the first difference."""
    wall = {name: Clock(time.perf_counter) for name in (*SIDES, "floor")}
    processor = {name: Clock(time.process_time) for name in (*SIDES, "floor")}
    floor = processor["floor"].timed(wall["floor"].timed(floors(config)))
    ours, theirs = (processor[side].timed(wall[side].timed(watch(side, config))) for side in SIDES)
    step = update = 0
    for compared in lockstep(ours, theirs, config):
        if compared.record is not None:
            step, update = compared.record.last_step, compared.record.last_update
        next(floor)
        yield Episode(
            step,
            update,
            resident(),
            {name: clock.take() for name, clock in wall.items()},
            {name: clock.take() for name, clock in processor.items()},
            compared.quantities.total(),
            compared.elements.total(),
            compared.difference,
        )


def read(log: Path) -> list[Episode]:
    """A log's episodes."""
    return [Episode(**json.loads(line)) for line in log.read_text().splitlines()]


def report(options: Soak) -> int:
    """Prints a log's table, and writes the page if it is to; 1 where something differs or grows."""
    log = read(options.log)
    verdict = judge(log, options.replay)
    table = Table(title="Soak", show_header=False, title_justify="left")
    for name, text in rows(verdict):
        table.add_row(name, text)
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    if options.write:
        widths = "-".join(map(str, options.hidden_sizes))
        head = (
            f"{options.env_id}, networks of {widths}, batch 128, replay of {options.replay:,} rows, an update at every "
            f"step after the first {options.update_after:,}:"
        )
        write_between_markers(PAGE, page(verdict, log, head))
    return 0 if verdict.good else 1


def main(words: list[str] | None = None) -> int:
    """Soaks and reports; 2 on bad input."""
    options = tyro.cli(Soak, args=words, prog="soak", description=__doc__)
    try:
        config = config_of(options)
        if options.log.exists():
            raise ValueError(f"log must be a new file; {options.log} is there.")
        prepare_process()
        options.log.parent.mkdir(parents=True, exist_ok=True)
        options.log.touch()
        append_lines(options.log, (episode._asdict() for episode in soak(config)))
        return report(options)
    except ValueError as error:
        print(f"soak: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
