"""`{pitfall} NAME`: what is measured of a pitfall: the change, its figure, returns, and how `ddpg compare` finds it."""

from typing import Any

from docutils import nodes
from side_facts import plain
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from parity_tests.faults.all_faults import FAULTS
from parity_tests.faults.apply import diff_of
from parity_tests.studies.pitfalls import run
from parity_tests.studies.pitfalls.cases import PITFALLS, Pitfall

LAST = 10
"""Episodes that a run's return at the end is the mean of."""

FOLDER = run.FOLDER.name


def find(name: str) -> Pitfall:
    """The pitfall of this name."""
    return next(pitfall for pitfall in PITFALLS if pitfall.name == name)


def ended(found: dict[str, Any]) -> str:
    """What a run's last episodes returned, or why there are none."""
    if found["lost"]:
        return f"nothing, since the run ended: {plain(found['lost'])}"
    last = found["return"][-LAST:]
    return f"{sum(last) / len(last):,.0f}"


def change(pitfall: Pitfall) -> list[str]:
    """The line that is wrong, or the setting."""
    if pitfall.fault is not None:
        return ["```diff", f"# {pitfall.fault.file}", diff_of(pitfall.fault), "```", ""]
    options = " ".join(f"--{field.replace('_', '-')} {_word(value)}" for field, value in pitfall.wrong.items())
    return ["```text", f"ddpg train {options}", "```", ""]


def _word(value: Any) -> str:
    return str(value) if not isinstance(value, float) else f"{value:g}"


def markdown(pitfall: Pitfall, right: dict[str, Any], wrong: dict[str, Any]) -> list[str]:
    """All that is measured."""
    words = run.SERIES[pitfall.shows][0]
    lines = [*change(pitfall), f"![Return and {words}, right and wrong]({FOLDER}/{pitfall.name}.svg)", ""]
    lines += [
        f"Return of the last {LAST} episodes: {ended(right)} as it should be, {ended(wrong)} with the pitfall.",
        "",
    ]
    if pitfall.fault is None:
        return [*lines, "`ddpg compare` finds nothing: both sides do as they are told.", ""]
    known = pitfall.fault.name in FAULTS
    command = f"`ddpg compare --fault {pitfall.fault.name}`" if known else "Compared with TorchRL's side, it"
    return [*lines, f"{command} stops at", "", "```text", wrong["compare"], "```", ""]


class Measured(SphinxDirective):
    """The directive; see the module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The parts one after the other."""
        pitfall = find(self.arguments[0])
        names = run.right_of(pitfall), pitfall.name
        folder = run.ROOT / run.FOLDER
        for name in names:
            self.env.note_dependency(str(folder / f"{name}.json"))
        right, wrong = (run.kept(name, folder) for name in names)
        return self.parse_text_to_nodes("\n".join(markdown(pitfall, right, wrong)))


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_directive("pitfall", Measured)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
