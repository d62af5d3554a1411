"""Puts a fault into the code of this process, from where only the process's end takes it out again."""

import ast
import difflib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from parity_tests.faults.all_faults import FAULTS
from parity_tests.faults.fault import Fault
from parity_tests.runs import short


def fault_names() -> list[str]:
    """All of them, area by area."""
    return list(FAULTS)


def describe_fault(name: str) -> str:
    """One line: where, what, and who really made it."""
    fault = find(name)
    return f"{fault.file}, {fault.place}: {fault.kind}. Really made by: {fault.who}."


def fault_config(name: str) -> dict[str, Any]:
    """The fields of a `Config` of 600 steps or so, in which two runs part if one of them has the fault.

    Raises:
        ValueError: there is no such fault, or no two fresh runs can show it.
    """
    fault = find(name)
    if fault.config is None:
        raise ValueError(
            f"fault must be one that a comparison of two fresh runs can show; {name!r}, in {fault.file}, shows on the "
            f"ladder alone. Usual cure: python -m parity_tests.faults.run {name}."
        )
    return asdict(short(**fault.config))


def find(name: str) -> Fault:
    """The fault of this name.

    Raises:
        ValueError: there is none; names close matches.
    """
    if name in FAULTS:
        return FAULTS[name]
    close = difflib.get_close_matches(name, FAULTS, n=3)
    cure = f"Did you mean {' or '.join(close)}?" if close else "python -m parity_tests.faults.run --list names them."
    raise ValueError(f"fault must be one of {len(FAULTS)}; got {name!r}. {cure}")


def apply_fault(name: str) -> list[str]:
    """Gives the functions that the fault changes their wrong code, wherever they were imported to.

    Returns:
        The names of the functions.
    """
    fault = find(name)
    return put_in_place(import_module(fault.module), edit(source_of(fault), fault))


def put_in_place(module: ModuleType, edited: str) -> list[str]:
    """Makes a module's functions those of another text of it; their names, of those that changed."""
    path = Path(str(module.__file__))
    changed = changed_functions(path.read_text(), edited)
    scratch = {"__name__": module.__name__, "__file__": str(path)}
    exec(compile(edited, str(path), "exec"), scratch)
    for name in changed:
        _replace(_function(vars(module), name), _function(scratch, name))
    return changed


def source_of(fault: Fault) -> str:
    """The text of the file that a fault is in, without the fault."""
    return Path(str(import_module(fault.module).__file__)).read_text()


def edit(source: str, fault: Fault) -> str:
    """The text with the fault in it.

    Raises:
        ValueError: the piece to replace is not there exactly once.
    """
    found = source.count(fault.before)
    if found != 1:
        raise ValueError(f"fault {fault.name!r} needs its `before` once in {fault.file}; found it {found} times.")
    return source.replace(fault.before, fault.after)


def diff_of(fault: Fault) -> str:
    """The lines that a fault takes away and puts in, marked - and +."""
    before = source_of(fault)
    lines = difflib.unified_diff(before.splitlines(), edit(before, fault).splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def changed_functions(source: str, edited: str) -> list[str]:
    """The functions and methods in which two texts of a module differ.

    Raises:
        ValueError: they differ outside of functions, or nowhere; neither can be put into a running module.
    """
    (before, rest), (after, rest_after) = _parts(source), _parts(edited)
    changed = [path for path in before if before[path] != after.get(path)]
    if not changed or rest != rest_after or before.keys() != after.keys():
        raise ValueError("a fault must change the insides of functions that are there, and nothing else.")
    return changed


def _parts(source: str) -> tuple[dict[str, str], list[str]]:
    """What each function says, by its path; what stands around them, line numbers and layout aside."""
    functions, rest = {}, []
    for node in ast.parse(source).body:
        for path, inner in _named(node):
            if isinstance(inner, ast.FunctionDef):
                functions[path] = ast.dump(inner)
            else:
                rest.append(ast.dump(inner))
    return functions, rest


def _named(node: ast.stmt) -> list[tuple[str, ast.stmt]]:
    """A statement of a module under its name; a class's one by one."""
    if isinstance(node, ast.ClassDef):
        return [(f"{node.name}.{path}", inner) for statement in node.body for path, inner in _named(statement)]
    return [(getattr(node, "name", ""), node)]


def _function(namespace: Mapping[str, Any], path: str) -> Callable:
    """The plain function behind a name, without decorators that wrap it."""
    first, *attributes = path.split(".")
    found = namespace[first]
    for attribute in attributes:
        found = inspect.getattr_static(found, attribute)
    return inspect.unwrap(found.fget if isinstance(found, property) else found)


def _replace(function: Any, wrong: Any) -> None:
    """In place, so that every module that imported the function by name has the wrong one."""
    function.__code__, function.__defaults__ = wrong.__code__, wrong.__defaults__
    function.__kwdefaults__ = wrong.__kwdefaults__
