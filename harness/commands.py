"""What each command does, once its words are understood."""

import json
import time
from pathlib import Path
from typing import Any

from harness import compare as comparing
from harness.arguments import Command, Compare, Evaluate, Report, Train
from harness.console import print_comparison, print_figures
from harness.errors import InputError, one_line
from harness.evaluate import evaluate_run
from harness.files import refuse_used, write_json
from harness.implementations import Impl, check_env
from harness.process import prepare_process
from harness.report import write_report
from harness.run_folder import read_run
from harness.train import run_space, train_into
from reference.config import Config
from reference.state import Space


def execute(command: Command) -> int:
    """Runs one command; its exit status."""
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


def train(command: Train) -> int:
    """`ddpg train`."""
    config = command.config
    words = (time.strftime("%Y%m%d-%H%M%S"), command.impl, config.env_id.replace("/", "_"), config.seed)
    folder = command.out or Path("runs") / "-".join(map(str, words))
    _answer(train_into(config, command.impl, folder, _space(config, command.impl)), "Trained", command.json)
    return 0


def compare(command: Compare) -> int:
    """`ddpg compare`."""
    if command.config.device != "cpu":
        raise InputError(
            f"device must be cpu for compare, where equal bits are promised; got {command.config.device!r}."
        )
    if command.out is not None:
        refuse_used(command.out)
    space = _space(command.config, *comparing.SIDES)
    with comparing.reported(command.out):
        comparison = comparing.compare(command.config, space, command.out)
    if command.out is not None:
        write_json(command.out / "compare.json", comparing.as_json(comparison, command.config))
    if command.json:
        print(json.dumps(comparing.as_json(comparison, command.config)))
        return 0 if comparison.difference is None else 1
    print_comparison(comparison.quantities, comparison.elements, comparison.difference)
    print(f"First difference: {comparison.difference}" if comparison.difference else "Every bit agrees.")
    if command.out is not None:
        print(f"Report: {command.out / 'report.html'}")
    return 0 if comparison.difference is None else 1


def evaluate(command: Evaluate) -> int:
    """`ddpg evaluate`."""
    _answer(
        evaluate_run(command.run, command.episodes, command.max_steps_per_episode),
        "Evaluated without exploration",
        command.json,
    )
    return 0


def report(command: Report) -> int:
    """`ddpg report`."""
    if not command.runs:
        raise InputError("runs must name one run folder or more; got none.")
    logs = [read_run(folder) for folder in command.runs]
    names = [log.name for log in logs]
    for place, folder in enumerate(command.runs):
        # Folders of one name, as two comparisons have, are told apart by their paths.
        if names.count(names[place]) > 1:
            logs[place] = logs[place]._replace(name=str(folder))
    path = command.out or (command.runs[0] / "report.html" if len(logs) == 1 else Path("report.html"))
    try:
        write_report(logs, path)
    except OSError as error:
        raise InputError(f"out must be a file that can be written; got {path} ({one_line(error)}).") from error
    _answer({"report": str(path), "runs": [str(folder) for folder in command.runs]}, "Reported", command.json)
    return 0


def _space(config: Config, *impls: Impl) -> Space:
    """The spaces of a run, refused here where an implementation could not work on them."""
    try:
        space = run_space(config)
        for impl in impls:
            check_env(impl, config)
        return space
    except ValueError as error:
        raise InputError(one_line(error)) from error


def _answer(figures: dict[str, Any], title: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, allow_nan=False))
    else:
        print_figures(title, figures)
