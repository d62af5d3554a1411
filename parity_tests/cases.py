"""The batches and networks that every rung from targets to updates is tried on."""

from typing import NamedTuple

import pytest
import torch

from reference.config import Config
from reference.networks import actor, critic
from reference.state import AdamState, Batch, Extra, Space, TrainState
from reference.targets import td_target, terminal
from reference.update import init_networks
from torchrl_impl import update as torchrl_update


class Case(NamedTuple):
    """What varies; `build` makes tensors of it."""

    dtype: str
    batch_size: int
    flags: str  # none, terminated, truncated, both; mixed: all four in turn; random: each row for itself
    reward_scale: float
    gamma: float
    action_size: int = 1
    grad_clip_norm: float | None = 1.0
    tau: float = 0.005
    truncation_is_terminal: bool = False
    low: tuple[float, ...] = (-2.0, -0.5, -1.0)  # of the actions, the first `action_size` of them
    high: tuple[float, ...] = (1.0, 0.5, 3.0)
    observation_size: int = 4
    hidden_sizes: tuple[int, ...] = (32, 48)
    seed: int = 20


class Material(NamedTuple):
    """A case as tensors."""

    config: Config
    space: Space
    state: TrainState  # targets apart from the online networks, Adam in its eighth step
    batch: Batch
    indices: torch.Tensor
    extra: Extra = Extra()  # what a variant's update reads beside the batch
    draw_seed: int = 0  # of the generator that `extra.draw` came from


CASES = {
    "f32-b128-mixed": Case("float32", 128, "mixed", 1.0, 0.99),
    "f32-b5-mixed-small_rewards": Case("float32", 5, "mixed", 1e-3, 0.9),
    "f32-b7-mixed-large_rewards-3_actions": Case("float32", 7, "mixed", 1e3, 0.95, action_size=3),
    "f32-b64-mixed-no_clipping": Case("float32", 64, "mixed", 10.0, 0.5, action_size=2, grad_clip_norm=None),
    "f32-b8-mixed-tight_clipping": Case("float32", 8, "mixed", 1.0, 0.99, action_size=2, grad_clip_norm=1e-3),
    "f32-b1-none": Case("float32", 1, "none", 1.0, 0.9),
    "f32-b1-terminated": Case("float32", 1, "terminated", 1.0, 0.9),
    "f32-b1-truncated": Case("float32", 1, "truncated", 1.0, 0.9),
    "f32-b1-both": Case("float32", 1, "both", 1.0, 0.9),
    "f32-b16-truncation_is_terminal": Case("float32", 16, "mixed", 1.0, 0.97, truncation_is_terminal=True),
    "f32-b32-tau_1": Case("float32", 32, "mixed", 1.0, 0.99, tau=1.0),
    "f64-b128-mixed": Case("float64", 128, "mixed", 1.0, 0.99),
    "f64-b5-mixed-large_rewards-3_actions": Case("float64", 5, "mixed", 1e3, 0.9, action_size=3),
    "f64-b1-terminated": Case("float64", 1, "terminated", 1e-3, 0.9),
    "f64-b1-none-no_clipping": Case("float64", 1, "none", 1.0, 0.5, grad_clip_norm=None),
    "f64-b16-tau_half": Case("float64", 16, "mixed", 1.0, 0.97, tau=0.5),
}

each_case = pytest.mark.parametrize("material", CASES.values(), ids=CASES.keys(), indirect=True)
"""Gives a test the argument `material` once for each case."""


def build(case: Case, **fields) -> Material:
    """The tensors of a case, drawn from a seed; `fields` go into its `Config`."""
    generator = torch.Generator().manual_seed(case.seed)
    config = Config(
        dtype=case.dtype,
        batch_size=case.batch_size,
        gamma=case.gamma,
        grad_clip_norm=case.grad_clip_norm,
        tau=case.tau,
        truncation_is_terminal=case.truncation_is_terminal,
        **{"hidden_sizes": case.hidden_sizes, "actor_lr": 3e-4, "critic_lr": 2e-3, **fields},
    )
    low, high = (torch.tensor(bound[: case.action_size]).to(config.torch_dtype) for bound in (case.low, case.high))
    space = Space(case.observation_size, low, high, 200)
    batch = _batch(case, space, config.torch_dtype, generator)
    indices = torch.randint(0, 1000, (case.batch_size,), generator=generator)
    return Material(config, space, _state(config, space, generator), batch, indices)


def reference_target(material: Material) -> torch.Tensor:
    """The TD target of a case by the functions of `reference/`: [B]."""
    state, batch = material.state, material.batch
    next_action = actor(state.target_actor, batch.next_observation, material.space)
    next_value = critic(state.target_critic, batch.next_observation, next_action)
    ends = terminal(batch, material.config.truncation_is_terminal)
    return td_target(batch.reward, ends, next_value, material.config.gamma)


def learner_of(material: Material) -> torchrl_update.Learner:
    """TorchRL's objects holding the networks and Adam states of `material`, in memory of their own."""
    with torch.random.fork_rng(devices=[]):
        learner = torchrl_update.init_networks(material.config, material.space)
    torchrl_update.load_train_state_(learner, material.state)
    return learner


def _batch(case: Case, space: Space, dtype: torch.dtype, generator: torch.Generator) -> Batch:
    def normal(*shape, kind=dtype):
        return torch.randn(*shape, generator=generator, dtype=kind)

    rows = case.batch_size
    share = torch.rand(rows, space.action_size, generator=generator, dtype=dtype)
    terminated, truncated = _flags(case, generator)
    return Batch(
        observation=normal(rows, space.observation_size),
        action=space.low + share * (space.high - space.low),
        reward=normal(rows, kind=torch.float32) * case.reward_scale,
        next_observation=normal(rows, space.observation_size),
        terminated=terminated,
        truncated=truncated,
    )


def _flags(case: Case, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    rows, turn = case.batch_size, torch.arange(case.batch_size) % 4
    if case.flags == "random":
        terminated, truncated = torch.rand(2, rows, generator=generator) < 0.5
        return terminated, truncated
    if case.flags == "mixed":
        return turn % 2 == 1, turn >= 2
    values = {"none": (False, False), "terminated": (True, False), "truncated": (False, True), "both": (True, True)}
    terminated, truncated = (torch.full((rows,), value) for value in values[case.flags])
    return terminated, truncated


def _state(config: Config, space: Space, generator: torch.Generator) -> TrainState:
    """Networks as after some training: nothing about them is equal, zero or fresh."""
    online, target = init_networks(generator, config, space), init_networks(generator, config, space)

    def memory(params):
        noise = {k: torch.randn(v.shape, generator=generator, dtype=v.dtype) for k, v in params.items()}
        return AdamState({k: 1e-2 * v for k, v in noise.items()}, {k: 1e-4 * v.square() for k, v in noise.items()}, 7)

    return TrainState(
        online.actor, online.critic, target.actor, target.critic, memory(online.actor), memory(online.critic)
    )
