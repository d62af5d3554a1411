"""A pitfall's runs, its right runs, and the line by which `ddpg compare` catches it."""

import json
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from harness.fingerprint import versions
from harness.lockstep import lockstep
from harness.watch import watch
from parity_tests.faults.apply import edit, put_in_place, source_of
from parity_tests.faults.fault import Fault
from parity_tests.runs import short
from parity_tests.studies.pitfalls.cases import PITFALLS, Pitfall
from reference.config import Config
from reference.state import EpisodeRecord
from reference.train import train

ROOT = Path(__file__).parents[3]
FOLDER = Path("docs/pitfalls")
CONFIG = Config(
    total_steps=6_000, episodes=10_000, start_steps=1_000, update_after=1_000, hidden_sizes=(64, 64), batch_size=64
)
"""Smaller networks and a shorter warm-up than the notebook's; Pendulum-v1 is learnt within these steps."""
SEEDS = range(5)
"""Right and wrong runs of a seed draw the same numbers: their episodes begin alike."""

OF_EVERY_EPISODE = ("return", "spread", "largest_action")

SERIES: dict[str, tuple[str, Callable[[EpisodeRecord], Any]]] = {
    "return": ("return", lambda record: record.episode_return),
    "value": ("mean Q in updates", lambda record: record.updates.value.mean()),
    "target": ("mean TD target in updates", lambda record: record.updates.target.mean()),
    "largest_value": ("largest |Q| in updates", lambda record: record.updates.value.abs().max()),
    "critic_loss": ("critic's loss", lambda record: record.updates.critic_loss.mean()),
    "actor_grad_norm": ("norm of the actor's gradient", lambda record: record.updates.actor_grad_norm.mean()),
    "spread": ("deviation of actions", lambda record: record.transitions.action.std()),
    "largest_action": ("largest action", lambda record: record.transitions.action.abs().max()),
}
"""Name -> words and number of an episode; most are of its updates, and there from the first update on."""


def right_of(pitfall: Pitfall) -> str:
    """Name of the file of the runs without the pitfall: most share one."""
    return "_".join(["right", *pitfall.right])


def jobs() -> list[str]:
    """Names of files: of right runs, then of the pitfalls'."""
    return [*dict.fromkeys(map(right_of, PITFALLS)), *(pitfall.name for pitfall in PITFALLS)]


def measure(name: str) -> dict[str, Any]:
    """Trains with every seed; the process keeps the fault, so each pitfall has one of its own."""
    found: dict[str, Any] = {"name": name}
    pitfall = next(one for one in PITFALLS if name in (one.name, right_of(one)))
    config = replace(CONFIG, **pitfall.right)
    if name == pitfall.name:
        config = replace(config, **pitfall.wrong)
        if pitfall.fault is not None:
            put_in_place(import_module(pitfall.fault.module), edit(source_of(pitfall.fault), pitfall.fault))
            found["compare"] = caught(pitfall.fault)
    runs = [trained(replace(config, seed=seed)) for seed in SEEDS]
    return {**found, "runs": runs, "numerics": versions()["numerics"]["hash"]}


def trained(config: Config) -> dict[str, Any]:
    """Each series of a run, a number an episode; `lost` where it ended in numbers that are not finite."""
    series: dict[str, Any] = {"steps": [], **{name: [] for name in SERIES}, "lost": ""}
    try:
        for record, _ in train(config):
            series["steps"].append(record.last_step)
            for name, (_, number) in SERIES.items():
                silent = name not in OF_EVERY_EPISODE and not len(record.updates.value)
                series[name].append(None if silent else float(f"{float(number(record)):.5g}"))
    except FloatingPointError as error:
        series["lost"] = str(error)
    return series


def caught(fault: Fault) -> str:
    """What the first difference of two short runs is called, the reference's having the fault of this process."""
    config = short(**(fault.config or {}))
    episodes = lockstep(watch("reference", config), watch("torchrl", config), config)
    return str(next(episode.difference for episode in episodes if episode.difference is not None))


def keep(found: dict[str, Any]) -> None:
    """Writes a file of runs."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{found['name']}.json").write_text(json.dumps(found) + "\n")


def kept(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """Runs as they were measured, "runs" by seed."""
    return dict(json.loads((folder / f"{name}.json").read_text()))
