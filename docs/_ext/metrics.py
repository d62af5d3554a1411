"""The glossary of metrics: `docs/metrics.toml` says what the code does not, `metrics_code` reads the rest.

`{metrics} GROUP` is a section a key, `{metrics-table} GROUP` a row a key, `{metrics-line}` a line as a run writes it,
`{report-figures}` the report's figures with the keys that they read.
"""

import inspect
import json
import re
from typing import Any

from docutils import nodes
from metrics_code import drawn, figures_of, formula, key_place, sample
from metrics_glossary import LINE, PREFIX, WORDS, full_keys, glossary, keys, target, undocumented
from side_facts import plain
from side_source import ROOT
from side_tests import Linked
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from harness.diagnostics import SECTIONS, Section
from harness.series import WINDOW
from harness.value_bound import MARGIN


def section(group: str, name: str) -> list[str]:
    """An entry, in Markdown."""
    said, names = glossary()[group]["key"][name], keys(group)[name]
    lines = [line for key in names for line in (f"({target(PREFIX[group] + key)})=", "")]
    means = said["means"].replace("{WINDOW}", str(WINDOW)).replace("{MARGIN}", str(MARGIN))
    lines += [f"### {', '.join(f'`{key}`' for key in names)}", "", means, ""]
    maths = formula(said["formula_of"]) if "formula_of" in said else said.get("formula")
    lines += ["$$", maths, "$$", ""] if maths else []
    return [*lines, f"*{' · '.join(facts(group, name, said, names))}*", ""]


def facts(group: str, name: str, said: dict[str, Any], names: list[str]) -> list[str]:
    """Shape and unit, when it is null, who computes it, where it is drawn."""
    found = [f"`{said['shape']}`" if said["shape"].startswith("[") else said["shape"]] if "shape" in said else []
    found += [said["unit"]] if "unit" in said else []
    found += [said["null"]] if "null" in said else []
    by = said.get("by", [f"harness.series.{name}"])
    found.append(f"computed by {', '.join(f'{{source}}`{one}`' for one in by)}")
    if "of" in glossary()[group]:
        found.append(f"written at {{written}}`{','.join(glossary()[group]['of'])} {name}`")
    if group == "derived":
        shown = [one for one in SECTIONS if name in inspect.getsource(one.draw)]
    else:
        shown = list(dict.fromkeys(one for key in names for one in figures_of(PREFIX[group] + key)))
    if said.get("axis"):
        return [*found, f"places what is drawn in {len(shown)} figures"]
    if said.get("shape") == "object":
        return found
    return [*found, f"drawn in {', '.join(map(figure_link, shown))}" if shown else "in no figure"]


def figure_link(one: Section) -> str:
    """A link to the section on a figure of the report."""
    return f"[{plain(title(one))}](#report-{one.draw.__name__.replace('_', '-')})"


def title(one: Section) -> str:
    """A figure's own."""
    return str(drawn(one)[0].layout.title.text)


def table(group: str) -> list[str]:
    """A row an entry: the key with a link to its line, what it is, and what is known beside."""
    said, of = glossary()[group]["key"], ",".join(glossary()[group]["of"])
    if all(isinstance(words, str) for words in said.values()):
        rows = [(f"`{name}`", words, f"{{written}}`{of} {name}`") for name, words in said.items()]
        head = ("key", "what it is", "written at")
    else:
        head = ("kind", "what is compared", "shape", "quantities", "from")
        rows = [
            (name, one["means"], one["shape"], many(one), f"{{written}}`{of} {name}`") for name, one in said.items()
        ]
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]


def many(said: dict[str, Any]) -> str:
    """How many quantities of a kind there are."""
    return f"{said['count']} each {said['per']}" if "count" in said else "one a tensor or value, each episode"


def report_figures() -> list[str]:
    """A section a figure: its words and its keys."""
    documented = [key for group in LINE for key in full_keys(group)]
    lines = []
    for one in SECTIONS:
        read = [key for key in documented if key in drawn(one)[1]]
        told = ", ".join(f"[`{key}`](#{target(key)})" for key in read)
        lines += [f"(report-{one.draw.__name__.replace('_', '-')})=", "", f"### {plain(title(one))}", ""]
        lines += [plain(one.reading), "", f"**Trouble looks like this.** {plain(one.trouble)}", ""]
        source = f"{one.draw.__module__}.{one.draw.__name__}"
        lines += [f"*a point each {one.unit} · drawn by {{source}}`{source}` · reads {told}*", ""]
    return lines


def example() -> list[str]:
    """The last line of the sample, lists cut to their first numbers."""
    text = json.dumps(cut(sample().episodes[-1]), indent=2, ensure_ascii=False)
    return ["```text", *re.sub(r'"(\[.*\])"', r"\1", text).splitlines(), "```"]


def cut(value: Any) -> Any:
    """Long lists by their beginnings, on one line each; numbers to four digits."""
    if isinstance(value, dict):
        return {key: cut(one) for key, one in value.items()}
    if isinstance(value, list):
        return "[" + ", ".join(str(cut(one)) for one in value[:2]) + (", …]" if len(value) > 2 else "]")
    return float(f"{value:.4g}") if isinstance(value, float) else value


class Metrics(SphinxDirective):
    """The directives; see the module."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """What the Markdown says."""
        code = (path for folder in ("reference", "harness", "docs/_ext") for path in (ROOT / folder).glob("*.py"))
        for path in (WORDS, *code):
            self.env.note_dependency(str(path))
        if undocumented():
            raise self.error(f"{WORDS.name} and metrics.jsonl differ in {', '.join(sorted(undocumented()))}.")
        return self.parse_text_to_nodes("\n".join(self._markdown()), allow_section_headings=True)

    def _markdown(self) -> list[str]:
        match self.name:
            case "metrics":
                (group,) = self.arguments
                return [line for name in glossary()[group]["key"] for line in section(group, name)]
            case "metrics-table":
                return table(self.arguments[0])
            case "metrics-line":
                return example()
        return report_figures()


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_role("written", Linked(key_place))
    for name in ("metrics", "metrics-table", "metrics-line", "report-figures"):
        app.add_directive(name, Metrics)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
