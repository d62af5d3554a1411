"""Functions as text, read with ast: nothing is imported, so a page shows what a file says, whatever is loaded."""

import ast
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent

HOSTS = {"torch": "https://github.com/pytorch/pytorch/blob", "torchrl": "https://github.com/pytorch/rl/blob"}
"""Libraries that pages quote from -> where their files are shown, below the version's tag."""

Definition = ast.FunctionDef | ast.ClassDef


class Line(NamedTuple):
    """One line of a file."""

    number: int  # from 1
    text: str


class Function(NamedTuple):
    """A function or class of a file, without docstrings."""

    name: str  # as a page names it: "reference.targets.td_target"
    path: str  # of its file, from the root of the repository or of the installed packages
    lines: tuple[Line, ...]


def locate(name: str, root: Path = ROOT) -> tuple[Path, list[str]]:
    """The file that defines a dotted name, and the names within it.

    Raises:
        ValueError: no part of the name is a module.
    """
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        file = root.joinpath(*parts[:end]).with_suffix(".py")
        if file.is_file():
            return file, parts[end:]
    raise ValueError(f"{name} is not in the repository: no part of the name is a module of it.")


@cache
def parsed(source: str) -> ast.Module:
    """A file's tree; the same text has the same one."""
    return ast.parse(source)


def definition(source: str, inner: list[str], name: str) -> Definition:
    """The function or class at the end of a path of names.

    Raises:
        ValueError: there is none.
    """
    node: ast.Module | Definition = parsed(source)
    for part in inner:
        found = [child for child in node.body if isinstance(child, Definition) and child.name == part]
        if not found:
            raise ValueError(f"{name} is not defined: the file has no function or class {part}.")
        node = found[-1]
    assert not isinstance(node, ast.Module)
    return node


def read(source: str, name: str, path: str, inner: list[str]) -> Function:
    """A function's lines out of its file's text, docstrings left out: the formula stands above the columns."""
    node = definition(source, inner, name)
    hidden = {number for inside in ast.walk(node) for number in _docstring(inside)}
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    assert node.end_lineno is not None
    numbers = [number for number in range(first, node.end_lineno + 1) if number not in hidden]
    text = source.splitlines()
    return Function(name, path, tuple(Line(number, text[number - 1]) for number in numbers))


def _docstring(node: ast.AST) -> range:
    if not isinstance(node, Definition) or ast.get_docstring(node, clean=False) is None:
        return range(0)
    assert node.body[0].end_lineno is not None
    return range(node.body[0].lineno, node.body[0].end_lineno + 1)


def function(name: str, root: Path = ROOT) -> Function:
    """A function of the repository by its dotted name."""
    file, inner = locate(name, root)
    return read(file.read_text(), name, file.relative_to(root).as_posix(), inner)


@cache
def library(package: str) -> Path:
    """The folder that an installed package lies in, without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ValueError(f"{package} is not installed, and a page quotes it.")
    return Path(spec.origin).parent.parent


def root_of(name: str) -> Path:
    """Where the file of a dotted name is looked for: among installed packages, or in the repository."""
    package = name.partition(".")[0]
    return library(package) if package in HOSTS else ROOT


class Quote(NamedTuple):
    """One statement of a function, of the repository or of an installed library."""

    path: str  # of its file, as in `Function`
    lines: tuple[Line, ...]
    label: str  # of a library: "torchrl 0.14.1, objectives/utils.py, SoftUpdate._step"; else "reference/update.py:85"
    address: str | None  # of a library: of its first line on the web


def quote(name: str, text: str) -> Quote:
    """The smallest statement of a function that holds a piece of text.

    Raises:
        ValueError: the text does not stand exactly once in the function.
    """
    file, inner = locate(name, root_of(name))
    source = file.read_text()
    node, lines = definition(source, inner, name), source.splitlines()
    places = [number for number in range(node.lineno, (node.end_lineno or 0) + 1) if text in lines[number - 1]]
    if len(places) != 1:
        raise ValueError(f"{text!r} stands {len(places)} times in {name}, and must once.")
    first, last = _statement(node, places[0])
    shown = tuple(Line(number, lines[number - 1]) for number in range(first, last + 1))
    path, package = file.relative_to(root_of(name)).as_posix(), name.partition(".")[0]
    if package not in HOSTS:
        return Quote(path, shown, f"{path}:{first}", None)
    release = version(package).partition("+")[0]
    label = f"{package} {release}, {path.partition('/')[2]}, {'.'.join(inner)}"
    return Quote(path, shown, label, f"{HOSTS[package]}/v{release}/{path}#L{first}")


def _statement(node: Definition, line: int) -> tuple[int, int]:
    """First and last line of the smallest statement around a line; of a compound one, its head alone."""
    around = [s for s in ast.walk(node) if isinstance(s, ast.stmt) and s.lineno <= line <= (s.end_lineno or 0)]
    smallest = max(around, key=lambda statement: (statement.lineno, -(statement.end_lineno or 0)))
    body = getattr(smallest, "body", None)
    return smallest.lineno, (body[0].lineno - 1 if body else smallest.end_lineno or 0)
