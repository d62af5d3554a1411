"""The report of one or several runs: words, tables and figures, put together into one HTML file."""

import json
from dataclasses import fields
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go

from harness.diagnostics import SECTIONS
from harness.drawing import COLOURS
from harness.files import write_whole
from harness.page import page
from harness.run_log import RunLog
from harness.section import section_html, value_warning
from reference.config import Config


def write_report(runs: list[RunLog], path: Path, part_ending: str = ".part") -> None:
    """Writes the page of these runs; what stood at `path` is replaced in one step, as by `write_whole`.

    Raises:
        ValueError: there is no run.
    """
    if not runs:
        raise ValueError("write_report needs at least one run; got none.")
    text = report(runs)
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"), part_ending)


def report(runs: list[RunLog]) -> str:
    """The page as text."""
    with np.errstate(all="ignore"):  # a run that diverged has numbers whose sums have none
        return _report(runs)


def _report(runs: list[RunLog]) -> str:
    title = f"DDPG run {escape(runs[0].name)}" if len(runs) == 1 else f"{len(runs)} DDPG runs"
    drawn = {section.draw.__name__: section.draw(runs) for section in SECTIONS}
    body = [
        f'<div class="runs">{"".join(run_card(run, index) for index, run in enumerate(runs))}</div>',
        '<p class="soft">Equal bits hold between two sides on one machine and do not travel to another CPU: compare '
        "runs bit for bit only where their numerics fingerprints are the same.</p>",
        config_table(runs),
        *(section_html(section, drawn[section.draw.__name__], runs) for section in SECTIONS),
    ]
    return page(title, "\n".join(body), {name: bare(figure) for name, figure in drawn.items() if figure.data})


def bare(figure: go.Figure) -> dict[str, Any]:
    """A figure as JSON's types, without title and colours, which the page gives it."""
    plain = json.loads(figure.to_json())
    layout = {key: value for key, value in plain["layout"].items() if key not in ("title", "template")}
    return {"data": plain["data"], "layout": layout}


def run_card(run: RunLog, index: int) -> str:
    """What a run was and came to."""
    colour = COLOURS[index % len(COLOURS)]
    facts = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(fact)}</dd></div>" for name, fact in run_facts(run))
    swatch = f'<i class="swatch" style="background:{colour}"></i>'
    warning = value_warning(run)
    warned = "" if warning is None else f'<p class="warning"><b>Warning.</b> {escape(warning)}</p>'
    return f"<section><h2>{swatch}{escape(run.name)}</h2><dl>{facts}</dl>{warned}</section>"


def run_facts(run: RunLog) -> list[tuple[str, str]]:
    """Names and values of a run's card, as text."""
    last = run.episodes[-1] if run.episodes else {"last_step": 0, "last_update": 0}
    tail = [episode["return"] for episode in run.episodes[-10:]]
    mean = f"{sum(tail) / len(tail):,.1f}" if tail else "no episode ended"
    return [
        ("implementation", run.impl),
        ("update", run.update),
        ("environment", run.config.env_id),
        ("seed", str(run.config.seed)),
        ("episodes", f"{len(run.episodes):,}"),
        ("environment steps", f"{last['last_step']:,}"),
        ("updates", f"{last['last_update']:,}"),
        (f"mean return, last {len(tail) or 10}", mean),
        ("numerics fingerprint", str(run.versions.get("numerics", {}).get("hash", "not recorded"))),
        ("torch", str(run.versions.get("packages", {}).get("torch", "not recorded"))),
    ]


def config_table(runs: list[RunLog]) -> str:
    """Every field of the configuration, a column a run; rows that differ are marked."""
    names = [field.name for field in fields(Config)]
    values = {name: [config_text(run.config, name) for run in runs] for name in names}
    differing = [name for name in names if len(set(values[name])) > 1]
    rows = "".join(table_row("td", name, values[name], name in differing) for name in names)
    heads, title, kind = "", "Configuration", "one"
    if len(runs) > 1:
        heads, kind = table_row("th", "field", [run.name for run in runs], differs=False), "several"
        title += f": {len(differing)} of {len(names)} fields differ" if differing else ": the same in every run"
    table = f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>"
    return (
        f'<section><details open><summary>{title}</summary><div class="wide {kind}">{table}</div></details></section>'
    )


def table_row(cell: str, name: str, values: list[str], differs: bool) -> str:
    """A row of the table; `cell` is the element that holds a value."""
    cells = "".join(f"<{cell}>{escape(value)}</{cell}>" for value in values)
    return f'<tr{" class=differs" * differs}><th scope="row">{name}</th>{cells}</tr>'


def config_text(config: Config, name: str) -> str:
    """A field as the command line spells it."""
    value = getattr(config, name)
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
