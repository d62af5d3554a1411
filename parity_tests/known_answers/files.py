"""Known answers as files: one JSON document a case."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from parity_tests import oracle
from parity_tests.conventions import Conventions
from parity_tests.known_answers.answer import Inputs
from parity_tests.known_answers.draw import Spec
from parity_tests.known_answers.exact import EXACT, printed

SCHEMA = "schema-2026-11-22.json"
FOLDER = Path(__file__).parent.parent.parent / "vectors"

CONVENTIONS = (
    "order",
    "target_actor",
    "critic_loss_factor",
    "clips_together",
    "truncation_is_terminal",
    "weight_decay",
    "adam_epsilon",
)
"""Those that are maths; `clips_gradients` is said by `grad_clip_norm`."""


class Case(NamedTuple):
    """A file, read."""

    name: str
    level: int
    tells_apart: dict[str, list[str]]
    inputs: Inputs
    expected: dict[str, Any]  # nested dicts of float64 arrays


def text_of(name: str, spec: Spec, inputs: Inputs, expected: dict[str, Any], tells: dict[str, list[str]]) -> str:
    """The document, one tensor a line."""
    state, batch, settings = inputs
    told = {key: value for key, value in settings._asdict().items() if key != "conventions"}
    document = {
        "schema": SCHEMA,
        "name": name,
        "level": spec.level,
        "about": spec.about,
        "tells_apart": tells,
        "settings": {**told, **{key: getattr(settings.conventions, key) for key in CONVENTIONS}},
        "batch": batch._asdict(),
        "state": {k: v._asdict() if isinstance(v, oracle.Adam) else v for k, v in state._asdict().items()},
        "expected": expected,
    }
    return _written(document, 0) + "\n"


def read(path: Path) -> Case:
    """A case from its file."""
    document = json.loads(path.read_text())
    told = _arrays(document["settings"])
    conventions = Conventions(**{name: told.pop(name) for name in CONVENTIONS})
    state = {
        name: oracle.Adam(_arrays(part["mean"]), _arrays(part["square"]), part["step"]) if "step" in part else part
        for name, part in _arrays(document["state"]).items()
    }
    inputs = Inputs(
        oracle.State(**state),
        oracle.Batch(**_arrays(document["batch"])),
        oracle.Settings(**told, conventions=conventions),
    )
    return Case(document["name"], document["level"], document["tells_apart"], inputs, _arrays(document["expected"]))


def as_floats(tree: Any) -> Any:
    """Exact numbers rounded to float64, as a reader of the file gets them."""
    if isinstance(tree, dict):
        return {name: as_floats(value) for name, value in tree.items()}
    if isinstance(tree, np.ndarray):
        return np.vectorize(lambda value: float(printed(value)), otypes=[float])(tree)
    return float(printed(tree)) if isinstance(tree, EXACT.mpf) else tree


def _arrays(tree: Any) -> Any:
    """Lists as arrays, of float64 or of flags; whole numbers as float64 too, but for Adam's step."""
    if isinstance(tree, dict):
        return {name: value if name == "step" else _arrays(value) for name, value in tree.items()}
    if isinstance(tree, list):
        array = np.array(tree)
        return array if array.dtype == bool else array.astype(np.float64)
    return float(tree) if isinstance(tree, int) and not isinstance(tree, bool) else tree


def _written(tree: Any, depth: int) -> str:
    """Dicts over several lines; all else on one."""
    if not isinstance(tree, dict) or not tree:
        return _on_one_line(tree)
    indent = " " * (depth + 1)
    parts = [f"{indent}{json.dumps(key)}: {_written(value, depth + 1)}" for key, value in tree.items()]
    return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}"


def _on_one_line(value: Any) -> str:
    """Inputs in their shortest form, exact numbers at 17 digits."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list):
        return "[" + ",".join(map(_on_one_line, value)) + "]"
    return (printed(value) if isinstance(value, EXACT.mpf) else json.dumps(value)).removesuffix(".0")
