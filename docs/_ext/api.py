"""For autodoc: docstrings as they are written here.

A NamedTuple's field is described by the comment on its line, instead of "Alias for field number 0"; "Source:" and
"Mirror:" become fields; a name that ends in an underscore, as `add_`, is no link.
"""

import ast
import re
import sys
import tokenize
from functools import cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx


@cache
def comments(path: Path) -> dict[str, str]:
    """ "Class.field" -> the comment on its line, or in the lines right above it."""
    with open(path, "rb") as file:
        found = {token.start[0]: token for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT}
    answer = {}
    for node in ast.parse(path.read_text()).body:
        for field in node.body if isinstance(node, ast.ClassDef) else []:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                answer[f"{node.name}.{field.target.id}"] = _beside(field, found)
    return {name: text for name, text in answer.items() if text}


def _beside(field: ast.AnnAssign, found: dict[int, tokenize.TokenInfo]) -> str:
    if field.end_lineno in found:
        return found[field.end_lineno].string.lstrip("# ")
    lines, line = [], field.lineno - 1
    while line in found and not found[line].line[: found[line].start[1]].strip():  # a line of comment alone
        lines.append(found[line].string.lstrip("# "))
        line -= 1
    return " ".join(reversed(lines))


_kept: list[str] = []


def _hide(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """From Napoleon, which would take "sequential: the actor meets ..." of a field for a type."""
    _kept[:] = lines
    if what in ("attribute", "data"):
        lines[:] = []


def _describe(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    if what in ("attribute", "data"):
        lines[:] = _kept
    if what == "attribute" and lines and lines[0].startswith("Alias for field number"):
        module, owner, field = name.rsplit(".", 2)
        source = getattr(sys.modules.get(module), "__file__", None)
        lines[:] = [comments(Path(source)).get(f"{owner}.{field}", "")] if source else []
    lines[:] = as_fields([without_links(line) for line in lines])


def without_links(line: str) -> str:
    """In RST, a word that ends in an underscore is a link; `soft_update_` is a function's name."""
    parts = line.split("`")
    parts[::2] = [re.sub(r"(\w)_(?=[\s,.;:)]|$)", r"\1\\_", part) for part in parts[::2]]
    return "`".join(parts)


def as_fields(lines: list[str]) -> list[str]:
    """ "Source: ..." as a field of the docstring, with a blank line before it; it goes on to the next blank line."""
    answer: list[str] = []
    within = False
    for line in lines:
        found = re.match(r"(Source|Mirror): (.*)", line)
        if found:
            answer += [""] if answer and answer[-1].strip() and not within else []
            answer.append(f":{found[1]}: {found[2]}")
        else:
            within = within and bool(line.strip())
            answer.append(f"    {line.lstrip()}" if within else line)
        within = within or bool(found)
    return answer


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.connect("autodoc-process-docstring", _hide, priority=400)
    app.connect("autodoc-process-docstring", _describe, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
