"""Rung: agents into the fused update's memory and out of it, bit for bit; several of them in one stack."""

import pytest
import torch

from parity_tests.assertions import assert_same_bits
from parity_tests.closeness import assert_close_to_oracle
from parity_tests.fused_sides import gradients_in, in_float64, inputs_of, memory_of, metrics_of
from parity_tests.sides import SIDES
from parity_tests.test_fused import DEPTHS, tensors
from parity_tests.variants import VARIANTS, each_variant, material_of
from reference.fused import actor_gradient_, clip_, critic_gradient_, update_
from reference.fused_agents import agent_state, init_fused, load_agent_
from reference.fused_state import Fused
from reference.learner import fused_learner
from reference.state import Extra

RUNG = "fused"

each_name = pytest.mark.parametrize("variant", VARIANTS)


def agents(variant, shape="f32-b7-3_actions-large_rewards", **fields):
    """Three of one configuration, each with a state, a batch and an extra of its own."""
    found = []
    for k in range(3):
        material = in_float64(variant, shape, seed=20 + k, **fields)
        extra = Extra(*(None if part is None else part.roll(k, 0) for part in material.extra))
        found.append(material._replace(extra=extra))
    return found


@each_variant
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_state_comes_out_of_the_memory_as_it_went_in(pair, dtype):
    state = material_of(*pair, dtype=dtype).state
    material = material_of(*pair, dtype=dtype)
    assert_same_bits("state", agent_state(memory_of(material), 0), state)


@pytest.mark.parametrize("hidden_sizes", DEPTHS.values(), ids=DEPTHS)
@pytest.mark.parametrize("variant", ["layer_norm", "td3"])
def test_networks_of_any_depth_come_out_as_they_went_in(variant, hidden_sizes):
    material = material_of(variant, "f32-b64", hidden_sizes=hidden_sizes)
    assert_same_bits("state", agent_state(memory_of(material), 0), material.state)


@each_name
def test_each_of_three_states_comes_out_of_its_own_place(variant):
    three = agents(variant)
    fused = memory_of(*three)
    for k, material in enumerate(three):
        assert_same_bits(f"agent {k}", agent_state(fused, k), material.state)


@each_name
def test_the_memory_shares_nothing_with_the_states(variant):
    material = material_of(variant, "f32-b64")
    fused = memory_of(material)
    first = agent_state(fused, 0)
    for memory in (fused.online, fused.target, fused.actor.mean.flat, fused.critic.square.flat, fused.actor.step):
        memory.add_(1)
    assert_same_bits("what was loaded", material.state, material_of(variant, "f32-b64").state)
    assert_same_bits("what was taken out", first, material.state)


@each_name
def test_an_agent_that_is_loaded_changes_its_own_place_alone(variant):
    three, other = agents(variant), in_float64(variant, "f32-b7-3_actions-large_rewards", seed=40)
    fused = memory_of(*three)
    load_agent_(fused, 1, other.state)
    for k, expected in enumerate((three[0], other, three[2])):
        assert_same_bits(f"agent {k}", agent_state(fused, k), expected.state)


@pytest.mark.parametrize("network", ["actor_adam", "critic_adam"])
def test_agents_after_unequally_many_updates_are_refused(network):
    one = material_of("td3", "f32-b64")
    ahead = one.state._replace(**{network: getattr(one.state, network)._replace(step=8)})
    with pytest.raises(ValueError, match=r"init_fused needs agents after equally many updates; got Adam steps \[\(7, "):
        init_fused([one.state, ahead], one.space, one.config)


def test_a_learner_loads_into_the_memory_that_it_has():
    one, other = (material_of("td3", "f32-b64", seed=seed) for seed in (20, 21))
    learner = fused_learner(one.space, one.config)
    first = learner.load(one.state)
    again = learner.load(other.state)
    assert isinstance(first, Fused) and again is first
    assert_same_bits("state", learner.state(again), other.state)


@each_name
@pytest.mark.parametrize("order", ["sequential", "simultaneous"])
def test_each_of_three_stacked_agents_is_updated_as_it_would_be_alone(variant, order):
    three = [material._replace(config=in_float64(variant, "f32-b7-3_actions-large_rewards", order).config)
             for material in agents(variant)]  # fmt: skip
    fused = memory_of(*three)
    metrics = update_(fused, *inputs_of(*three))
    for k, material in enumerate(three):
        expected_new, expected = SIDES["reference"].update(material)
        names = [name for name in expected._fields[1:] if not getattr(expected, name).isnan().any()]
        found = {name: getattr(metrics_of(metrics, k), name) for name in names}
        assert_close_to_oracle(f"agent {k}", found, {name: getattr(expected, name) for name in names})
        assert_close_to_oracle(f"agent {k}", agent_state(fused, k), expected_new)


@pytest.mark.parametrize("variant", ["layer_norm", "td3", "l1", "all"])
def test_an_agent_whose_gradient_is_short_is_not_clipped_with_one_whose_is_long(variant):
    one, other, _ = agents(variant)
    fused = memory_of(one, other)
    _, batch, extra = inputs_of(one, other)
    critic_gradient_(fused, batch, extra)
    before, norms = [gradients_in(fused, k).critic for k in (0, 1)], clip_(fused.critic, 2, None)
    short, long = norms.argsort().tolist()
    limit = float(norms.mean())
    assert norms[short] < limit < norms[long]
    clip_(fused.critic, 2, limit)
    assert_same_bits("gradient of the short", gradients_in(fused, short).critic, before[short])
    total = torch.cat([grad.flatten() for grad in gradients_in(fused, long).critic.values()])
    length = float(norms[long])
    assert float(total.norm()) == pytest.approx(limit * length / (length + 1e-6), rel=1e-12)


@each_name
def test_the_actors_step_gives_the_critic_no_gradient(variant):
    material = material_of(variant, "f32-b64")
    fused, (_, batch, extra) = memory_of(material), inputs_of(material)
    critic_gradient_(fused, batch, extra)
    before, critic = gradients_in(fused).critic, agent_state(fused, 0).critic
    actor_gradient_(fused, batch, extra)
    assert_same_bits("critic's gradient", gradients_in(fused).critic, before)
    assert_same_bits("critic", agent_state(fused, 0).critic, critic)


@each_name
def test_the_critics_step_gives_the_actor_no_gradient(variant):
    material = material_of(variant, "f32-b64")
    fused, (_, batch, extra) = memory_of(material), inputs_of(material)
    fused.actor.grads.flat.copy_(torch.arange(fused.actor.grads.flat.numel()).view_as(fused.actor.grads.flat))
    before = gradients_in(fused).actor
    critic_gradient_(fused, batch, extra)
    assert_same_bits("actor's gradient", gradients_in(fused).actor, before)


def test_what_is_taken_out_has_memory_of_its_own():
    fused = memory_of(material_of("all", "f32-b64"))
    first, second = tensors(agent_state(fused, 0)), tensors(agent_state(fused, 0))
    assert not {tensor.data_ptr() for tensor in first} & {tensor.data_ptr() for tensor in second}
