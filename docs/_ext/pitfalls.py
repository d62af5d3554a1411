"""`{pitfall} NAME`: what is measured of a pitfall: the change, its figure, returns, and how `ddpg compare` finds it.

`{pitfalls}`: the returns of all of them, in the order in which a learning curve shows them.
"""

import math
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import Any

from docutils import nodes
from side_facts import plain
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from parity_tests.faults.all_faults import FAULTS
from parity_tests.faults.apply import diff_of
from parity_tests.studies.pitfalls import run
from parity_tests.studies.pitfalls.cases import PITFALLS, Pitfall
from reference.config import Config

LAST = 10
"""Episodes that a run's return at the end is the mean of."""

FOLDER = run.FOLDER.name


def last(one: dict[str, Any]) -> float:
    """Mean return of a run's last episodes; the worst there is where it did not come so far."""
    return -math.inf if one["lost"] else sum(one["return"][-LAST:]) / LAST


def ended(one: dict[str, Any]) -> str:
    """The same in words."""
    return "stopped" if one["lost"] else f"{last(one):,.0f}"


def returns(right: dict[str, Any], wrong: dict[str, Any]) -> list[str]:
    """A table by seed, and why runs stopped, if any did."""
    count = len(right["runs"])
    lines = [f"| return, last {LAST} episodes | {' | '.join(f'seed {seed}' for seed in range(count))} |"]
    lines += ["|---|" + "--:|" * count]
    for words, found in {"as it should be": right, "with the pitfall": wrong}.items():
        lines.append(f"| {words} | {' | '.join(map(ended, found['runs']))} |")
    lost = next((one["lost"] for one in wrong["runs"] if one["lost"]), "")
    return [*lines, "", *([f"Stopped by: {plain(lost)}", ""] if lost else [])]


def overview(folder: Path) -> list[str]:
    """A table of all pitfalls: mean returns, and the seeds whose return is lower with it."""
    rows = []
    for pitfall in PITFALLS:
        right, wrong = ([last(one) for one in run.kept(name, folder)["runs"]] for name in names(pitfall))
        lower = sum(one > other for one, other in zip(right, wrong, strict=True))
        means = ("stopped" if -math.inf in values else f"{fmean(values):,.0f}" for values in (right, wrong))
        rows.append((lower, fmean(wrong) - fmean(right), f"| `{pitfall.name}` | {' | '.join(means)} | {lower} |"))
    lines = ["| pitfall | as it should be | with the pitfall | seeds whose return is lower |", "|---|--:|--:|--:|"]
    return [*lines, *(row for *_, row in sorted(rows, key=lambda one: (one[0], -one[1])))]


def names(pitfall: Pitfall) -> tuple[str, str]:
    """Of the files of right runs, and of wrong ones."""
    return run.right_of(pitfall), pitfall.name


def change(pitfall: Pitfall) -> list[str]:
    """The line that is wrong, or the setting."""
    if pitfall.fault is not None:
        return ["```diff", f"# {pitfall.fault.file}", diff_of(pitfall.fault), "```", ""]
    return ["```{code-block} text", ":class: said", "", command(pitfall), "```", ""]


def command(pitfall: Pitfall) -> str:
    """What trains as seed 0 was trained with this setting: first the setting, then what the study has of its own."""
    ours, default = asdict(run.CONFIG), asdict(Config())
    fields = {**pitfall.wrong, **{name: value for name, value in ours.items() if value != default[name]}}
    fields |= {**pitfall.right, **pitfall.wrong, "seed": 0}
    return " ".join(["ddpg train", *(f"--{name.replace('_', '-')} {_word(value)}" for name, value in fields.items())])


def _word(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(value) if not isinstance(value, float) else f"{value:g}"


def markdown(pitfall: Pitfall, right: dict[str, Any], wrong: dict[str, Any]) -> list[str]:
    """All that is measured."""
    words = run.SERIES[pitfall.shows][0]
    lines = [*change(pitfall), f"![Return and {words}, right and wrong]({FOLDER}/{pitfall.name}.svg)", ""]
    lines += returns(right, wrong)
    if pitfall.fault is None:
        return [*lines, "`ddpg compare` finds nothing: both sides do as they are told.", ""]
    known = pitfall.fault.name in FAULTS
    who = f"`ddpg compare --fault {pitfall.fault.name}`" if known else "Compared with TorchRL's side, it"
    return [*lines, f"{who} stops at", "", "```{code-block} text", ":class: said", "", wrong["compare"], "```", ""]


class Measured(SphinxDirective):
    """The directive; see the module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The parts one after the other."""
        folder, name = run.ROOT / run.FOLDER, self.arguments[0]
        pitfall = next((one for one in PITFALLS if one.name == name), None)
        if pitfall is None:
            raise self.error(f"there is no pitfall {name}; there are {', '.join(one.name for one in PITFALLS)}.")
        ask_for(self, folder, names(pitfall))
        right, wrong = (run.kept(name, folder) for name in names(pitfall))
        return self.parse_text_to_nodes("\n".join(markdown(pitfall, right, wrong)))


class Overview(SphinxDirective):
    """The table of all of them."""

    def run(self) -> list[nodes.Node]:
        """The table."""
        folder = run.ROOT / run.FOLDER
        ask_for(self, folder, run.jobs())
        return self.parse_text_to_nodes("\n".join(overview(folder)))


def ask_for(directive: SphinxDirective, folder: Path, wanted: Iterable[str]) -> None:
    """Notes these files as what the page is made of; an error where one is not there."""
    for file in (folder / f"{name}.json" for name in wanted):
        directive.env.note_dependency(str(file))
        if not file.is_file():
            raise directive.error(f"{file.name} is not there: python -m parity_tests.studies.pitfalls makes it.")


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_directive("pitfall", Measured)
    app.add_directive("pitfalls", Overview)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
