"""Rung: the variants' gradients, of both sides, against differences of their own losses."""

import pytest
import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode

from parity_tests.assertions import tally
from parity_tests.sides import SIDES
from parity_tests.test_finite_differences import STEP, TOLERANCE, directions, moved
from parity_tests.variants import material_of
from reference.networks import actor, critic
from reference.update import critic_gradient

RUNG = "gradients"

VARIANTS = ["layer_norm", "target_noise", "td3", "action_layer", "l1", "smooth_l1", "n_step", "weights", "all"]
"""Those whose gradient is another function of the parameters."""

SHAPES = {
    "b16-2_actions": ("f32-b64", {"batch_size": 16, "action_size": 2}),
    "b7-rewards_of_10-3_actions": ("f32-b7-3_actions-large_rewards", {"reward_scale": 10.0}),
}
"""Larger rewards leave too few digits of the loss to a difference of 1e-5."""


class Kinks(TorchFunctionMode):
    """Within, `found` gathers on which side of its kink each ReLU stands."""

    def __init__(self):
        super().__init__()
        self.found = []

    def __torch_function__(self, function, types, arguments=(), named=None):
        if function is F.relu:
            self.found.append((arguments[0] > 0).flatten())
        return function(*arguments, **(named or {}))


def pattern(material):
    """The open ReLUs wherever a gradient passes, and where on a loss each TD error lies."""
    state, batch = material.state, material.batch
    _, _, value, target = critic_gradient(state, batch, material.space, material.config, extra=material.extra)
    error = value - target
    stack = [state.critic]
    if material.config.critics is not None:
        stack = [{name: each[k] for name, each in state.critic.items()} for k in range(material.config.critics)]
    with Kinks() as kinks:
        for action in (batch.action, actor(state.actor, batch.observation, material.space)):
            for phi in stack:
                critic(phi, batch.observation, action)
    return torch.cat([*kinks.found, (error > 0).flatten(), (error.abs() < 1).flatten()])


@pytest.mark.parametrize("side", SIDES.values(), ids=SIDES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("network", ["critic", "actor"])
def test_a_variants_gradient_is_the_slope_of_its_loss(network, variant, shape, side):
    base, fields = SHAPES[shape]
    material = material_of(variant, base, **{"dtype": "float64", "hidden_sizes": (16, 16), **fields})
    gradient = getattr(side, f"{network}_gradient")
    raw = gradient(material).raw
    for direction in directions(raw, torch.Generator().manual_seed(15)):
        ahead, behind = (moved(material, network, direction, size) for size in (STEP, -STEP))
        assert torch.equal(pattern(ahead), pattern(behind)), "a kink lies between; take another seed"
        slope = (gradient(ahead).loss - gradient(behind).loss) / (2 * STEP)
        tally["close"] += 1
        expected = sum((raw[name] * direction[name]).sum() for name in raw)
        assert abs(slope - expected) <= TOLERANCE * abs(expected), f"{network}: slope {slope}, gradient {expected}"
