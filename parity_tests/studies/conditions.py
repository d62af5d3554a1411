"""`python -m parity_tests.studies.conditions`: which conditions leave a run's bits alone; docs/reproducibility.md.

Each condition is met by a process of its own, which trains the reference with both updates, and TorchRL's side.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import tyro
from rich.progress import track

from harness.process import prepare_process
from parity_tests.conditions.child import meet
from parity_tests.conditions.digests import first_apart
from parity_tests.conditions.listed import CONDITIONS
from parity_tests.conditions.outcome import Outcome, outcome, under
from parity_tests.studies.page import write_between_markers

PAGE = Path("docs/reproducibility.md")

RUN: dict[str, Any] = {"total_steps": 500, "start_steps": 200, "update_after": 201}
"""300 updates at the defaults' sizes: denormal numbers begin later."""

SIZES = [(8, 16), (8, 64), (32, 64), (128, 64), (32, 256), (128, 256), (256, 256), (128, 400)]
"""Batch, and units of both hidden layers."""

THREADED = {**RUN, "total_steps": 300, "max_steps_per_episode": 100}


@dataclass(frozen=True)
class Study:
    """Meet all conditions, or some."""

    names: tyro.conf.Positional[tuple[str, ...]] = ()
    """Which conditions; none: all of them and the numbers of threads, and the page is written."""


def try_all(names: tuple[str, ...]) -> dict[str, Outcome]:
    """Each condition beside the plain run."""
    plain, outcomes = under("plain", RUN), {}
    for name in track(names, description="conditions"):
        try:
            outcomes[name] = outcome(under(name, RUN), plain)
        except (RuntimeError, subprocess.SubprocessError) as error:
            outcomes[name] = Outcome(str(error), None, {})
    return outcomes


def row(name: str, found: Outcome) -> str:
    """A condition's line of the table."""
    if found.error is not None:
        return f"| {CONDITIONS[name].what} | - | `{found.error}` |"
    sides = "every bit" if found.sides_apart is None else f"until {found.sides_apart}"
    return f"| {CONDITIONS[name].what} | {sides} | {_from_plain(found.from_plain)} |"


def _from_plain(apart: dict[str, str | None]) -> str:
    if not any(apart.values()):
        return "the same bits"
    if len(set(apart.values())) == 1:
        return f"others from {next(iter(apart.values()))} on"
    return "; ".join(f"{side}: {'the same' if at is None else f'others from {at} on'}" for side, at in apart.items())


def table(outcomes: dict[str, Outcome], promised: bool) -> str:
    """The conditions under which the plain run's bits are promised, or the others."""
    head = ["| condition | both sides agree in | against the plain run |", "|---|---|---|"]
    chosen = [name for name in outcomes if CONDITIONS[name].promised == promised and name != "plain"]
    return "\n".join([*head, *(row(name, outcomes[name]) for name in chosen)])


def threads() -> str:
    """One thread against two, at several sizes."""
    lines = ["| batch | hidden layers | both sides on two threads | one thread against two |", "|--:|--:|---|---|"]
    for batch, width in track(SIZES, description="threads"):
        fields = THREADED | {"batch_size": batch, "hidden_sizes": (width, width)}
        one, two = meet("undisturbed", fields), meet("two_threads", fields)
        sides = first_apart(two["reference"], two["torchrl"])
        found = _from_plain({side: first_apart(one[side], two[side]) for side in one})
        lines.append(f"| {batch} | {width}-{width} | {'every bit' if sides is None else f'until {sides}'} | {found} |")
    return "\n".join(lines)


def broken(outcomes: dict[str, Outcome]) -> list[str]:
    """The conditions under which a promise did not hold."""
    kept = {name for name, found in outcomes.items() if found.error is None and not any(found.from_plain.values())}
    return [name for name in outcomes if CONDITIONS[name].promised and name not in kept]


def main(words: list[str] | None = None) -> int:
    """Tries, prints, writes; 1 where a promise did not hold, 2 on bad input."""
    names = tyro.cli(Study, args=words, prog="conditions", description=__doc__).names
    unknown = [name for name in names if name not in CONDITIONS]
    if unknown:
        print(f"conditions: names must be of {', '.join(CONDITIONS)}; got {', '.join(unknown)}.", file=sys.stderr)
        return 2
    outcomes = try_all(names or tuple(CONDITIONS))
    tables = {"promised": table(outcomes, True), "not promised": table(outcomes, False)}
    if not names:
        prepare_process()
        tables |= {"threads": threads(), "machine": machine()}
        for name, text in tables.items():
            write_between_markers(PAGE, text, name)
    print("\n\n".join(tables.values()))
    return 1 if broken(outcomes) else 0


def machine() -> str:
    """What all of it was tried on."""
    capability = torch.backends.cpu.get_cpu_capability()
    return f"torch {torch.__version__}, {capability}, one thread where nothing else is said."


if __name__ == "__main__":
    sys.exit(main())
