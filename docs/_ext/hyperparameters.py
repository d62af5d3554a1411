"""Every field of `Config`, from the code: `{hyperparameters}` with a file of what the code does not say.

Meaning, type, default and source are read from `reference/config.py`, ranges from what `Config` answers to bad values,
TorchRL's argument from `torchrl_impl/config.py`, other values from the presets, figures and tables from `docs/sweeps`.
"""

import ast
import tomllib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from harness.presets import PRESETS
from reference.config import Config
from torchrl_impl.config import WHERE

ROOT = Path(__file__).parent.parent.parent
BAD = (-1, 2**40, "nonsense", (), (0,), float("nan"))
"""Something of these lies outside any range."""
FINITE = "a finite number"
"""Told only where no narrower range is."""


def meanings() -> dict[str, str]:
    """The string below each field."""
    tree = ast.parse((ROOT / "reference/config.py").read_text())
    (config,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Config")
    named = zip(config.body, config.body[1:], strict=False)
    return {
        field.target.id: text.value.value
        for field, text in named
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr)
    }


def ranges(name: str) -> list[str]:
    """What `Config` says it needs, when it is given what it cannot take."""
    needs: list[str] = []
    for value in BAD:
        try:
            Config(**{name: value})
        except ValueError as error:
            said = str(error)
            if said.startswith(f"{name} must be ") and type_fits(name, value):
                needs.append(said.removeprefix(f"{name} must be ").partition("; got ")[0].partition(", not ")[0])
    told = list(dict.fromkeys(needs))
    return [need for need in told if need != FINITE] or told


def type_fits(name: str, value: Any) -> bool:
    """Whether a bad value is of the field's own kind, so that what is said of it is a range and not a type."""
    default, kind = getattr(Config(), name), str(Config.__dataclass_fields__[name].type)
    if isinstance(default, (bool, tuple)):
        return isinstance(value, tuple) and isinstance(default, tuple)
    if isinstance(default, str):
        return isinstance(value, str)
    return isinstance(value, int) or (isinstance(value, float) and "float" in kind)


def elsewhere(name: str) -> list[str]:
    """Presets that set it to another value than the default, as "value: names"."""
    default, values = getattr(Config(), name), dict[str, list[str]]()
    for preset, contents in PRESETS.items():
        given = contents.given.get(name)
        if given is not None and given.value != default:
            values.setdefault(written(given.value), []).append(preset)
    return [f"{value} ({', '.join(names)})" for value, names in values.items()]


def written(value: Any) -> str:
    """A value as it is typed in Python."""
    return f"`{value!r}`"


def section(name: str, said: dict[str, Any], meaning: str) -> list[str]:
    """A field, in Markdown."""
    symbol = f", ${said['symbol']}$" if "symbol" in said else ""
    facts = [f"default {written(getattr(Config(), name))}", *ranges(name)]
    facts += [said["unit"]] if "unit" in said else []
    facts += [f"`--{name.replace('_', '-')}`", f"TorchRL: `{WHERE[name]}`"]
    lines = [f"### `{name}`{symbol}", "", meaning, "", f"*{' · '.join(facts)}*", ""]
    for key, words in {"small": "Too small", "large": "Too large"}.items():
        # A choice is neither small nor large.
        head = f"**{words}.** " if "small" in said and "large" in said else ""
        lines += [f"{head}{said[key]}", ""] if key in said else []
    if found := elsewhere(name):
        lines += [f"[Presets](presets.md): {'; '.join(found)}.", ""]
    if "shows" in said:
        table = (ROOT / f"docs/sweeps/{name}.md").read_text()
        lines += [f"![Returns of runs by {name}, while training and at the end](sweeps/{name}.svg)", ""]
        lines += [said["shows"], "", table, ""]
    return lines


class Hyperparameters(SphinxDirective):
    """The directive; see the module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Groups of fields, as sections."""
        path = Path(self.env.doc2path(self.env.docname)).parent / self.arguments[0]
        for read in (path, ROOT / "reference/config.py", *sorted((ROOT / "docs/sweeps").glob("*.md"))):
            self.env.note_dependency(str(read))
        known, lines = meanings(), list[str]()
        groups = tomllib.loads(path.read_text())["group"]
        self._ask_for_sweeps(groups)
        for group in groups:
            lines += [f"## {group['name']}", ""]
            for name, said in group["field"].items():
                lines += section(name, said, known.pop(name))
        if known:
            raise self.error(f"{path.name} says nothing of {', '.join(known)}, of Config in reference/config.py.")
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)

    def _ask_for_sweeps(self, groups: list[dict[str, Any]]) -> None:
        swept = (name for group in groups for name, said in group["field"].items() if "shows" in said)
        if missing := [name for name in swept if not (ROOT / f"docs/sweeps/{name}.md").is_file()]:
            raise self.error(f"docs/sweeps has nothing of {', '.join(missing)}: make sweeps trains what is missing.")


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_directive("hyperparameters", Hyperparameters)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
