"""One run of a sweep: what is kept of it."""

from pathlib import Path
from typing import Any

from harness.fingerprint import versions
from parity_tests.studies.exercises.evaluation import evaluate
from parity_tests.studies.kept import append, lines
from parity_tests.studies.sweeps.values import Setting, config_of
from reference.train import train

FOLDER = Path("docs/sweeps")
RUNS = "runs.jsonl"


def measure(setting: Setting) -> dict[str, Any]:
    """Trains, by the fused update; returns by episode, and one evaluation at the end."""
    config = config_of(setting)
    returns, values, lost, networks = [], [], "", None
    try:
        for record, state in train(config, update="fused"):
            networks = state.networks
            returns.append(round(float(record.episode_return), 2))
            values.append(float(f"{record.updates.value.mean():.5g}") if len(record.updates.value) else None)
        ended = {name: float(f"{value:.6g}") for name, value in evaluate(config, networks).items()}
    except FloatingPointError as error:  # a rate too high, say: that is what a sweep is for
        ended, lost = {}, str(error)
    line = {**setting._asdict(), "returns": returns, "values": values, "ended": ended, "lost": lost}
    return {**line, "numerics": versions()["numerics"]["hash"]}


def keep(line: dict[str, Any]) -> None:
    """Adds a run to the file."""
    append(FOLDER / RUNS, line)


def runs() -> dict[Setting, dict[str, Any]]:
    """Those that are there."""
    return {Setting(line["name"], _value(line["value"]), line["seed"]): line for line in lines(FOLDER / RUNS)}


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
