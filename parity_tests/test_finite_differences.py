"""Rung: both gradients of both sides against differences of their own losses, which know no chain rule."""

import pytest
import torch

from parity_tests.assertions import tally
from parity_tests.cases import Case, build
from parity_tests.sides import SIDES
from reference.networks import actor

RUNG = "gradients"

CASES = {
    "b1": Case("float64", 1, "none", 1.0, 0.9, hidden_sizes=(16, 16)),
    "b16-2_actions": Case("float64", 16, "mixed", 1.0, 0.99, action_size=2, hidden_sizes=(16, 16)),
    "b7-large_rewards-3_actions": Case("float64", 7, "mixed", 1e3, 0.95, action_size=3, hidden_sizes=(16, 16)),
}
STEP, TOLERANCE, DIRECTIONS = 1e-5, 1e-6, 10

each_case = pytest.mark.parametrize("name", CASES)
each_side = pytest.mark.parametrize("side", SIDES.values(), ids=SIDES)


def open_units(params, x):
    """Which ReLUs of an MLP are open, [units of all hidden layers]."""
    found = []
    for layer in range(0, len(params) - 2, 2):
        x = (x @ params[f"{layer}.weight"].T + params[f"{layer}.bias"]).relu()
        found.append((x > 0).flatten())
    return torch.cat(found)


def pattern(material):
    """The open ReLUs wherever a gradient passes."""
    state, observation = material.state, material.batch.observation
    policy_action = actor(state.actor, observation, material.space)
    met = [torch.cat([observation, action], dim=-1) for action in (material.batch.action, policy_action)]
    return torch.cat([open_units(state.actor, observation), *(open_units(state.critic, x) for x in met)])


def directions(params, generator):
    """Unit vectors over all parameters of one network."""
    for _ in range(DIRECTIONS):
        drawn = {k: torch.randn(v.shape, generator=generator, dtype=v.dtype) for k, v in params.items()}
        length = torch.stack([v.square().sum() for v in drawn.values()]).sum().sqrt()
        yield {k: v / length for k, v in drawn.items()}


def moved(material, network, direction, size):
    params = getattr(material.state, network)
    new = {k: params[k] + size * direction[k] for k in params}
    return material._replace(state=material.state._replace(**{network: new}))


@each_side
@each_case
@pytest.mark.parametrize("network", ["critic", "actor"])
def test_gradient_is_the_slope_of_its_loss(name, side, network):
    material, generator = build(CASES[name]), torch.Generator().manual_seed(15)
    gradient = getattr(side, f"{network}_gradient")
    raw = gradient(material).raw
    for direction in directions(raw, generator):
        ahead, behind = (moved(material, network, direction, size) for size in (STEP, -STEP))
        assert torch.equal(pattern(ahead), pattern(behind)), "a ReLU's kink lies between; take another seed"
        slope = (gradient(ahead).loss - gradient(behind).loss) / (2 * STEP)
        tally["close"] += 1
        expected = sum((raw[k] * direction[k]).sum() for k in raw)
        assert abs(slope - expected) <= TOLERANCE * abs(expected), f"{network}: slope {slope}, gradient {expected}"
