"""What the glossary of metrics reads from the code: lines that write a key, formulas, what each figure reads."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import plotly.graph_objects as go
from side_source import ROOT, definition, locate, parsed
from side_tests import Place

from harness.diagnostics import SECTIONS, Section
from harness.metrics import summarise
from harness.run_log import RunLog
from harness.train import run_space
from reference.config import Config
from reference.train import train

SAMPLE = Config(
    total_steps=70, max_steps_per_episode=20, start_steps=20, update_after=20, batch_size=8, hidden_sizes=(8, 8),
    gamma=0.9, probe_n=2, twin_critics=True, target_noise=0.4,
)  # fmt: skip
"""A run that lasts a blink, and writes a number for every key there is."""
SECONDS = 0.25
"""What its clock is made to say, so that the page is the same at every build."""


@cache
def sample() -> RunLog:
    """The log of `SAMPLE`, as its run folder would hold it."""
    space = run_space(SAMPLE)
    lines = [summarise(record, state, space, SAMPLE, SECONDS) for record, state in train(SAMPLE)]
    return RunLog("sample", "reference", "autograd", SAMPLE, {}, lines)


def key_place(text: str) -> Place:
    """`functions key` -> the line on which one of the functions, named with commas, writes the key.

    Raises:
        ValueError: none does, or several.
    """
    functions, _, key = text.partition(" ")
    places = []
    for name in functions.split(","):
        file, inner = locate(name)
        lines = {node.lineno for node in _keys(definition(file.read_text(), inner, name)) if _spelt(node) == key}
        places += [(file.relative_to(ROOT).as_posix(), line) for line in sorted(lines)]
    if len(places) != 1:
        raise ValueError(f"{functions} writes {key!r} on {len(places)} lines, and must on one.")
    path, line = places[0]
    return path, line, f"{path}:{line}"


def _keys(tree: ast.AST) -> Iterator[ast.expr]:
    """Keys of dicts, assigned or written out, and the first element of each tuple."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from (key for key in node.keys if key is not None)
        elif isinstance(node, ast.DictComp):
            yield node.key
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            yield node.slice
        elif isinstance(node, ast.Tuple) and node.elts:
            yield node.elts[0]


def _spelt(node: ast.expr) -> str | None:
    """A key as the glossary's file spells it; of an f-string its source."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return ast.unparse(node)[2:-1] if isinstance(node, ast.JoinedStr) else None


def formula(name: str) -> str:
    """The formula in the docstring of a function, or of a module.

    Raises:
        ValueError: there is none.
    """
    module = ROOT.joinpath(*name.split(".")).with_suffix(".py")
    if module.is_file():
        node: ast.Module | ast.FunctionDef | ast.ClassDef = parsed(module.read_text())
    else:
        file, inner = locate(name)
        node = definition(file.read_text(), inner, name)
    found = re.search(r"\.\. math::(.*?)(?:\n\s*\n|\Z)", ast.get_docstring(node) or "", re.DOTALL)
    if found is None:
        raise ValueError(f"the docstring of {name} has no formula.")
    return " ".join(found[1].split())


class Noted(dict[str, Any]):
    """A dict that notes which of its keys are read."""

    def __init__(self, values: dict[str, Any], read: set[str], prefix: str = "") -> None:
        inner = {name: Noted(value, read, f"{name}.") for name, value in values.items() if isinstance(value, dict)}
        super().__init__(values | inner)
        self._read, self._prefix = read, prefix

    def __getitem__(self, key: str) -> Any:
        """The value."""
        self._read.add(self._prefix + key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or the default."""
        self._read.add(self._prefix + key)
        return super().get(key, default)


@cache
def drawn(section: Section) -> tuple[go.Figure, frozenset[str]]:
    """A figure of the report, and the keys that it read: "return", "updates.value_mean", ..."""
    read: set[str] = set()
    log = sample()
    figure = section.draw([log._replace(episodes=[Noted(line, read) for line in log.episodes])])
    return figure, frozenset(read - {"updates", "probe"})


def figures_of(key: str) -> list[Section]:
    """The report's figures that read a key."""
    return [section for section in SECTIONS if key in drawn(section)[1]]
