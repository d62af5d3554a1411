"""Every hyperparameter of a run: one frozen dataclass, checked when it is made."""

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

if TYPE_CHECKING:  # torch takes seconds to import: wrong input is refused before
    import torch


@dataclass(frozen=True)
class Config:
    """Hyperparameters of one DDPG run; the defaults are the notebook's fast run.

    Source: "notebook" is the Pendulum-v1 notebook this project grew from; "Lillicrap 2016" is
    https://arxiv.org/abs/1509.02971.
    Mirror: torchrl_impl/config.py says which argument of TorchRL each field becomes.

    Raises:
        ValueError: a field has the wrong type, lies outside its range or contradicts another.
    """

    env_id: str = "Pendulum-v1"
    """Gymnasium environment with one-dimensional Box observations and a bounded Box of actions."""
    seed: int = 42
    """Seed of the run; weights, replay draws, exploration and episodes derive from it (notebook)."""
    episodes: int = 40
    """Episodes after which the run ends (notebook, fast run)."""
    total_steps: int | None = None
    """Environment steps after which the run ends, also in mid-episode; None: no such limit."""
    max_steps_per_episode: int | None = None
    """Steps after which an episode is truncated; None: the environment's own limit (notebook)."""
    replay_size: int = 200_000
    """Transitions that replay holds; then the oldest is overwritten (notebook; Lillicrap 2016: 1e6)."""
    batch_size: int = 128
    """Transitions of one update, drawn with replacement (notebook; Lillicrap 2016: 64)."""
    gamma: float = 0.99
    """Discount for each environment step, in [0, 1] (Lillicrap 2016, sec. 7)."""
    tau: float = 0.005
    """Weight of the online parameters in a soft update, in (0, 1] (notebook; Lillicrap 2016: 1e-3)."""
    actor_lr: float = 1e-3
    """Adam's step size for the actor (notebook; Lillicrap 2016: 1e-4)."""
    critic_lr: float = 1e-3
    """Adam's step size for the critic (Lillicrap 2016, sec. 7)."""
    start_steps: int = 2_000
    """Environment steps that act uniformly at random before the actor takes over (notebook)."""
    update_after: int = 1_000
    """Environment steps stored before the first update (notebook)."""
    update_every: int = 1
    """Environment steps between rounds of updates; a round makes up for the steps it skipped."""
    updates_per_step: int = 1
    """Updates for each environment step (notebook)."""
    noise_sigma: float = 0.1
    """Standard deviation of the exploration noise, in action units (notebook)."""
    hidden_sizes: tuple[int, ...] = (256, 256)
    """Units of each hidden layer, of actor and critic alike (notebook; Lillicrap 2016: 400 300)."""
    grad_clip_norm: float | None = 1.0
    """Largest global norm of one network's gradient; None: no clipping (notebook)."""
    probe_n: int = 32
    """Observations on which policy and Q are snapshot, fixed once replay holds enough (notebook)."""
    probe_every_episodes: int = 5
    """Episodes between snapshots (notebook)."""
    device: str = "cpu"
    """Where the networks live; equal bits are promised for cpu alone."""
    dtype: Literal["float32", "float64"] = "float32"
    """Precision of networks, observations and actions; rewards are float32 always."""
    update_order: Literal["sequential", "simultaneous"] = "sequential"
    """sequential: the actor meets the critic just updated; simultaneous: the one before it."""
    truncation_is_terminal: bool = False
    """True stops the bootstrap at time limits too, as the notebook did; False is correct."""

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_type(field.name, field.type, getattr(self, field.name))
        for name, least in _LEAST_WHOLE_NUMBERS.items():
            value = getattr(self, name)
            if value is not None:
                _require(value >= least, name, value, f"a whole number of at least {least}")
        _require(self.seed < 2**32, "seed", self.seed, "below 2**32")
        _require(0 <= self.gamma <= 1, "gamma", self.gamma, "in [0, 1]", "0.99 is usual")
        _require(0 < self.tau <= 1, "tau", self.tau, "in (0, 1]", "It weighs the online parameters; 0.005 is usual")
        for name in ("actor_lr", "critic_lr"):
            _require(0 < getattr(self, name) <= 1, name, getattr(self, name), "above 0 and at most 1", "1e-3 is usual")
        _require(
            self.noise_sigma >= 0,
            "noise_sigma",
            self.noise_sigma,
            "at least 0",
            "It is a standard deviation, in action units",
        )
        clip = self.grad_clip_norm
        _require(clip is None or clip > 0, "grad_clip_norm", clip, "above 0, or None", "None switches clipping off")
        _require(len(self.hidden_sizes) > 0, "hidden_sizes", self.hidden_sizes, "one layer or more", "256 256 is usual")
        _require(min(self.hidden_sizes) >= 1, "hidden_sizes", self.hidden_sizes, "whole numbers of at least 1")
        self._check_sizes()

    def _check_sizes(self) -> None:
        """Fields that only make sense together."""
        room = f"at most replay_size ({self.replay_size})"
        for name in ("batch_size", "probe_n"):
            _require(
                getattr(self, name) <= self.replay_size,
                name,
                getattr(self, name),
                room,
                "Enlarge replay_size, or draw fewer",
            )
        check_length(self, self.max_steps_per_episode)

    @property
    def torch_dtype(self) -> "torch.dtype":
        """`dtype` as torch's own object."""
        import torch

        return {"float32": torch.float32, "float64": torch.float64}[self.dtype]


def last_step(config: Config, steps_per_episode: int | None) -> int | None:
    """The environment step that a run ends with at the latest; None where nothing limits it.

    Args:
        config: the run; `total_steps` or `episodes` ends it, whichever comes first.
        steps_per_episode: the longest episode in environment steps; None: unknown.
    """
    limits = [config.total_steps] if config.total_steps is not None else []
    limits += [config.episodes * steps_per_episode] if steps_per_episode is not None else []
    return min(limits, default=None)


def check_length(config: Config, steps_per_episode: int | None) -> None:
    """Refuses a run that ends before its first update, which waits for the three fields named below.

    Args:
        config: the run.
        steps_per_episode: the longest episode in environment steps; None: unknown.

    Raises:
        ValueError: `update_after`, `batch_size` or `update_every` lies beyond the run's last step, or
            the first round of updates that all three allow does.
    """
    last = last_step(config, steps_per_episode)
    if last is None:
        return
    need, cure = f"at most the {last} steps of the run", "Lower it, or lengthen the run"
    for name in ("update_after", "batch_size", "update_every"):
        _require(getattr(config, name) <= last, name, getattr(config, name), need, cure)
    first = math.ceil(max(config.update_after, config.batch_size) / config.update_every) * config.update_every
    need = f"such that the first round of updates, after step {first}, falls into the {last} steps of the run"
    _require(first <= last, "update_every", config.update_every, need, cure)


def check_device(config: Config) -> None:
    """Refuses a device that torch does not find here.

    Not part of `Config`'s own checks: a run trained elsewhere can be read anywhere.

    Raises:
        ValueError: there is no such device.
    """
    found = config.device == "cpu" or _device_is_here(config.device)
    _require(found, "device", config.device, "a device that torch finds here", "cpu is always there")


_LEAST_WHOLE_NUMBERS = {
    "seed": 0, "episodes": 1, "total_steps": 1, "max_steps_per_episode": 1, "replay_size": 1, "batch_size": 1,
    "start_steps": 0, "update_after": 0, "update_every": 1, "updates_per_step": 1, "probe_n": 1,
    "probe_every_episodes": 1,
}  # fmt: skip


def _require(holds: bool, name: str, value: Any, need: str, cure: str = "") -> None:
    if not holds:
        raise ValueError(f"{name} must be {need}; got {value!r}." + (f" {cure}." if cure else ""))


def _check_type(name: str, kind: Any, value: Any) -> None:
    """Fields come from files and from other programs, where nothing checked their types."""
    if get_origin(kind) is Literal:
        _require(value in get_args(kind), name, value, "one of " + ", ".join(get_args(kind)))
    elif get_origin(kind) is tuple:
        whole = isinstance(value, tuple) and all(type(size) is int for size in value)
        _require(whole, name, value, "a tuple of whole numbers", "(256, 256) is usual")
    elif type(None) in get_args(kind):
        if value is not None:
            _check_type(name, get_args(kind)[0], value)
    elif kind is float:
        _require(type(value) in (int, float) and math.isfinite(value), name, value, "a finite number")
    else:
        words = {int: "a whole number", str: "a text", bool: "True or False"}
        _require(type(value) is kind, name, value, words[kind])


def _device_is_here(name: str) -> bool:
    import torch

    try:
        torch.empty(0, device=name)
    except (RuntimeError, AssertionError):  # torch built without CUDA asserts
        return False
    return True
