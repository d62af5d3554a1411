"""`ddpg bench`."""

import json
import os
import platform
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rich.console import Console

from harness.arguments import Bench
from harness.bench.interleave import interleave
from harness.bench.plan import plan
from harness.bench.results import ratios, row
from harness.bench.tables import cell_name, print_tables
from harness.bench.work import Job
from harness.errors import InputError, complain, one_line
from harness.files import write_whole

PEERS_PYTHON = Path(".venv-peers/bin/python")
"""Where `make conformance` puts the interpreter that has the other libraries."""


def execute(command: Bench) -> int:
    """Measures, prints, and writes the page."""
    cells = plan(command)
    python = interpreter(command)
    if command.out is not None and (command.out.is_dir() or not command.out.absolute().parent.is_dir()):
        raise InputError(f"out must be a file in a folder that is there; got {command.out}.")
    found = measure(cells, python, command.repeats)
    if command.json:
        print(json.dumps(found, allow_nan=False))
    else:
        print_tables(found)
    if command.out is not None:
        from harness.bench.page import bench_page

        _write(command.out, bench_page(found))
    return 0


def measure(cells: list[list[Job]], python: Path, repeats: int) -> dict[str, Any]:
    """All cells, one after the other; within a cell, everything in turns."""
    found: dict[str, Any] = {"cpu": cpu_name(), "cores": cores(), "versions": {}, "results": [], "ratios": []}
    console = Console(stderr=True)
    for place, jobs in enumerate(cells, 1):
        title = f"cell {place} of {len(cells)}, {cell_name(jobs[0].to_json()['cell'])}"
        if not console.is_terminal:
            complain(title)
        with console.status(title) if console.is_terminal else nullcontext() as status:

            def say(words: str, title: str = title, status: Any = status) -> None:
                if status is not None:
                    status.update(f"{title}: {words}")

            timed = interleave(jobs, python, repeats, say)
        found["results"] += [row(each) for each in timed]
        found["ratios"] += ratios(timed)
        for each in timed:
            found["versions"] |= each.versions
    return found


def interpreter(command: Bench) -> Path:
    """The Python that contenders run in.

    Raises:
        InputError: there is none.
    """
    if command.python is not None:
        if not os.access(command.python, os.X_OK) or command.python.is_dir():
            raise InputError(f"python must be an interpreter that can be run; got {command.python}.")
        return command.python.absolute()  # not resolved: a virtual environment's is a link to the one it is of
    beside = Path(__file__).parents[2] / PEERS_PYTHON
    for path in (PEERS_PYTHON, beside):
        if command.peers and path.exists():
            return path.absolute()
    return Path(sys.executable)


def cpu_name() -> str:
    """The processor, as the system calls it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise InputError(f"out must be a file that can be written; got {path} ({one_line(error)}).") from error
