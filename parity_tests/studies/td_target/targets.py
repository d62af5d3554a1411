"""The TD target of one transition, by the code of both sides."""

import warnings
from typing import NamedTuple

import torch
from torch import Tensor

from parity_tests.linear_networks import column, linear_actor, linear_critic, linear_loss, target_of, transitions
from reference.state import Batch
from reference.targets import td_target, terminal


class Inputs(NamedTuple):
    """One transition's numbers; float64, exact where they are sums of powers of two."""

    reward: float = -2.0
    gamma: float = 0.99
    next_value: float = -100.0  # Q'(s', mu'(s'))
    terminated: bool = False
    truncated: bool = False


def reference_target(inputs: Inputs, truncation_is_terminal: bool = False) -> float:
    """By the reference's code."""
    batch = Batch(*(torch.zeros(1, 1, dtype=torch.float64),) * 4, *flags_of(inputs))
    ends = terminal(batch, truncation_is_terminal)
    return td_target(row(inputs.reward), ends, row(inputs.next_value), inputs.gamma).item()


def torchrl_target(inputs: Inputs, has_terminated: bool = True) -> float:
    """By TorchRL's `DDPGLoss`, whose networks are one factor each: Q'(s', mu'(s')) is the critic's."""
    terminated, truncated = (flag.unsqueeze(-1) for flag in flags_of(inputs))
    following = {"terminated": terminated, "done": terminated | truncated}
    following["reward"] = column(inputs.reward, dtype=torch.float64)
    batch = transitions(1, torch.float64, **following)
    if not has_terminated:
        del batch["next", "terminated"]
    networks = linear_actor(1.0, torch.float64), linear_critic(inputs.next_value, torch.float64)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No target network updater has been associated")
        return target_of(linear_loss(*networks, gamma=inputs.gamma), batch).item()


def row(value: float) -> Tensor:
    """[1], float64."""
    return torch.tensor([value], dtype=torch.float64)


def flags_of(inputs: Inputs) -> tuple[Tensor, Tensor]:
    """terminated and truncated, [1] each."""
    return torch.tensor([inputs.terminated]), torch.tensor([inputs.truncated])
