"""`ddpg`, also `python -m harness`: from words to work to exit status."""

import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness import compare as comparing
from harness.arguments import Compare, Evaluate, Report, Train, parse
from harness.console import print_comparison, print_figures
from harness.errors import InputError, one_line
from harness.evaluate import evaluate_run
from harness.process import prepare_process
from harness.report import write_report
from harness.run_folder import read_run
from harness.train import run_space, train_into
from reference.config import Config
from reference.state import Space


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Returns:
        0: done, and for `compare` all bits agree. 1: training met a number that is none, or bits
        differ. 2: wrong input. 130: interrupted, with everything written so far intact.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        command = parse(arguments)
        prepare_process()
        match command:
            case Train():
                return train(command)
            case Compare():
                return compare(command)
            case Evaluate():
                return evaluate(command)
            case Report():
                return report(command)
    except InputError as error:
        return _complain(error, 2)
    except (FloatingPointError, OSError) as error:
        return _complain(error, 1)
    except KeyboardInterrupt:
        return _complain("interrupted; what was written so far is whole.", 130)


def train(command: Train) -> int:
    """`ddpg train`."""
    space = _space(command.config)
    words = (time.strftime("%Y%m%d-%H%M%S"), command.impl, command.config.env_id.replace("/", "_"), command.config.seed)
    folder = command.out or Path("runs") / "-".join(map(str, words))
    _answer(train_into(command.config, command.impl, folder, space), "Trained", command.json)
    return 0


def compare(command: Compare) -> int:
    """`ddpg compare`."""
    comparison = comparing.compare(command.config, _space(command.config), command.out)
    written = None if command.out is None else comparing.write_comparison(comparison, command.config, command.out)
    equal = comparison.difference is None
    if command.json:
        print(json.dumps(comparing.as_json(comparison, command.config)))
        return 0 if equal else 1
    print_comparison(comparison.quantities, comparison.elements, comparison.difference)
    print("Every bit agrees." if equal else f"First difference: {comparison.difference}")
    if written is not None:
        print(f"Report: {written}")
    return 0 if equal else 1


def evaluate(command: Evaluate) -> int:
    """`ddpg evaluate`."""
    _answer(evaluate_run(command.run, command.episodes), "Evaluated without exploration", command.json)
    return 0


def report(command: Report) -> int:
    """`ddpg report`."""
    if not command.runs:
        raise InputError("runs must name one run folder or more; got none.")
    logs = [read_run(folder) for folder in command.runs]
    names = [log.name for log in logs]
    # Folders of one name, as two comparisons have, are told apart by the whole path.
    logs = [
        log if names.count(log.name) == 1 else log._replace(name=str(f))
        for log, f in zip(logs, command.runs, strict=True)
    ]
    path = command.out or (command.runs[0] / "report.html" if len(logs) == 1 else Path("report.html"))
    write_report(logs, path)
    _answer({"report": str(path), "runs": [str(folder) for folder in command.runs]}, "Reported", command.json)
    return 0


def _space(config: Config) -> Space:
    try:
        return run_space(config)
    except ValueError as error:
        raise InputError(one_line(error)) from error


def _answer(figures: dict[str, Any], title: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, allow_nan=False))
    else:
        print_figures(title, figures)


def _complain(error: BaseException | str, status: int) -> int:
    text = error if isinstance(error, str) else one_line(error)
    print(f"ddpg: {text}", file=sys.stderr)
    return status


def run() -> None:
    """The console script."""
    sys.exit(main())


if __name__ == "__main__":
    run()
