"""`ddpg doctor`: what this machine and its libraries are, whether bits agree on them, and which traps apply."""

import json
import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness.arguments import Doctor
from harness.errors import complain, one_line

NEEDED = ("torch", "torchrl", "tensordict", "gymnasium", "numpy", "safetensors", "packaging")
"""Without these there is nothing to examine."""


def execute(command: Doctor) -> int:
    """Examines and prints; 1 where something will break parity."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        complain(f"{', '.join(missing)} cannot be found. pip install ddpg-parity.")
        return 1
    try:
        answer = examine()
    except (ImportError, OSError) as error:  # a library that lacks another of the system's raises either
        complain(f"cannot be imported: {one_line(error)}")
        return 1
    if command.json:
        print(json.dumps(answer, allow_nan=False))
    else:
        show(answer)
    return 0 if answer["parity"] else 1


def examine() -> dict[str, Any]:
    """Facts, trials and findings, as `--json` prints them."""
    torch = import_module("torch")
    threads = torch.get_num_threads()
    import_module("harness.process").prepare_process()
    trials_of = import_module("harness.doctor_trials")
    facts = import_module("harness.doctor_facts").gather(threads)
    trials = [trials_of.attempt(name) for name in trials_of.TRIALS]
    findings = import_module("harness.doctor_findings").diagnose(facts, trials)
    return {
        "parity": all(finding.kind != "breaks parity" for finding in findings),
        "facts": facts,
        "trials": [trial._asdict() for trial in trials],
        "findings": [finding._asdict() for finding in findings],
    }


def show(answer: dict[str, Any]) -> None:
    """Three tables and a verdict, as wide as the terminal."""
    console = Console(highlight=False, width=None if os.isatty(1) else 120)
    facts = Table("section", "what", "found", title="Found", title_justify="left")
    for section, values in answer["facts"].items():
        for place, (name, value) in enumerate(values.items()):
            facts.add_row("" if place else section, name, escape(str(value)))
        facts.add_section()
    trials = Table("short run of both sides", "compared", "outcome", title="Tried", title_justify="left")
    for trial in answer["trials"]:
        outcome = "every bit agrees" if trial["difference"] is None else escape(trial["difference"])
        trials.add_row(trial["name"], f"{trial['compared']:,}", outcome)
    findings = Table("kind", "what", "what to do", title="What applies here", title_justify="left", show_lines=True)
    for finding in answer["findings"]:
        findings.add_row(finding["kind"], escape(finding["what"]), escape(finding["cure"]))
    for table in (facts, trials, findings):
        console.print(table)
    breaks = sum(finding["kind"] == "breaks parity" for finding in answer["findings"])
    console.print("Both sides agree to the bit here." if answer["parity"] else f"{breaks} of these break parity.")
