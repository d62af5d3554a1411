"""Every hyperparameter of a run: one frozen dataclass, checked when it is made."""

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

if TYPE_CHECKING:  # torch takes seconds to import: wrong input is refused before
    import torch


Update = Literal["autograd", "fused"]
"""autograd: gradients by torch, bits as TorchRL's; fused: gradients by hand, faster, and rounded otherwise."""


@dataclass(frozen=True)
class Config:
    """Hyperparameters of one DDPG run; the defaults are the notebook's fast run.

    Source: "notebook" is the Pendulum-v1 notebook this project grew from; "Lillicrap 2016" is
    https://arxiv.org/abs/1509.02971; "Fujimoto 2018", TD3, is https://arxiv.org/abs/1802.09477;
    "Sutton 1988" is https://doi.org/10.1007/BF00115009.
    Mirror: torchrl_impl/config.py says which argument of TorchRL each field becomes.

    Raises:
        ValueError: a field has the wrong type, lies outside its range or contradicts another.
    """

    env_id: str = "Pendulum-v1"
    """Gymnasium's Id or module:Id, gym:Id, or factory=module:function; one-dimensional Boxes, actions bounded."""
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
    """Standard deviation of gaussian exploration noise, in action units (notebook)."""
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
    loss_function: Literal["l2", "l1", "smooth_l1"] = "l2"
    """What a TD error costs the critic: its square (Lillicrap 2016), its size, or the one near 0 and the other far."""
    critic_weight_decay: float = 0.0
    """L2 penalty on the critic, added to its gradient after clipping (Lillicrap 2016, sec. 7: 1e-2)."""
    layer_norm: Literal["none", "actor", "critic", "both"] = "none"
    """Networks with a LayerNorm between each hidden layer and its ReLU (notebook, exercise 2)."""
    action_layer: int = 1
    """Hidden layer of the critic that the action enters at, from 1 (Lillicrap 2016, sec. 7: 2)."""
    final_init: float | None = None
    """Bound of the last layers' initial weights and biases; None: as any layer's (Lillicrap 2016, sec. 7: 3e-3)."""
    noise: Literal["gaussian", "ornstein-uhlenbeck"] = "gaussian"
    """Exploration noise; Ornstein-Uhlenbeck's is correlated in time, and starts anew with each episode."""
    noise_sigma_final: float | None = None
    """What noise_sigma, or ou_sigma, has come down to after noise_anneal_steps; None: it stays."""
    noise_anneal_steps: int | None = None
    """Environment steps, warm-up included, over which the noise comes down in a straight line; None: it stays."""
    ou_theta: float = 0.15
    """Pull of the Ornstein-Uhlenbeck process back to 0, for each unit of time (Lillicrap 2016, sec. 7)."""
    ou_sigma: float = 0.2
    """Its diffusion, in action units for each square root of a unit of time (Lillicrap 2016, sec. 7)."""
    ou_dt: float = 0.01
    """Units of time that pass in an environment step (TorchRL, Stable-Baselines3; Lillicrap 2016 does not say)."""
    ou_initial: float = 0.0
    """Where it starts, in action units (TorchRL's x0)."""
    twin_critics: bool = False
    """True trains two critics and bootstraps from the smaller value (Fujimoto 2018, sec. 4.2)."""
    target_noise: float = 0.0
    """Standard deviation of the noise on the target's action, in action units (Fujimoto 2018, sec. 5.3)."""
    target_noise_clip: float = 0.5
    """Where that noise is clipped, on either side of 0, in action units (Fujimoto 2018, sec. 6.1)."""
    policy_delay: int = 1
    """Updates of the critic for each of the actor and of all targets (Fujimoto 2018, sec. 5.2: 2)."""
    n_step: int = 1
    """Rewards summed before the bootstrap, fewer where an episode ends sooner (Sutton 1988); equal bits up to 14."""

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
        for name, meaning in _NOT_NEGATIVE.items():
            _require(getattr(self, name) >= 0, name, getattr(self, name), "at least 0", meaning)
        for name, usual in _POSITIVE.items():
            value = getattr(self, name)
            _require(
                value is None or value > 0, name, value, "above 0" + (", or None" if name in _OPTIONAL else ""), usual
            )
        _require(len(self.hidden_sizes) > 0, "hidden_sizes", self.hidden_sizes, "one layer or more", "256 256 is usual")
        _require(min(self.hidden_sizes) >= 1, "hidden_sizes", self.hidden_sizes, "whole numbers of at least 1")
        self._check_sizes()
        self._check_noise()

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
        layers = len(self.hidden_sizes)
        need = f"at most the {layers} hidden layers of hidden_sizes"
        _require(self.action_layer <= layers, "action_layer", self.action_layer, need, "1 is the first")
        check_length(self, self.max_steps_per_episode)

    def _check_noise(self) -> None:
        """Noise that comes down, and a process that does not run away."""
        pull = self.ou_theta * self.ou_dt
        _require(
            pull < 2, "ou_theta", self.ou_theta, f"such that ou_theta * ou_dt is below 2, not {pull:g}", _RUNS_AWAY
        )
        final, steps = self.noise_sigma_final, self.noise_anneal_steps
        missing = "noise_anneal_steps" if steps is None else "noise_sigma_final"
        together = "given where noise_sigma_final and noise_anneal_steps are, since one means nothing alone"
        _require((final is None) == (steps is None), missing, None, together)
        if final is not None:
            name = "noise_sigma" if self.noise == "gaussian" else "ou_sigma"
            first = getattr(self, name)
            _require(0 <= final <= first, "noise_sigma_final", final, f"at least 0 and at most {name} ({first})")
            _require(first > 0, name, first, "above 0 where noise is annealed", "There is nothing to bring down")

    @property
    def critics(self) -> int | None:
        """How many critics are stacked, as `TD3Loss` stacks them; None: one, plain, as `DDPGLoss` has it."""
        if self.twin_critics:
            return 2
        return 1 if self.target_noise > 0 else None

    @property
    def noise_scales(self) -> tuple[float, float]:
        """What a draw is multiplied with at a run's first step, and what that has come down to once annealed.

        Gaussian: sigma itself; Ornstein-Uhlenbeck: a factor on the process, 1 at first.
        """
        first = float(self.noise_sigma)
        if self.noise == "gaussian":
            return first, first if self.noise_sigma_final is None else float(self.noise_sigma_final)
        return 1.0, 1.0 if self.noise_sigma_final is None else self.noise_sigma_final / self.ou_sigma

    @property
    def rows_behind(self) -> int:
        """Environment steps between a transition and its row in replay: n-step returns wait for n more."""
        return self.n_step if self.n_step > 1 else 0

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
    """Refuses a run that ends before its first update, or before the first that moves the actor.

    Args:
        config: the run.
        steps_per_episode: the longest episode in environment steps; None: unknown.

    Raises:
        ValueError: `update_after`, `batch_size` or `update_every` lies beyond the run's last step, or with
            `n_step` the first round of updates does, or `policy_delay` is more than all the run's updates.
    """
    last = last_step(config, steps_per_episode)
    if last is None:
        return
    need, cure = f"at most the {last} steps of the run", "Lower it, or lengthen the run"
    for name in ("update_after", "batch_size", "update_every"):
        _require(getattr(config, name) <= last, name, getattr(config, name), need, cure)
    filled = config.batch_size + config.rows_behind
    need = f"such that batch_size rows, which are there after {filled} steps, fall into the {last} steps of the run"
    _require(filled <= last, "n_step", config.n_step, need, cure)
    first = math.ceil(max(config.update_after, filled) / config.update_every) * config.update_every
    need = f"such that the first round of updates, after step {first}, falls into the {last} steps of the run"
    _require(first <= last, "update_every", config.update_every, need, cure)
    updates = ((last - first) // config.update_every + 1) * config.update_every * config.updates_per_step
    need = f"at most the {updates} updates of the run"
    _require(config.policy_delay <= updates, "policy_delay", config.policy_delay, need, "2 is usual")


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
    "probe_every_episodes": 1, "action_layer": 1, "noise_anneal_steps": 1, "policy_delay": 1, "n_step": 1,
}  # fmt: skip

_NOT_NEGATIVE = {
    "noise_sigma": "It is a standard deviation, in action units",
    "critic_weight_decay": "0 is none",
    "ou_theta": "0 is a random walk",
    "ou_sigma": "It is a standard deviation, in action units",
    "target_noise": "It is a standard deviation, in action units; 0 switches it off",
}

_POSITIVE = {
    "grad_clip_norm": "None switches clipping off",
    "final_init": "3e-3 is the paper's",
    "ou_dt": "0.01 is usual",
    "target_noise_clip": "0.5 is usual",
}

_OPTIONAL = {"grad_clip_norm", "final_init"}

_RUNS_AWAY = "Beyond it the process swings ever wider"


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
