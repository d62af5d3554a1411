"""Rung: the two packages stand side by side, and nothing imports what it may not."""

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from parity_tests.assertions import assert_same_bits
from reference.config import Config
from torchrl_impl.config import WHERE

RUNG = "mirror"

ROOT = Path(__file__).parent.parent
PACKAGES = "reference", "torchrl_impl", "harness"

WITHOUT_DOCSTRINGS = {"reference/one_file.py", "torchrl_impl/one_file.py"}
"""One screen of equations, on purpose in a mathematician's layout."""


def trees_of(package):
    """Each file of a package, parsed, under its path from the root."""
    files = sorted((ROOT / package).rglob("*.py"))
    return {file.relative_to(ROOT).as_posix(): ast.parse(file.read_text()) for file in files}


TREES = {package: trees_of(package) for package in (*PACKAGES, "parity_tests")}
FILES = {path: tree for package in PACKAGES for path, tree in TREES[package].items()}
BETWEEN = "torchrl_impl/drop_in/", "torchrl_impl/adapters/"
"""TorchRL's classes with the reference inside, and TorchRL's classes for the reference's loop: they mirror nothing."""

EXPORTS = "torchrl_impl/drop_in/__init__.py"
"""So that changing one import, of one name, is the whole migration."""

_FAST = ("fused", "fused_agents", "fused_layers", "fused_state", "learner", "many", "many_agents")
FAST = [f"reference/{name}.py" for name in _FAST]
"""The update with its backward pass written out, and runs side by side: TorchRL has nothing like them."""

TORCHRL_SIDE = [path for path in TREES["torchrl_impl"] if not path.startswith(BETWEEN)]
SIDES = [*TREES["reference"], *TORCHRL_SIDE]

each_file = pytest.mark.parametrize("path", FILES)


# Namesakes.


def namesake(path):
    package, name = path.split("/", 1)
    return f"{'torchrl_impl' if package == 'reference' else 'reference'}/{name}"


@pytest.mark.parametrize("path", [path for path in SIDES if path not in FAST])
def test_every_file_has_a_namesake(path):
    assert namesake(path) in FILES


def public_functions(path):
    """Those at the top of a module, in order, without the trailing underscore of those that write in place."""
    names = [node.name for node in FILES[path].body if isinstance(node, ast.FunctionDef)]
    return [name.rstrip("_") for name in names if not name.startswith("_")]


@pytest.mark.parametrize("path", [path for path in TREES["reference"] if namesake(path) in FILES])
def test_functions_of_one_name_stand_in_one_order(path):
    ours, theirs = public_functions(path), public_functions(namesake(path))
    assert [name for name in ours if name in theirs] == [name for name in theirs if name in ours]


def documented(tree):
    """What in a file can have a docstring, by name: the module, its classes and their methods, its functions."""
    yield "module", tree
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            yield from (
                (f"{node.name}.{inner.name}", inner) for inner in node.body if isinstance(inner, ast.FunctionDef)
            )


def mirrors():
    """Each "Mirror:" of the two packages: where it stands, the file it names, and what in that file."""
    for path in SIDES:
        for name, node in documented(FILES[path]):
            for line in re.findall(r"Mirror: (.*)", ast.get_docstring(node) or ""):
                for file, what in re.findall(r"(\w+/\w+\.py)(?:, (\w+)$)?", line):
                    yield pytest.param(path, file, what, id=f"{path}:{name}")


def defined(tree):
    """The names that a module's top level gives a meaning to."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)


@pytest.mark.parametrize("path, file, what", list(mirrors()))
def test_a_mirror_points_to_something_on_the_other_side(path, file, what):
    assert path.split("/")[0] != file.split("/")[0] and file in FILES
    assert not what or what in defined(FILES[file])


@pytest.mark.parametrize("path", [path for path in TORCHRL_SIDE if "__init__" not in path])
def test_a_module_on_torchrls_side_names_its_namesake(path):
    assert namesake(path) in ast.get_docstring(FILES[path])


def test_every_field_of_config_has_its_place_in_torchrl():
    assert list(WHERE) == [field.name for field in fields(Config)]


# Imports.

MAY_IMPORT = {
    "reference": {"torch", "numpy", "gymnasium", "reference"},
    "torchrl_impl": {"torch", "numpy", "gymnasium", "torchrl", "tensordict", "reference", "torchrl_impl"},
}

SHARED_INPUTS = {"reference.config", "reference.env_id", "reference.state", "reference.streams"}

ORDER = [
    ["config"],
    ["state"],
    ["streams"],
    ["networks", "noise", "n_step", "optim", "soft_update", "targets"],
    ["replay"],
    ["losses"],
    ["fused_layers"],
    ["fused_state"],
    ["fused_agents", "update", "fused"],
    ["learner"],
    ["env_id"],
    ["envs"],
    ["train"],
    ["evaluate", "many_agents"],
    ["many"],
    ["checkpoint"],
]
"""A module imports those of its package that stand on a line above it, and none on its own line."""

RANK = {name: rank for rank, line in enumerate(ORDER) for name in line}

ALONE = {"one_file"}
"""They import nothing of their own package, and nothing of it imports them."""


def imports(tree):
    """Every module that a file imports, anywhere in it, as "package.module"."""
    modules = {module for package in TREES for module in map(module_of, TREES[package])}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they lead"
            for alias in node.names:
                # "from reference import losses" imports a module, "from reference.losses import x" does not.
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules else node.module


def module_of(path):
    return path.removesuffix(".py").replace("/", ".")


@pytest.mark.parametrize("path", [*TREES["reference"], *TREES["torchrl_impl"]])
def test_a_package_imports_what_it_may(path):
    allowed = MAY_IMPORT[path.split("/")[0]]
    roots = {module.split(".")[0] for module in imports(FILES[path])}
    assert roots - allowed - sys.stdlib_module_names == set()


@pytest.mark.parametrize("path", TORCHRL_SIDE)
def test_torchrls_side_shares_inputs_with_the_reference_and_no_maths(path):
    assert {module for module in imports(FILES[path]) if module.split(".")[0] == "reference"} <= SHARED_INPUTS


@pytest.mark.parametrize("path", SIDES)
def test_neither_side_leans_on_what_stands_between_them(path):
    # It brings the reference's maths to TorchRL's classes: what imports it would be compared with itself.
    between = tuple(folder.replace("/", ".") for folder in BETWEEN)
    assert [module for module in imports(FILES[path]) if f"{module}.".startswith(between)] == []


@pytest.mark.parametrize("path", TREES["harness"])
def test_the_harness_does_not_import_the_tests(path):
    assert "parity_tests" not in {module.split(".")[0] for module in imports(FILES[path])}


def own_imports(path):
    """The modules of its own package that a file imports, without the package's name."""
    package = path.split("/")[0]
    return {module.removeprefix(f"{package}.") for module in imports(FILES[path]) if module.startswith(f"{package}.")}


@pytest.mark.parametrize("path", [path for path in SIDES if "__init__" not in path])
def test_modules_of_a_package_import_those_above_them(path):
    name = Path(path).stem
    assert name in RANK or name in ALONE, "it has no place in ORDER yet"
    rank = -1 if name in ALONE else RANK[name]
    assert [other for other in own_imports(path) if RANK.get(other, len(ORDER)) >= rank] == []


@each_file
def test_no_file_is_named_types(path):
    # Beside a script, it would be imported in place of the standard library's.
    assert Path(path).name != "types.py"


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith("__init__.py") and path != EXPORTS])
def test_init_files_are_empty(path):
    # A module and the function in it may share a name.
    assert (ROOT / path).read_text() == ""


def test_the_drop_ins_are_exported_under_their_names():
    _, *statements = FILES[EXPORTS].body  # after the docstring
    *lines, names = statements
    assert all(isinstance(line, ast.ImportFrom) for line in lines)
    assert ast.literal_eval(names.value) == sorted(alias.name for line in lines for alias in line.names)


@pytest.mark.parametrize("path", [path for path in FILES if path not in WITHOUT_DOCSTRINGS and "__init__" not in path])
def test_whatever_is_public_has_a_docstring(path):
    public = [(name, node) for name, node in documented(FILES[path]) if not re.search(r"(^|\.)_", name)]
    assert [name for name, node in public if not ast.get_docstring(node)] == []


# Importing.

PROCESS_WIDE = """
import contextlib, importlib, json, os, random, signal, sys
import numpy, torch

def settings():
    return {
        "threads": torch.get_num_threads(),
        "interop threads": torch.get_num_interop_threads(),
        "torch's generator": hash(torch.get_rng_state().numpy().tobytes()),
        "numpy's generator": hash(numpy.random.get_state()[1].tobytes()),
        "python's generator": hash(random.getstate()),
        "dtype": str(torch.get_default_dtype()),
        "deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
        "gradients": torch.is_grad_enabled(),
        "matmul precision": torch.get_float32_matmul_precision(),
        "flushes denormals": bool(torch.tensor([2.0**-1022], dtype=torch.float64) * 0.5 == 0),
        "working directory": os.getcwd(),
        "environment": sorted(os.environ),
        "environment's values": hash(tuple(sorted(os.environ.items()))),
        "interrupt": str(signal.getsignal(signal.SIGINT)),
    }

libraries, modules = map(json.loads, sys.argv[1:])
for module in libraries:
    with contextlib.suppress(ImportError):
        importlib.import_module(module)
torch.set_num_threads(2)
before = settings()
for module in modules:
    # A peer's adapter cannot be imported where the peer is not installed.
    peer = module.startswith("harness.bench.peers.")
    with contextlib.suppress(ModuleNotFoundError) if peer else contextlib.nullcontext():
        importlib.import_module(module)
print(json.dumps([before, settings()]))
"""
"""The libraries come first, since some do change a setting: gymnasium, tensordict and torch set variables of the
environment, rich draws from Python's generator."""


def test_importing_changes_no_process_wide_setting():
    modules = [module_of(path) for path in FILES if "__init__" not in path]
    imported = {module for tree in FILES.values() for module in imports(tree)}
    libraries = sorted(module for module in imported if module.split(".")[0] not in TREES)
    command = [sys.executable, "-c", PROCESS_WIDE, json.dumps(libraries), json.dumps(modules)]
    # This process has imported them already: whatever they set in its environment must not be handed down.
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    before, after = json.loads(done.stdout)
    assert_same_bits("settings before and after importing", before, after)
