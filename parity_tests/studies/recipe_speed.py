"""`torchrl_impl` against TorchRL's recipe, both at one frame a batch: `python -m parity_tests.studies.recipe_speed`.

Each contender runs in a process of its own on one thread: the recipe as its script leaves torch, ours as the command
line sets it, and the recipe with that setting, too, which flushes denormal numbers. They take turns over steps 3,000 to
5,000 of Pendulum-v1, 256-256, batch 128, one update a step, so that whatever else the machine does, it does to all.
"""

import argparse
import importlib.metadata
import multiprocessing
import statistics
import sys
import time
import warnings
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import NamedTuple

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from harness.process import prepare_process
from reference.config import Config

FIRST, LAST, TURNS = 3_000, 5_000, 5
CONFIG = {"env_id": "Pendulum-v1", "hidden_sizes": (256, 256), "batch_size": 128, "episodes": 1_000_000}
# The recipe's updates begin where its random actions end.
BEGIN = {"start_steps": 1_000, "update_after": 1_000}
CONTENDERS = ("torchrl_impl", "recipe", "recipe, denormals flushed")


class Block(NamedTuple):
    """One turn of a contender."""

    steps: int
    seconds: float
    cpu_seconds: float  # of all threads of its process


def steps_of(contender: str, config: Config) -> Iterator[int]:
    """Trains; yields the number of environment steps made, at the end of each episode or step."""
    if contender == "torchrl_impl":
        from torchrl_impl.train import train

        return (record.last_step for record, _ in train(config))
    from parity_tests.studies.recipe_loop import recipe_loop

    return (step for step, _ in enumerate(recipe_loop(config), start=1))


def contend(contender: str, config: Config, pipe: Connection) -> None:
    """A child process: for every step number that comes in, trains up to it, and answers with a `Block`."""
    prepare_process()
    warnings.simplefilter("ignore")
    torch.set_flush_denormal(contender != "recipe")
    steps, done = steps_of(contender, config), 0
    while (goal := pipe.recv()) is not None:
        before, began, began_cpu = done, time.perf_counter(), time.process_time()
        while done < goal:
            done = next(steps)
        pipe.send(Block(done - before, time.perf_counter() - began, time.process_time() - began_cpu))


def measure(config: Config, first: int, last: int, turns: int) -> dict[str, list[Block]]:
    """The blocks of each contender, which take turns; who begins rotates."""
    context = multiprocessing.get_context("spawn")
    pipes, blocks = {}, {name: [] for name in CONTENDERS}
    for name in CONTENDERS:
        pipes[name], other = context.Pipe()
        context.Process(target=contend, args=(name, config, other), daemon=True).start()
    for turn in track(range(turns + 1), console=Console(stderr=True), description="turns"):
        place = turn % len(CONTENDERS)
        for name in CONTENDERS[place:] + CONTENDERS[:place]:
            pipes[name].send(first + (last - first) * turn // turns)
            blocks[name].append(pipes[name].recv())
    for pipe in pipes.values():
        pipe.send(None)
    return {name: made[1:] for name, made in blocks.items()}  # without the way to the first step


def speeds(blocks: list[Block], clock: str) -> list[float]:
    """Environment steps per second of each turn."""
    return [block.steps / getattr(block, clock) for block in blocks]


def show(blocks: dict[str, list[Block]], first: int, last: int) -> None:
    """A row a contender: median and range of its speed, and what `torchrl_impl` makes of it, turn by turn."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("torch", "torchrl", "tensordict"))
    title = f"Steps {first:,} to {last:,}, one thread, {versions}"
    table = Table("contender", "clock", "steps/s", "range", "ours / its", "turns", title=title, title_justify="left")
    for clock in ("seconds", "cpu_seconds"):
        ours = speeds(blocks["torchrl_impl"], clock)
        for name, made in blocks.items():
            its = speeds(made, clock)
            ratios = [mine / other for mine, other in zip(ours, its, strict=True)]
            table.add_row(
                name,
                "wall" if clock == "seconds" else "processor",
                f"{statistics.median(its):.0f}",
                f"{min(its):.0f} to {max(its):.0f}",
                f"{statistics.median(ratios):.2f}",
                " ".join(f"{ratio:.2f}" for ratio in ratios),
            )
    Console(width=120).print(table)


def main(words: list[str]) -> int:
    """Measures and prints; 2 on bad input."""
    parser = argparse.ArgumentParser(prog="recipe_speed", usage=argparse.SUPPRESS, description=__doc__)
    parser.add_argument("--first", type=int, default=FIRST, help="environment step at which timing begins")
    parser.add_argument("--last", type=int, default=LAST)
    parser.add_argument("--turns", type=int, default=TURNS)
    options = parser.parse_args(words)
    if options.turns < 1 or options.last - options.first < 200 * options.turns or options.first < 0:
        parser.error("give --turns of 1 or more, and 200 steps or more from --first to --last for each, an episode")
    # One episode more than is timed: the last turn ends with an episode.
    config = Config(**CONFIG, **BEGIN, total_steps=options.last + 200)
    show(measure(config, options.first, options.last, options.turns), options.first, options.last)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
