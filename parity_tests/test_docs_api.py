"""docs/api: every module of both implementations on one page, every public name with words of its own."""

import ast
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs/api"
LISTED = Counter(name for page in PAGES.glob("*.md") for name in re.findall(r"automodule:: (\S+)", page.read_text()))
ONE_SCREEN = {"reference.one_file", "torchrl_impl.one_file"}
"""Equations in a mathematician's layout, which the pages show whole."""


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def file_of(module):
    return ROOT / f"{module.replace('.', '/')}.py"


MODULES = {
    module_of(path)
    for package in ("reference", "torchrl_impl")
    for path in (ROOT / package).rglob("*.py")
    if path.name != "__init__.py"
} - ONE_SCREEN


def test_every_module_of_both_implementations_is_on_exactly_one_page():
    assert set(LISTED) >= MODULES
    assert [name for name, times in LISTED.items() if times > 1] == []


def test_every_listed_module_is_there():
    assert [name for name in LISTED if not file_of(name).is_file()] == []


def undocumented(tree):
    """Public names of a module, and public methods of its classes, that say nothing; a field has its class's words."""
    if not ast.get_docstring(tree):
        yield "module"
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            inner = (
                [one for one in node.body if isinstance(one, ast.FunctionDef)] if isinstance(node, ast.ClassDef) else []
            )
            named = [(node.name, node), *((f"{node.name}.{one.name}", one) for one in inner)]
            yield from (name for name, one in named if not re.search(r"(^|\.)_", name) and not ast.get_docstring(one))


@pytest.mark.parametrize("module", sorted(LISTED))
def test_every_public_name_says_what_it_is(module):
    assert list(undocumented(ast.parse(file_of(module).read_text()))) == []


@pytest.mark.parametrize(
    "text, found",
    [
        ('"""M."""\ndef f(): ...', ["f"]),
        ('"""M."""\nclass C:\n    x: int\n', ["C"]),
        ('"""M."""\nclass C:\n    """C."""\n    def f(self): ...\n    def _g(self): ...\n', ["C.f"]),
        ("def _f(): ...", ["module"]),
    ],
)
def test_a_name_without_words_is_found(text, found):
    assert list(undocumented(ast.parse(text))) == found


@pytest.fixture
def api():
    """The extension's module; it lies where only Sphinx looks."""
    pytest.importorskip("sphinx", reason="the pages are made by Sphinx: pip install '.[docs]'")
    sys.path.insert(0, str(ROOT / "docs/_ext"))
    import api

    yield api
    sys.path.remove(str(ROOT / "docs/_ext"))


def test_a_fields_comment_is_its_description(api):
    assert api.comments(ROOT / "reference/state.py")["Batch.observation"] == "[B, O]"


def test_a_name_that_ends_in_an_underscore_is_no_link(api):
    assert api.without_links("Mirror: a.py, add_; `add_` and add_one") == "Mirror: a.py, add\\_; `add_` and add_one"


def test_source_and_mirror_are_fields_that_go_on_to_the_next_blank_line(api):
    given = ["Words.", "Source: one", "two", "Mirror: three", "", "more"]
    assert api.as_fields(given) == ["Words.", "", ":Source: one", "    two", ":Mirror: three", "", "more"]
