"""The page of `ddpg bench --out`: figures, how to read them, and every number behind them."""

from html import escape
from typing import Any

import plotly.graph_objects as go

from harness.bench.figures import growth, steps_per_second
from harness.bench.tables import NAMES, cell_name, conditions
from harness.page import page
from harness.report import bare

_READING = {
    "along_width": "Both axes are logarithmic. Where a line runs beside the floor's, products of matrices are what an "
    "update spends its time on; where it lies flat above, the price of calls is.",
    "along_batch": "Both axes are logarithmic. What lies flat at small batches costs the same however few rows there "
    "are.",
    "steps": "Medians over the rounds; the bars' whiskers reach from quartile to quartile. A step acts, moves the "
    "environment, stores, draws a batch and updates once.",
}


def bench_page(found: dict[str, Any]) -> str:
    """The page as text."""
    results = found["results"]
    drawn = {
        "along_width": growth(results, "width", "batch_size"),
        "along_batch": growth(results, "batch_size", "width"),
        "steps": steps_per_second(results),
    }
    body = [
        f'<p class="soft">{escape(conditions(found))}</p>',
        *(_section(name, figure) for name, figure in drawn.items() if figure.data),
        _numbers(results),
    ]
    return page("DDPG: what it costs", "\n".join(body), {name: bare(some) for name, some in drawn.items() if some.data})


def _section(name: str, figure: go.Figure) -> str:
    heading = f"<h2>{escape(figure.layout.title.text)}</h2>"
    return f'<section>{heading}<div class="figure" id="{name}"></div><p>{_READING[name]}</p></section>'


def _numbers(results: list[dict[str, Any]]) -> str:
    names = ("what", "cell", "a second", "quartiles", "CPU ms each", "peak MiB")
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(_row(row) for row in results)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    title = "<summary>All numbers</summary>"
    return f'<section><details>{title}<div class="wide several">{table}</div></details></section>'


def _row(row: dict[str, Any]) -> str:
    cells = [f"{NAMES[row['contender']]}: {row['measure']}", cell_name(row)]
    rate = row["per_second"]
    if rate is None:
        cells += [row["missing"] or "not measured", "", "", ""]
    else:
        quartiles = f"{rate['q1']:,.5g} to {rate['q3']:,.5g}"
        each = f"{1000 / row['per_cpu_second']['median']:.3f}"
        cells += [f"{rate['median']:,.5g}", quartiles, each, f"{row['peak_memory_mib']:,.0f}"]
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
