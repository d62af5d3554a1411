"""Rung: the critic's weight decay, by hand and against `torch.optim.Adam`'s."""

from dataclasses import replace

import pytest
import torch
from tensordict import TensorDict
from tensordict.nn import TensorDictParams

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.rungs import rung
from parity_tests.variants import material_of
from reference.optim import adam, init_adam
from reference.update import update
from torchrl_impl.optim import adam as torchrl_adam
from torchrl_impl.state import adam_state_of, params_of

RUNG = "adam"


def test_weight_decay_enters_the_moments_of_weights_and_biases_by_hand():
    params = {"0.weight": torch.tensor([[2.0, -4.0]]), "0.bias": torch.tensor([8.0])}
    zeros = {name: torch.zeros_like(value) for name, value in params.items()}
    new, state = adam(params, zeros, init_adam(params), lr=0.5, weight_decay=0.25)
    # By hand: the gradient is a quarter of each; a first step of Adam is the rate times its sign.
    assert torch.cat([value.flatten() for value in new.values()]).tolist() == pytest.approx([1.5, -3.5, 7.5])
    assert torch.cat([value.flatten() for value in state.mean.values()]).tolist() == pytest.approx([0.05, -0.1, 0.2])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["f32", "f64"])
@pytest.mark.parametrize("decay", [1e-2, 1e-4, 0.5])
def test_twenty_steps_of_adam_with_weight_decay_are_torchs(decay, dtype):
    generator = torch.Generator().manual_seed(8)

    def normal():
        return {
            "0.weight": torch.randn(5, 3, generator=generator, dtype=dtype),
            "0.bias": torch.randn(5, generator=generator, dtype=dtype),
        }

    params = normal()
    state = init_adam(params)
    nested = {"0": {kind: params[f"0.{kind}"].clone() for kind in ("weight", "bias")}}
    network = TensorDictParams(TensorDict(nested))
    optimizer = torchrl_adam(network, 3e-3, decay)
    for _ in range(20):
        grads = normal()
        for kind in ("weight", "bias"):
            network["0", kind].grad = grads[f"0.{kind}"].clone()
        with unchanged("input", params, grads, state):
            params, state = adam(params, grads, state, 3e-3, decay)
        optimizer.step()
        theirs = {name: params_of(network)[name] for name in params}
        assert_same_bits("parameters", params, theirs)
        assert_same_bits("moments", state, adam_state_of(optimizer, network))


def updated(decay):
    material = material_of("weight_decay", "f32-b8-2_actions-tight_clipping")
    config = replace(material.config, critic_weight_decay=decay, update_order="simultaneous")
    return update(material.state, material.indices, material.batch, material.space, config)


@rung("update")
def test_weight_decay_changes_the_critic_alone_and_none_of_the_norms():
    (plain, seen), (decayed, decayed_seen) = updated(0.0), updated(1e-2)
    assert_same_bits("metrics", seen, decayed_seen)  # norms are those of the losses' gradients, before it is added
    for name in ("actor", "actor_adam", "target_actor"):
        assert_same_bits(name, getattr(plain, name), getattr(decayed, name))
    for name, value in plain.critic.items():
        assert not torch.equal(value, decayed.critic[name]), name
