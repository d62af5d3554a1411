"""Which functions each test enters: a test that enters none that a fault changes cannot see the fault.

Spied on by a first statement put into every function, in place, the way faults are.
"""

import ast
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from parity_tests.faults.apply import put_in_place

_now: set[str] = set()


def note(function: str) -> None:
    """Called by every function that is spied on: "reference.targets:td_target"."""
    _now.add(function)


def taken() -> set[str]:
    """What was entered since the last call."""
    found = set(_now)
    _now.clear()
    return found


def spy_on(modules: Iterable[str]) -> None:
    """Lets all functions of these modules tell that they were entered."""
    for name in modules:
        module = import_module(name)
        source = Path(str(module.__file__)).read_text()
        put_in_place(module, ast.unparse(_Spying(name).visit(ast.parse(source))))


class _Spying(ast.NodeTransformer):
    """Adds the statement to functions and methods, not to functions inside them."""

    def __init__(self, module: str) -> None:
        self.module, self.path = module, ""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.path = f"{node.name}."
        self.generic_visit(node)
        self.path = ""
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        call = f"__import__('sys').modules['{__name__}'].note('{self.module}:{self.path}{node.name}')"
        node.body.insert(0, ast.parse(call).body[0])
        return node
