"""The worked example of `../docs/derivation.md`: one hidden unit in each network, two rows, every digit by hand."""

import math

import torch

from parity_tests import oracle
from parity_tests.assertions import tally
from parity_tests.cases import Material
from parity_tests.oracle_inputs import batch_of, settings_of, state_of
from parity_tests.sides import SIDES, answer
from reference.config import Config
from reference.state import AdamState, Batch, Params, Space, TrainState

LN2 = math.log(2)


def material(order: str) -> Material:
    """The example as tensors."""
    critic = network([[1.0, 2.0]], -0.5, 2.0, 0.0)
    actor = network([[1.0]], 0.0, -LN2, 2 * LN2)
    state = TrainState(
        actor=actor,
        critic=critic,
        target_actor=network([[1.0]], 0.0, LN2 / 2, 0.0),
        target_critic=network([[0.5, 1.0]], 0.5, 1.0, 0.5),
        actor_adam=AdamState(filled(actor, 1.0), filled(actor, 1.0), 1),
        critic_adam=AdamState(filled(critic, 0.0), filled(critic, 0.0), 0),
    )
    batch = Batch(
        observation=float64([[1.0], [2.0]]),
        action=float64([[0.5], [-0.5]]),
        reward=torch.tensor([1.5, -2.0]),
        next_observation=float64([[2.0], [1.0]]),
        terminated=torch.tensor([False, True]),
        truncated=torch.tensor([True, False]),
    )
    config = Config(
        dtype="float64",
        hidden_sizes=(1,),
        batch_size=2,
        gamma=0.5,
        tau=0.25,
        actor_lr=0.25,
        critic_lr=0.25,
        grad_clip_norm=6.3000005,
        update_order=order,
    )
    return Material(config, Space(1, float64([-1.0]), float64([3.0]), None), state, batch, torch.arange(2))


def float64(values: list) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def network(w1: list, b1: float, w2: float, b2: float) -> Params:
    return {"0.weight": float64(w1), "0.bias": float64([b1]), "2.weight": float64([[w2]]), "2.bias": float64([b2])}


def filled(params: Params, value: float) -> Params:
    return {name: torch.full_like(tensor, value) for name, tensor in params.items()}


def answer_of(who: str, order: str = "sequential"):
    """The new state and the quantities of one update, by the oracle or by a side."""
    example = material(order)
    if who != "oracle":
        return answer(SIDES[who], example)
    settings = settings_of(example.config, example.space)
    return oracle.update(state_of(example.state), batch_of(example.batch), settings)


def written(values) -> list[str]:
    """The numbers of a tensor or of a network, one after the other, rounded to 12 decimals."""
    parts = values.values() if isinstance(values, dict) else [values]
    tally["close"] += len(parts)
    return [
        f"{float(number):.12f}" for part in parts for number in torch.as_tensor(part, dtype=torch.float64).flatten()
    ]


def digits(text: str) -> list[str]:
    """The numbers of a text with all their 12 decimals; those not written are zeros."""
    return [f"{whole}.{decimals:0<12}" for whole, _, decimals in (number.partition(".") for number in text.split())]
