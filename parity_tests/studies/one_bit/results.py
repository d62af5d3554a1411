"""What is kept of the runs: a line a run, and for one seed the policies themselves, to draw."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np

from harness.fingerprint import versions
from parity_tests.studies.kept import append, lines
from parity_tests.studies.one_bit.twins import ANGLES, SPEEDS, Trace, Twin, distances

FOLDER = Path("docs/one_bit")
RUNS, POLICIES = "runs.jsonl", "policies.json"

DRAWN = (1, 5, 10, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 250, 300, 400, 500, 700, 1000, 1500, 2000)
"""Updates whose policies are drawn."""

STEP = 2.0 / 127
"""Torque of one of the whole numbers that a policy is kept as: half a pixel's colour."""


def keep(twin: Twin, found: Trace, plain: Trace | None = None) -> None:
    """Adds a run; with `plain`, how far it was from the run without a change."""
    line: dict[str, Any] = {**twin._asdict(), "returns": [round(value, 3) for value in found.returns]}
    line["judged"] = [round(value, 3) for value in found.judged]
    if plain is not None:
        line |= {"updates": found.updates, "distances": [float(f"{far:.4g}") for far in distances(found, plain)]}
    line["numerics"] = versions()["numerics"]["hash"]
    append(FOLDER / RUNS, line)


def runs() -> dict[Twin, dict[str, Any]]:
    """The runs that are there."""
    return {Twin(line["seed"], line["change"], line["steps"]): line for line in lines(FOLDER / RUNS)}


def has(twin: Twin) -> bool:
    """Whether this run is there."""
    return twin in runs()


def has_policies(change: str) -> bool:
    """Whether the policies of this twin of seed 0 are kept."""
    path = FOLDER / POLICIES
    return path.is_file() and change in json.loads(path.read_text())["policies"]


def keep_policies(traces: dict[str, Trace]) -> None:
    """The policies of one seed's plain run ("") and of its twins, as whole numbers in base64; adds to those kept."""
    path = FOLDER / POLICIES
    before = json.loads(path.read_text())["policies"] if path.is_file() else {}
    updates = [update for update in traces[""].updates if update in DRAWN]
    at = [traces[""].updates.index(update) for update in updates]
    whole = {
        "updates": updates,
        "angles": [round(float(angle), 4) for angle in ANGLES],
        "speeds": [round(float(speed), 4) for speed in SPEEDS],
        "step": STEP,
        "policies": before | {change: _coded(found.policies[at]) for change, found in traces.items()},
    }
    path.write_text(json.dumps(whole) + "\n")


def policies() -> dict[str, Any]:
    """As kept, the policies as arrays [updates, speeds, angles] of torque."""
    whole = json.loads((FOLDER / POLICIES).read_text())
    shape = (len(whole["updates"]), len(whole["speeds"]), len(whole["angles"]))
    whole["policies"] = {
        change: np.frombuffer(base64.b64decode(code), dtype=np.int8).reshape(shape) * whole["step"]
        for change, code in whole["policies"].items()
    }
    return dict(whole)


def _coded(torque: np.ndarray) -> str:
    return base64.b64encode(np.rint(torque / STEP).clip(-127, 127).astype(np.int8).tobytes()).decode()
