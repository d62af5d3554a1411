"""The work that is timed: Pendulum-v1 with one update a step, in cells of a grid, by contenders."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from reference.config import Config

Variant = Literal["ddpg", "td3", "layer_norm", "paper"]
Measure = Literal["updates", "steps"]
Ours = Literal["autograd", "fused", "torchrl"]
Peer = Literal["stable_baselines3", "sbx", "cleanrl", "tianshou", "skrl", "torchrl_recipe"]
Contender = Ours | Peer | Literal["floor"]

OURS: tuple[Ours, ...] = get_args(Ours)
PEERS: tuple[Peer, ...] = get_args(Peer)

VARIANTS: dict[Variant, dict[str, Any]] = {
    "ddpg": {},
    "td3": {"twin_critics": True, "target_noise": 0.2, "policy_delay": 2},
    "layer_norm": {"layer_norm": "both"},
    "paper": {"action_layer": 2, "critic_weight_decay": 1e-2, "final_init": 3e-3, "noise": "ornstein-uhlenbeck"},
}
"""What each variant sets beside `Config`'s defaults; its hidden layers are W and W, the paper's W and 3W/4."""

FIRST_UPDATE = 1_000
"""Environment steps before the first update, all of them at random, as far as a library has both settings."""

ENV_ID = "harness.bench.paced:PacedPendulum-v1"
"""Pendulum-v1, which stops where it is told to, so that any library can be timed without a look into its loop."""


@dataclass(frozen=True)
class Cell:
    """A place in the grid."""

    variant: Variant = "ddpg"
    batch_size: int = 128
    width: int = 256  # W, units of a hidden layer
    threads: int = 1


@dataclass(frozen=True)
class Job:
    """What one process is to time; it goes to the process as JSON."""

    contender: Contender
    measure: Measure
    cell: Cell
    marks: tuple[int, ...]  # environment steps, or updates, at which a slice ends; the first ends the warm-up
    clips: bool = True  # gradients by their norm, as `Config` does by default; the peers do not
    slice_seconds: float = 1.0  # updates alone: a slice, or five of them for the warm-up, ends early after so long
    cleanrl: Path | None = None  # CleanRL's script

    def to_json(self) -> dict[str, Any]:
        """As JSON's types."""
        return asdict(self) | {"cleanrl": None if self.cleanrl is None else str(self.cleanrl)}


def job_from_json(found: dict[str, Any]) -> Job:
    """The inverse of `Job.to_json`."""
    path = None if found["cleanrl"] is None else Path(found["cleanrl"])
    rest = {"cell": Cell(**found["cell"]), "marks": tuple(found["marks"]), "cleanrl": path}
    return Job(**found | rest)


def config_of(job: Job) -> Config:
    """The run that a job times a part of: defaults, updates from `FIRST_UPDATE` on, an end past the marks."""
    cell = job.cell
    second = 3 * cell.width // 4 if cell.variant == "paper" else cell.width
    return Config(
        env_id=ENV_ID,
        seed=0,
        episodes=10**9,
        total_steps=max(job.marks[-1], FIRST_UPDATE, cell.batch_size) + 1,
        start_steps=FIRST_UPDATE,
        update_after=FIRST_UPDATE,
        batch_size=cell.batch_size,
        hidden_sizes=(cell.width, second),
        grad_clip_norm=1.0 if job.clips else None,
        **VARIANTS[cell.variant],
    )
