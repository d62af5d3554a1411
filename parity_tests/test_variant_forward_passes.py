"""Rung: the variants' actors and critics, forward, against TorchRL's modules and `torch.nn`'s own layers."""

import pytest
import torch
from torch import nn
from torchrl.objectives import TD3Loss

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.closeness import assert_close_to_oracle
from parity_tests.test_networks import torchrl_actor
from parity_tests.variant_networks import FIELDS, each_dtype, each_variant, fresh, loaded, torchrl_fresh, trained
from parity_tests.worked_example import digits, written
from reference.networks import actor, critic, first_critic, mlp
from reference.state import Batch
from torchrl_impl.networks import evaluate_networks
from torchrl_impl.state import tensordict_of

RUNG = "networks"


@each_dtype
@each_variant
def test_a_variants_actor_is_torchrls(fields, dtype):
    theta, phi, observation, _, _, space = trained(fields, dtype)
    learner = torchrl_fresh(fields, dtype)[0]._replace(loss=loaded(fields, dtype, theta, phi))
    with unchanged("input", theta, observation):
        assert_same_bits("action", actor(theta, observation, space), torchrl_actor(learner, observation))


@each_dtype
@each_variant
def test_a_variants_critics_are_torchrls(fields, dtype):
    theta, phi, observation, action, _, _ = trained(fields, dtype)
    flags = torch.zeros(2, 7, dtype=torch.bool)
    frames = tensordict_of(Batch(observation, action, torch.zeros(7), observation, *flags))
    with unchanged("input", phi, observation, action), torch.random.fork_rng(devices=[]):
        loss = loaded(fields, dtype, theta, phi)
        metadata = (loss.value_loss if isinstance(loss, TD3Loss) else loss.loss_value)(frames)[1]
        assert_same_bits("value", critic(phi, observation, action), metadata["pred_value"].detach())


@each_dtype
@each_variant
def test_a_variants_probe_is_torchrls_and_asks_the_first_critic(fields, dtype):
    theta, phi, observation, _, _, space = trained(fields, dtype)
    action = actor(theta, observation, space)
    theirs = evaluate_networks(loaded(fields, dtype, theta, phi), observation)
    ours = action, critic(first_critic(phi), observation, action)
    for name, left, right in zip(("action", "value"), ours, theirs, strict=True):
        assert_same_bits(name, left, right)


def module_of(params):
    """The same network of `torch.nn`'s own layers; `load_state_dict` refuses a name that is out of place."""
    layers = []
    linear = [name.removesuffix(".weight") for name, value in params.items() if value.dim() == 2]
    for name in linear:
        fan_out, fan_in = params[f"{name}.weight"].shape
        layers.append(nn.Linear(fan_in, fan_out, dtype=torch.float64))
        if name != linear[-1]:
            layers += [nn.LayerNorm(fan_out, dtype=torch.float64)] * ("1.weight" in params and "1.weight" not in linear)
            layers.append(nn.ReLU())
    module = nn.Sequential(*layers)
    module.load_state_dict(params)
    return module


@each_variant
def test_a_variants_actor_is_that_of_torchs_own_layers(fields):
    theta, _, observation, _, _, space = trained(fields)
    expected = (space.high - space.low) / 2 * module_of(theta)(observation).tanh() + (space.high + space.low) / 2
    assert_same_bits("action", actor(theta, observation, space), expected.detach())


@each_variant
def test_a_variants_first_critic_is_that_of_torchs_own_layers(fields):
    _, phi, observation, action, config, _ = trained(fields)
    module = module_of(first_critic(phi))
    linear = [place for place, layer in enumerate(module) if isinstance(layer, nn.Linear)]
    joins = linear[config.action_layer - 1]
    expected = module[joins:](torch.cat([module[:joins](observation), action], dim=-1)).squeeze(-1)
    assert_same_bits("value", critic(first_critic(phi), observation, action), expected.detach())


@pytest.mark.parametrize("name", ["twin_critics", "target_noise", "all"])
def test_stacked_critics_answer_as_each_does_alone(name):
    _, phi, observation, action, config, _ = trained(FIELDS[name])
    together = critic(phi, observation, action)
    assert together.shape == (config.critics, 7)
    one_by_one = [{key: value[k] for key, value in phi.items()} for k in range(config.critics)]
    alone = torch.stack([critic(params, observation, action) for params in one_by_one])
    assert_close_to_oracle("value", together, alone)  # design.md's row for a loop of critics against vmap
    assert len({tuple(row.tolist()) for row in together}) == config.critics


def test_stacked_critics_answer_one_row_too():
    _, phi, observation, action, _, _ = trained({"twin_critics": True})
    one, all_rows = critic(phi, observation[3], action[3]), critic(phi, observation, action)
    assert_close_to_oracle("value", one, all_rows[:, 3])


def test_first_critic_leaves_an_only_one_as_it_is():
    phi = fresh({})[0].critic
    assert first_critic(phi) is phi


def test_layer_norm_is_by_hand_and_comes_before_relu():
    params = {
        "0.weight": torch.tensor([[0.0045], [-0.0045]], dtype=torch.float64),
        "0.bias": torch.tensor([7.0, 7.0], dtype=torch.float64),
        "1.weight": torch.tensor([11.0, 22.0], dtype=torch.float64),
        "1.bias": torch.tensor([-1.0, 30.0], dtype=torch.float64),
        "3.weight": torch.tensor([[1.0, 1.0]], dtype=torch.float64),
        "3.bias": torch.tensor([0.5], dtype=torch.float64),
    }
    x = torch.tensor([[1.0], [-1.0]], dtype=torch.float64)
    # By hand: mean 7, and 0.0045^2 + 1e-5 = 0.0055^2, so the norm is (9/11, -9/11), or that turned round.
    # First row: 11 * 9/11 - 1 = 8 and -22 * 9/11 + 30 = 12, so 20.5; second: -9 - 1, which ReLU shuts, and 48.
    assert written(mlp(params, x)) == digits("20.5 48.5")


def test_the_action_joins_the_second_layer_by_hand():
    params = {
        "0.weight": torch.tensor([[2.0]]), "0.bias": torch.tensor([-1.0]),
        "2.weight": torch.tensor([[3.0, 10.0]]), "2.bias": torch.tensor([0.0]),
        "4.weight": torch.tensor([[1.0]]), "4.bias": torch.tensor([-4.0]),
    }  # fmt: skip
    values = critic(params, torch.tensor([[1.0], [0.0]]), torch.tensor([[0.5], [-1.0]]))
    # By hand: 3 * max(0, 2 - 1) + 10 * 0.5 - 4, and max(0, 3 * max(0, -1) - 10) - 4: the action is past the first ReLU.
    assert values.tolist() == [4.0, -4.0]
