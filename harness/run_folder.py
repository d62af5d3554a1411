"""A run folder on disk: written line by line and file by file, each whole or not at all."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_args

import torch

from harness.errors import InputError, one_line
from harness.fingerprint import versions
from harness.implementations import Impl
from harness.metrics import METRICS
from harness.run_log import RunLog
from reference.config import Config
from reference.state import Params, TrainState

_NETWORKS = ("actor", "critic", "target_actor", "target_critic")


def create(folder: Path, config: Config, impl: str) -> None:
    """Makes a run folder: `config.json`, `run.json`, `versions.json`, an empty `metrics.jsonl`.

    Raises:
        InputError: something is there already, or the folder cannot be written.
    """
    try:
        refuse_used(folder)
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "config.json", asdict(config))
        write_json(folder / "run.json", {"format": 1, "impl": impl})
        write_json(folder / "versions.json", versions())
        (folder / "metrics.jsonl").touch()
    except OSError as error:
        raise InputError(f"out must be a folder that can be written; got {folder} ({one_line(error)}).") from error


def refuse_used(folder: Path) -> None:
    """Raises InputError where a folder already holds something."""
    try:
        used = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise InputError(f"out must be a folder that can be written; got {folder} ({one_line(error)}).") from error
    if used:
        what = "a run" if (folder / "config.json").is_file() else "other files"
        raise InputError(f"out must name a new or empty folder; {folder} already holds {what}. Choose another.")


def append_metrics(folder: Path, line: dict[str, Any]) -> None:
    """Adds one line to `metrics.jsonl`; what a failure leaves of it is cut off again."""
    data = (json.dumps(line, allow_nan=False) + "\n").encode()
    with uninterrupted(), open(folder / "metrics.jsonl", "ab", buffering=0) as file:
        whole = file.tell()
        try:
            if file.write(data) != len(data):
                raise OSError(f"{folder / 'metrics.jsonl'}: the disk took only part of a line; free some room")
        except OSError:
            file.truncate(whole)
            raise


def save_weights(folder: Path, networks: TrainState) -> None:
    """Writes the four networks to `weights.pt`, which holds tensors and nothing else."""
    tensors = {name: getattr(networks, name) for name in _NETWORKS}
    write_whole(folder / "weights.pt", lambda path: torch.save(tensors, path))


def load_weights(folder: Path) -> dict[str, Params]:
    """The four networks of a run, by name.

    Raises:
        InputError: there are none, or the file is damaged.
    """
    path = folder / "weights.pt"
    if not path.is_file():
        raise InputError(f"{folder} holds no weights.pt: its run ended before its first episode did. Train it again.")
    try:
        tensors = torch.load(path, weights_only=True, map_location="cpu")
        return {name: dict(tensors[name]) for name in _NETWORKS}
    except Exception as error:  # torch.load raises half a dozen types on a damaged file
        raise InputError(f"{path} cannot be read as weights ({one_line(error)[:200]}). Train the run again.") from error


def read_run(folder: Path) -> RunLog:
    """A run folder as data; a last line that was never finished is left out.

    Raises:
        InputError: `folder` is no run folder, or a file in it is damaged.
    """
    if not (folder / "config.json").is_file():
        raise InputError(
            f"a run folder is needed; {folder} has no config.json. `ddpg train --out {folder}` would make one."
        )
    try:
        config, run, found = (_read_object(folder / f"{name}.json") for name in ("config", "run", "versions"))
        if run["impl"] not in get_args(Impl):
            raise ValueError(f"run.json names the implementation {run['impl']!r}")
        episodes = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().split("\n")[:-1]]
        if not all(isinstance(episode, dict) and set(episode) >= METRICS for episode in episodes):
            raise ValueError("a line of metrics.jsonl is not that of an episode")
        return RunLog(folder.resolve().name, run["impl"], parse_config(config), found, episodes)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder} is damaged as a run folder ({type(error).__name__}: {one_line(error)}).") from error


def parse_config(values: dict[str, Any]) -> Config:
    """A `Config` from what JSON made of one.

    Raises:
        ValueError: an unknown field, or a value that `Config` refuses.
    """
    unknown = sorted(set(values) - {field.name for field in fields(Config)})
    if unknown:
        raise ValueError(f"Config has no field {', '.join(unknown)}")
    typed: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Config(**typed)


def write_json(path: Path, value: Any) -> None:
    """Writes a JSON file whole or not at all."""
    text = json.dumps(value, indent=2, allow_nan=False) + "\n"
    write_whole(path, lambda part: part.write_text(text))


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Lets `write` fill a file beside `path`, then puts it in its place in one step."""
    part = path.with_name(path.name + ".part")
    with uninterrupted():
        try:
            write(part)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Holds Ctrl-C and SIGTERM back until the block is done."""
    held: list[int] = []
    try:
        former = {
            number: signal.signal(number, lambda n, _: held.append(n)) for number in (signal.SIGINT, signal.SIGTERM)
        }
    except ValueError:  # not the main thread, which is the one that signals reach
        former = {}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if held:
            raise KeyboardInterrupt


def _read_object(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_text())
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} holds no object")
    return value
