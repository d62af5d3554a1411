"""What a checkpoint costs: bytes and seconds for a full replay of 10^6 rows, whole, and of what changed alone.

python -m parity_tests.studies.checkpoint_cost
"""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import torch

from harness.checkpoint_reader import read_checkpoint
from harness.checkpoints import FOLDER, Checkpoints
from harness.run_folder import create
from harness.schedule import Schedule
from reference.checkpoint import fresh_state
from reference.config import Config
from reference.state import AdamState, Batch, Replay, RunState, Space

ROWS, STEPS, REPEATS = 1_000_000, 1_000, 5

SIZES = {"Pendulum-v1": (3, 1), "Hopper-v5": (11, 3), "Ant-v5": (105, 8)}
"""Observation and action sizes; nothing but they and the networks' widths decides what is written."""


class Cost(NamedTuple):
    """Of one checkpoint."""

    bytes: int  # written
    files: int  # written
    seconds: float


def filled(config: Config, space: Space) -> RunState:
    """A state after 2 * 10^6 steps, of a ring that has wrapped; its numbers are drawn from a seed."""
    state, generator = fresh_state(config, space, ROWS), torch.Generator().manual_seed(0)
    for column in state.replay.rows[:4]:
        column.copy_(torch.randn(column.shape, generator=generator))
    steps = 2 * ROWS
    adams = (AdamState(adam.mean, adam.square, steps) for adam in state.networks[4:])
    networks = state.networks._replace(**dict(zip(("actor_adam", "critic_adam"), adams, strict=True)))
    return state._replace(
        networks=networks, replay=state.replay._replace(size=ROWS), episode=2000, step=steps, update=steps
    )


def later(state: RunState) -> RunState:
    """The state `STEPS` steps and one episode later."""
    rows, cursor = state.replay.rows, state.replay.cursor
    rows.reward[cursor : cursor + STEPS] += 1
    networks = state.networks
    changed = {
        name: getattr(networks, name)._replace(step=state.step + STEPS) for name in ("actor_adam", "critic_adam")
    }
    replay = Replay(Batch(*rows), (cursor + STEPS) % ROWS, ROWS)
    changed["actor"] = {name: weight + 1 for name, weight in networks.actor.items()}
    counts = {"episode": state.episode + 1, "step": state.step + STEPS, "update": state.update + STEPS}
    return state._replace(networks=networks._replace(**changed), replay=replay, **counts)


def cost(checkpoints: Checkpoints, folder: Path, state: RunState) -> Cost:
    """Writes one checkpoint; files are never written to twice, so that what was written are the new ones."""
    before = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    begin = time.perf_counter()
    checkpoints.write(state)
    seconds = time.perf_counter() - begin
    new = [path for path in folder.iterdir() if path.name not in before]
    return Cost(sum(path.stat().st_size for path in new), len(new), seconds)


def measure(env_id: str, run: Path) -> str:
    """One row of the table."""
    observation, action = SIZES[env_id]
    config = Config(env_id=env_id, replay_size=ROWS, episodes=10_000)
    space = Space(observation, -torch.ones(action), torch.ones(action), STEPS)
    create(run, config, "reference")
    checkpoints = Checkpoints(run, config, "reference", "autograd", Schedule(1, None, 2))
    state = filled(config, space)
    first = cost(checkpoints, run / FOLDER, state)
    costs = []
    for _ in range(REPEATS):
        state = later(state)
        costs.append(cost(checkpoints, run / FOLDER, state))
    begin = time.perf_counter()
    read_checkpoint(max((run / FOLDER).glob("*.json")), config, space, "reference")
    read = time.perf_counter() - begin
    next_ones = Cost(*(median(column) for column in zip(*costs, strict=True)))
    cells = (f"{c.bytes / 1e6:.1f} | {c.files:.0f} | {c.seconds:.3f}" for c in (first, next_ones))
    return f"| {env_id} | {' | '.join(cells)} | {read:.2f} |"


def main() -> None:
    """Prints the table."""
    torch.set_num_threads(1)
    print(f"Replay of {ROWS:,} rows, networks of 256-256, {STEPS:,} steps between checkpoints, median of {REPEATS}.\n")
    print("| | first: MB | files | s | each later one: MB | files | s | reading: s |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for env_id in SIZES:
        with tempfile.TemporaryDirectory(dir=".") as folder:
            print(measure(env_id, Path(folder) / "run"), flush=True)


if __name__ == "__main__":
    main()
