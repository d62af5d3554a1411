"""A run folder on disk: what it is made of, and how it is read."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, NamedTuple, get_args

import torch

from harness.errors import InputError, one_line
from harness.files import append_lines, refuse_used, write_json, write_whole
from harness.fingerprint import versions
from harness.implementations import Impl
from harness.metrics import METRICS
from harness.run_log import RunLog
from reference.config import Config, Update
from reference.state import Params, TrainState

_NETWORKS = ("actor", "critic", "target_actor", "target_critic")


class Settings(NamedTuple):
    """What a run folder says of how its run is made."""

    config: Config
    impl: Impl
    update: Update
    run: dict[str, Any]  # run.json
    versions: dict[str, Any]  # versions.json, of the process that began the run


def create(folder: Path, config: Config, impl: str, update: str = "autograd", **recorded: Any) -> None:
    """Makes a run folder: `run.json`, `versions.json`, an empty `metrics.jsonl`, and `config.json` last.

    A folder without `config.json` is none yet, so that a run that died while its folder was made is begun anew.

    Args:
        folder: new, or empty.
        config: of the run.
        impl: which implementation trains.
        update: what computes its gradients.
        recorded: what `run.json` holds beside.

    Raises:
        InputError: something is there already, or the folder cannot be written.
    """
    make_folder(folder)
    try:
        refuse_used(folder)
        write_json(folder / "run.json", {"format": 1, "impl": impl, "update": update, **recorded})
        write_json(folder / "versions.json", versions())
        (folder / "metrics.jsonl").touch()
        write_json(folder / "config.json", asdict(config))
    except OSError as error:
        raise InputError(f"out must be a folder that can be written; got {folder} ({one_line(error)}).") from error


def make_folder(folder: Path) -> None:
    """Makes a folder where there is none.

    Raises:
        InputError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"out must be a folder that can be written; got {folder} ({one_line(error)}).") from error


def append_metrics(folder: Path, line: dict[str, Any]) -> None:
    """Adds one line to `metrics.jsonl`."""
    append_lines(folder / "metrics.jsonl", [line])


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


def read_settings(folder: Path) -> Settings:
    """How a run folder's run is made; what came of it is not read.

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
        update = run.get("update", "autograd")  # older folders know no other
        if update not in get_args(Update):
            raise ValueError(f"run.json names the update {update!r}")
        return Settings(parse_config(config), run["impl"], update, run, found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, error) from error


def read_run(folder: Path) -> RunLog:
    """A run folder as data; a last line that was never finished is left out.

    Raises:
        InputError: `folder` is no run folder, or a file in it is damaged.
    """
    config, impl, update, _, found = read_settings(folder)
    try:
        episodes = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().split("\n")[:-1]]
        if not all(isinstance(episode, dict) and set(episode) >= METRICS for episode in episodes):
            raise ValueError("a line of metrics.jsonl is not that of an episode")
        return RunLog(folder.resolve().name, impl, update, config, found, episodes)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, error) from error


def _damaged(folder: Path, error: Exception) -> InputError:
    return InputError(f"{folder} is damaged as a run folder ({type(error).__name__}: {one_line(error)}).")


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


def _read_object(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_text())
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} holds no object")
    return value
