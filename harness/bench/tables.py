"""The tables that `ddpg bench` prints."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

CELL = ("variant", "batch_size", "width", "threads")

NAMES = {
    "floor": "floor",
    "autograd": "autograd",
    "fused": "fused",
    "torchrl": "torchrl",
    "stable_baselines3": "Stable-Baselines3",
    "sbx": "SBX (JAX)",
    "cleanrl": "CleanRL",
    "tianshou": "tianshou",
    "skrl": "skrl",
    "torchrl_recipe": "TorchRL's recipe",
}
"""Contenders as people read them; autograd and fused are the reference's two updates."""


def print_tables(found: dict[str, Any]) -> None:
    """All that was measured, on standard output."""
    console = Console(highlight=False)
    for table in tables(found):
        console.print(table)
    for line in (*missing(found), conditions(found)):
        console.print(escape(line), soft_wrap=True)


def tables(found: dict[str, Any]) -> list[Table]:
    """A table for what was measured in each cell, and the ratios."""
    groups = dict.fromkeys((row["measure"], *(row[name] for name in CELL)) for row in found["results"])
    made = []
    for group in groups:
        rows = [row for row in found["results"] if (row["measure"], *(row[name] for name in CELL)) == group]
        made.append(_rates_table(rows))
    several = len({group[1:] for group in groups}) > 1
    for measure in ("updates", "steps"):
        mine = [ratio for ratio in found["ratios"] if ratio["measure"] == measure]
        if mine:
            made.append(_ratio_table(mine, measure, several))
    return made


def missing(found: dict[str, Any]) -> list[str]:
    """A line for each contender that could not be timed."""
    lines = (f"{NAMES[row['contender']]}: {row['missing']}" for row in found["results"] if row["missing"] is not None)
    return list(dict.fromkeys(lines))


def cell_name(row: dict[str, Any]) -> str:
    """A place in the grid, in words."""
    threads = f"{row['threads']} thread" + "s" * (row["threads"] > 1)
    return f"{row['variant']}, batch {row['batch_size']}, width {row['width']}, {threads}"


def conditions(found: dict[str, Any]) -> str:
    """On what it was measured."""
    packages = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    return f"{found['cpu']}, {found['cores']} cores; {packages}"


def _rates_table(rows: list[dict[str, Any]]) -> Table:
    first = rows[0]
    what = f"{first['measure'].capitalize()} {first['first']:,} to {first['last']:,}"
    floor = next((row["per_second"] for row in rows if row["contender"] == "floor"), None)
    headings = ["a second", "IQR", "CPU ms", *(["of floor"] if floor else []), "MiB", "timed"]
    table = Table("", title=f"{what}; {cell_name(first)}", title_justify="left")
    for heading in headings:
        table.add_column(heading, justify="right")
    for row in rows:
        if row["per_second"] is not None:
            table.add_row(NAMES[row["contender"]], *_cells(row, floor))
    return table


def _cells(row: dict[str, Any], floor: dict[str, float] | None) -> list[str]:
    rate = row["per_second"]
    return [
        f"{rate['median']:,.4g}" if rate["median"] < 1000 else f"{rate['median']:,.0f}",
        f"{(rate['q3'] - rate['q1']) / rate['median']:.1%}",
        f"{1000 / row['per_cpu_second']['median']:.3f}",
        *([f"{rate['median'] / floor['median']:.2f}"] if floor else []),
        f"{row['peak_memory_mib']:,.0f}",
        f"{sum(each['count'] for each in row['repeats']):,}",  # fewer than asked for where time was up
    ]


def _ratio_table(found: list[dict[str, Any]], measure: str, several: bool) -> Table:
    table = Table("", title=f"Ratios of {measure} a second, round by round", title_justify="left")
    for heading in ("median", "by CPU", "each round"):
        table.add_column(heading, justify="right")
    for ratio in found:
        name = f"{NAMES[ratio['of']]} / {NAMES[ratio['to']]}"
        table.add_row(
            f"{name}; {cell_name(ratio)}" if several else name,
            f"{ratio['wall']['median']:.2f}",
            f"{ratio['cpu']['median']:.2f}",
            " ".join(f"{each:.2f}" for each in ratio["repeats"]),
        )
    return table
