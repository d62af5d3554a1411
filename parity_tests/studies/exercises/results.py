"""The study's measurements as CSV files: one a variant, one row for each seed and evaluation."""

import csv

from parity_tests.studies.exercises.variants import SETTINGS, STEPS, VARIANTS, Setting

COLUMNS = ("variant", "seed", "step", "return", "worst_return", "q", "received", "bias", "rmse")
WHOLE = ("seed", "step")


def write(folder, rows):
    """Adds a run's rows to its variant's file, in one piece."""
    path = folder / f"{rows[0]['variant']}.csv"
    lines = [] if path.exists() else [",".join(COLUMNS)]
    lines += [",".join(_text(name, row[name]) for name in COLUMNS) for row in rows]
    with path.open("a") as file:
        file.write("\n".join(lines) + "\n")


def read(folder):
    """Every row that is there."""
    paths = [folder / f"{variant}.csv" for variant in VARIANTS]
    rows = [row for path in paths if path.exists() for row in csv.DictReader(path.read_text().splitlines())]
    return [{name: _number(name, value) for name, value in row.items()} for row in rows]


def finished(rows):
    """The runs whose last evaluation is among the rows."""
    return {Setting(row["variant"], row["seed"]) for row in rows if row["step"] == STEPS}


def whole_seeds(rows):
    """The seeds that every variant has finished: those alone are shown, so that all comparisons are paired."""
    done = finished(rows)
    seeds = {seed for _, seed in SETTINGS}
    return sorted(seed for seed in seeds if all(Setting(variant, seed) in done for variant in VARIANTS))


def _text(name, value):
    return str(value) if name in (*WHOLE, "variant") else f"{value:.6g}"


def _number(name, value):
    if name == "variant":
        return value
    return int(value) if name in WHOLE else float(value)
