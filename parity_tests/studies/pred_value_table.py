"""The study of `pred_value` as a Markdown table."""

from itertools import groupby
from statistics import mean

HEADINGS = (
    "environment",
    "batch",
    "sum",
    "return of the final policy, each seed",
    "mean",
    "last training episodes, return",
    "length",
    "Q - y",
    "-B/2",
)
SHIFT = {"right": lambda batch_size: 0.0, "recipe": lambda batch_size: -batch_size / 2}


def table(rows):
    """One line for each environment, batch size and sum; means over seeds, but for the returns, which are all shown."""

    def place(row):
        return row["env_id"], row["batch_size"], row["loss"] == "recipe"

    ordered = sorted(rows, key=lambda row: (place(row), row["seed"]))
    lines = [_line(list(group)) for _, group in groupby(ordered, place)]
    head = [_row(HEADINGS), _row("---" if name in HEADINGS[:4] else "--:" for name in HEADINGS)]
    return "\n".join([*head, *lines, "", _fit([row for row in rows if row["loss"] == "recipe"])])


def _fit(rows):
    """What multiple of the batch size Q - y is where the recipe's sum was taken, by least squares."""
    slope = sum(row["value_minus_target"] * row["batch_size"] for row in rows) / sum(
        row["batch_size"] ** 2 for row in rows
    )
    return f"Over the {len(rows)} runs with the recipe's sum, least squares gives Q - y = {slope:.4f} B."


def _line(group):
    """The line of the runs that differ in their seed alone."""
    first = group[0]
    return _row(
        [
            first["env_id"],
            str(first["batch_size"]),
            first["loss"],
            " ".join(f"{row['evaluation_return']:,.0f}" for row in group),
            *(f"{mean(row[name] for row in group):,.1f}" for name in ("evaluation_return", "training_return")),
            f"{mean(row['episode_length'] for row in group):,.0f}",
            f"{round(mean(row['value_minus_target'] for row in group), 2) + 0.0:,.2f}",  # not -0.00
            f"{SHIFT[first['loss']](first['batch_size']):g}",
        ]
    )


def _row(cells):
    return f"| {' | '.join(cells)} |"
