"""What each command does, once its words are understood."""

import json
import os
import time
from pathlib import Path
from typing import Any

from harness.arguments import Compare, Evaluate, Record, Report, Resume, Train
from harness.compare_command import compare
from harness.console import print_figures
from harness.early_end import too_few_episodes, warn
from harness.errors import InputError, complain, one_line
from harness.evaluate import evaluate_run
from harness.implementations import Impl
from harness.other_update import NO_OTHER_UPDATE, other_update_line
from harness.process import prepare_process
from harness.record import choose, record_into
from harness.report import write_report
from harness.resume import Wishes, resume_run
from harness.run_folder import read_run
from harness.schedule import Schedule, parse_schedule
from harness.seeds import train_seeds_into
from harness.stalls import stalls_told
from harness.train import space_for
from harness.whole_run import train_into
from reference.config import Config


def execute(command: Train | Resume | Record | Compare | Evaluate | Report) -> int:
    """Runs any command but `ddpg parity`; its exit status."""
    prepare_process()
    with stalls_told():
        return _execute(command)


def _execute(command: Train | Resume | Record | Compare | Evaluate | Report) -> int:
    match command:
        case Train():
            return train(command)
        case Resume():
            return resume(command)
        case Record():
            return record(command)
        case Compare():
            return compare(command)
        case Evaluate():
            return evaluate(command)
        case Report():
            return report(command)


def train(command: Train) -> int:
    """`ddpg train`."""
    config = command.config
    schedule = parse_schedule(command.checkpoint_every, command.keep_checkpoints)
    if command.seeds is not None:
        return train_seeds(command, schedule)
    folder = command.out or new_path(config, command.impl)
    space = space_for(config, command.impl)
    warn(too_few_episodes(config, space.steps_per_episode))
    _answer_run(train_into(config, command.impl, folder, space, schedule, command.update), "Trained", command.json)
    return 0


def resume(command: Resume) -> int:
    """`ddpg resume`."""
    wishes = Wishes(command.impl, command.checkpoint_every, command.keep_checkpoints, command.env_id)
    _answer_run(resume_run(command.run, wishes), "Resumed", command.json)
    return 0


def train_seeds(command: Train, schedule: Schedule) -> int:
    """`ddpg train --seeds`."""
    folder = command.out or new_path(command.config, command.impl, seeds=command.seeds)
    figures = train_seeds_into(command, folder, schedule)
    printed = figures if command.json else {name: figures[name] for name in figures if name != "runs"}
    _answer(printed, f"Trained {figures['seeds']} seeds", command.json)
    return 0


def record(command: Record) -> int:
    """`ddpg record`."""
    config = command.config
    chosen = choose(command.values_every, command.values_at)
    out = command.out or new_path(config, command.impl, ".jsonl")
    figures = record_into(config, command.impl, out, space_for(config, command.impl), chosen)
    _answer(figures, "Recorded", command.json)
    return 0


def evaluate(command: Evaluate) -> int:
    """`ddpg evaluate`."""
    _answer(
        evaluate_run(command.run, command.episodes, command.max_steps_per_episode, command.env_id),
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
        write_report(logs, path, f".{os.getpid()}.part")  # the run may be writing its own
    except OSError as error:
        raise InputError(f"out must be a file that can be written; got {path} ({one_line(error)}).") from error
    _answer({"report": str(path), "runs": [str(folder) for folder in command.runs]}, "Reported", command.json)
    return 0


def new_path(config: Config, impl: Impl, ending: str = "", seeds: str | None = None) -> Path:
    """Where a run goes that was told no place, or runs of several seeds."""
    last = str(config.seed) if seeds is None else "seeds-" + seeds.replace(" ", "").replace(",", "-")
    words = (time.strftime("%Y%m%d-%H%M%S"), impl, config.env_id.replace("/", "_"), last)
    return Path("runs") / ("-".join(words) + ending)


def _answer(figures: dict[str, Any], title: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, allow_nan=False))
    else:
        print_figures(title, figures)


def _answer_run(figures: dict[str, Any], title: str, as_json: bool) -> None:
    """A run's figures, and what the other update would have saved."""
    printed = figures if as_json else {name: figures[name] for name in figures if name not in NO_OTHER_UPDATE}
    _answer(printed, title, as_json)
    if figures["other_update"] is not None:
        complain(other_update_line(figures))
