"""Which jobs the options ask for: the cells of the grid, and who meets in each."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import get_args

from harness.arguments import Bench
from harness.bench.work import FIRST_UPDATE, OURS, PEERS, Cell, Contender, Job, Measure, Variant
from harness.errors import InputError

FULL_BATCH_SIZES, FULL_WIDTHS = (32, 128, 512, 1024, 4096), (64, 128, 256, 512, 1024)


def plan(options: Bench) -> list[list[Job]]:
    """The jobs of each cell, in the order in which cells are measured.

    Raises:
        InputError: an option is out of its range, or contradicts another.
    """
    check(options)
    if options.peers:
        return [peer_jobs(options, threads) for threads in options.threads]
    cells = [Cell(*place) for place in product(options.variants, options.batch_sizes, options.widths, options.threads)]
    planned = [cell_jobs(options, cell, options.measures) for cell in cells]
    if options.full:
        axes = product(FULL_BATCH_SIZES, FULL_WIDTHS)
        grid = [Cell(batch_size=batch_size, width=width) for batch_size, width in axes]
        others = [Cell(variant=variant, threads=threads) for variant in get_args(Variant) for threads in (1, 2)]
        planned = [cell_jobs(options, cell, options.measures) for cell in others]
        short = replace(options, slice_seconds=min(options.slice_seconds, 0.5))
        planned += [cell_jobs(short, cell, ("updates",)) for cell in grid if cell not in others]
    return planned


def cell_jobs(options: Bench, cell: Cell, measures: Sequence[Measure]) -> list[Job]:
    """All that is measured in one cell; the floor of updates comes with them."""
    updates: list[Contender] = ["floor", *options.contenders] if "updates" in measures else []
    jobs = [Job(name, "updates", cell, update_marks(options), slice_seconds=options.slice_seconds) for name in updates]
    if "steps" in measures:
        jobs += [Job(name, "steps", cell, step_marks(options)) for name in options.contenders]
    return jobs


def peer_jobs(options: Bench, threads: int) -> list[Job]:
    """Ours and the peers on the same work; gradients are not clipped, since most of them do not."""
    cell = Cell(threads=threads)
    names = [name for name in PEERS if name != "cleanrl" or options.cleanrl is not None]
    script: Path | None = None if options.cleanrl is None else options.cleanrl.resolve()
    alone: tuple[Contender, ...] = ("floor", "autograd", "fused")
    marks, seconds = update_marks(options), options.slice_seconds
    jobs = [Job(name, "updates", cell, marks, clips=False, slice_seconds=seconds) for name in alone]
    loops: list[Contender] = [*OURS, *names]
    return jobs + [Job(name, "steps", cell, step_marks(options), clips=False, cleanrl=script) for name in loops]


def step_marks(options: Bench) -> tuple[int, ...]:
    """Environment steps at which slices end, the first of them being the end of the warm-up."""
    span = options.to_step - options.from_step
    return tuple(options.from_step + span * k // options.repeats for k in range(options.repeats + 1))


def update_marks(options: Bench) -> tuple[int, ...]:
    """The updates that a loop has made at those steps."""
    return tuple(mark - FIRST_UPDATE for mark in step_marks(options))


def check(options: Bench) -> None:
    """Refuses what cannot be measured.

    Raises:
        InputError: says which option, what it must be and what came.
    """

    def need(holds: bool, name: str, rule: str) -> None:
        if not holds:
            got = getattr(options, name)
            raise InputError(f"{name} must be {rule}; got {str(got) if isinstance(got, Path) else got!r}.")

    for name in ("variants", "batch_sizes", "widths", "threads", "contenders", "measures"):
        need(len(getattr(options, name)) > 0, name, "one or more")
    for name in ("batch_sizes", "widths", "threads"):
        need(min(getattr(options, name)) >= 1, name, "whole numbers of at least 1")
    need(max(options.batch_sizes) <= 200_000, "batch_sizes", "at most 200000, which is what replay holds")
    need(options.repeats >= 1, "repeats", "at least 1")
    need(options.slice_seconds > 0, "slice_seconds", "above 0")
    need(options.from_step > FIRST_UPDATE, "from_step", f"above {FIRST_UPDATE}, the step that updates begin after")
    least = options.from_step + options.repeats
    need(options.to_step >= least, "to_step", f"at least from_step + repeats ({least}), a step for each repeat")
    filled = "below from_step where steps are measured, since updates begin when replay holds a batch"
    need("steps" not in options.measures or max(options.batch_sizes) < options.from_step, "batch_sizes", filled)
    need(options.cleanrl is None or options.cleanrl.is_file(), "cleanrl", "the path of ddpg_continuous_action.py")
    need(options.cleanrl is None or options.peers, "cleanrl", "left out without peers")
    axes = ("variants", "batch_sizes", "widths")
    defaults = Bench()
    for name in (*axes, "contenders", "measures") if options.peers else axes * options.full:
        rule = f"left out beside {'peers' if options.peers else 'full'}, which has its own"
        need(getattr(options, name) == getattr(defaults, name), name, rule)
    need(not (options.full and options.peers), "full", "left out beside peers")
