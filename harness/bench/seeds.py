"""`python -m harness.bench.seeds`: what is faster for several seeds, stacks, threads or processes.

Each way of training is one process or two, alive from the start and idle until its turn comes. In a turn every seed of
a way makes the steps of one episode of Pendulum-v1, all ways in turns. A way's figure is how much faster its seeds'
steps are made than by one run after the other, in one process of one thread: the median of the turns' ratios.

One process for each core takes seeds one by one, so that S seeds take ceil(S / 2) times what two take at once; this is
measured for two seeds, and computed from that for more.
"""

import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import tyro
from rich.console import Console
from rich.table import Table

from harness.bench.seeds_ways import EPISODE_STEPS, WAYS, Way, times
from harness.fingerprint import versions
from reference.config import Config

SINGLE = WAYS[0]
"""What all ratios are to."""


@dataclass(frozen=True)
class Options:
    """What is measured."""

    seeds: tuple[int, ...] = (1, 2, 4, 8, 16)
    """Numbers of seeds."""
    hidden_sizes: tuple[int, ...] = (256, 256)
    """Of every network."""
    batch_size: int = 128
    """Rows of a batch."""
    first_step: int = 3_000
    """Steps that each run makes before it is timed, rounded up to whole episodes."""
    repeats: int = 5
    """Turns."""
    threads: int = 2
    """The most of a process; with 1, ways of 2 are left out, which a busy neighbour makes wait long."""
    json: bool = False
    """Print one JSON object on standard output, and nothing else there."""


def main() -> int:
    """Measures, and prints a row for each number of seeds and a column for each way."""
    options = tyro.cli(Options)
    wrong = [name for name in ("seeds", "hidden_sizes") if min(getattr(options, name), default=0) < 1]
    wrong += [name for name in ("batch_size", "first_step", "repeats", "threads") if getattr(options, name) < 1]
    if wrong:
        print(f"ddpg: {wrong[0]} must be at least 1; got {getattr(options, wrong[0])}.", file=sys.stderr)
        return 2
    config = Config(
        episodes=10**9, hidden_sizes=options.hidden_sizes, batch_size=options.batch_size, probe_every_episodes=10**9
    )
    ways = tuple(way for way in WAYS if way.threads <= options.threads)
    figures = _figures(options, ways, times(ways, options.seeds, config, options.first_step, options.repeats))
    if options.json:
        print(json.dumps(figures))
    else:
        Console().print(table(figures))
    return 0


def speed(way: Way, seeds: int, taken: dict[tuple[str, int], list[float]]) -> list[float] | None:
    """How often faster than one after the other, in each turn; None: there is no such way for so few seeds.

    Args:
        way: how they are trained.
        seeds: how many.
        taken: seconds of each turn by a way's name and the number of seeds that it was measured with.
    """
    measured = way.measured(seeds)
    if measured is None:
        return None
    rounds = 1 if way.stacked else -(-seeds // measured)
    single, ours = taken[SINGLE.name, 1], taken[way.name, measured]
    return [seeds * alone / (rounds * together) for alone, together in zip(single, ours, strict=True)]


def _figures(options: Options, ways: tuple[Way, ...], taken: dict[tuple[str, int], list[float]]) -> dict[str, Any]:
    rows = []
    for seeds in options.seeds:
        speeds = {way.name: speed(way, seeds, taken) for way in ways}
        rows.append({"seeds": seeds, **{name: value and spread(value) for name, value in speeds.items()}})
    alone = [EPISODE_STEPS / seconds for seconds in taken[SINGLE.name, 1]]
    return {"options": asdict(options), "versions": versions(), "steps_per_second_alone": spread(alone), "rows": rows}


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, lowest and highest."""
    return {name: round(of(values), 3) for name, of in (("median", statistics.median), ("low", min), ("high", max))}


def table(figures: dict[str, Any]) -> Table:
    """A row for each way, a column for each number of seeds."""
    options, alone = figures["options"], figures["steps_per_second_alone"]
    first = -(-options["first_step"] // EPISODE_STEPS) * EPISODE_STEPS
    hidden = "-".join(map(str, options["hidden_sizes"]))
    title = (
        f"Times as fast as one run after the other: {hidden}, batch {options['batch_size']}, steps {first:,} to "
        f"{first + options['repeats'] * EPISODE_STEPS:,}, torch {figures['versions']['packages']['torch']}; "
        f"median of {options['repeats']} turns, lowest and highest. One run alone: {_cell(alone, 0)} steps/s"
    ).replace("\n", ", ")
    found = Table(title=title, title_justify="left", show_lines=True)
    found.add_column("processes x threads")
    for row in figures["rows"]:
        found.add_column(f"{row['seeds']} seeds" if row["seeds"] > 1 else "1 seed", justify="right")
    for way in WAYS:
        if way.name in figures["rows"][0]:
            found.add_row(way.words, *(_cell(row[way.name]) for row in figures["rows"]))
    return found


def _cell(value: dict[str, float] | None, digits: int = 2) -> str:
    if value is None:
        return ""
    return f"{value['median']:.{digits}f}\n{value['low']:.{digits}f} to {value['high']:.{digits}f}"


if __name__ == "__main__":
    sys.exit(main())
