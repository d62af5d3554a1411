"""Rung: the variants' initial networks."""

import math
from dataclasses import replace

import pytest
import torch

from parity_tests.assertions import assert_same_bits
from parity_tests.variant_networks import SIZES, config_and_space, each_dtype, each_variant, fresh, torchrl_fresh
from reference.networks import first_critic, init_mlp
from torchrl_impl import update as torchrl_update

RUNG = "networks"

NETWORKS = "actor", "critic", "target_actor", "target_critic"


@each_dtype
@each_variant
def test_a_variants_initial_networks_are_torchrls(fields, dtype):
    ours, theirs = fresh(fields, dtype)[0], torchrl_update.train_state(torchrl_fresh(fields, dtype)[0])
    for name in NETWORKS:
        assert_same_bits(name, getattr(ours, name), getattr(theirs, name))


@each_dtype
@each_variant
def test_a_variants_initial_networks_move_the_stream_as_torchrl_does(fields, dtype):
    assert_same_bits("stream", fresh(fields, dtype)[1], torchrl_fresh(fields, dtype)[1])


@pytest.mark.parametrize("kind", ["critic", "actor"])
@each_variant
def test_fresh_layers_lie_within_their_bounds_and_fill_them(fields, kind):
    params = first_critic(getattr(fresh(fields)[0], kind))
    *hidden, last = [name.split(".")[0] for name, value in params.items() if value.dim() == 2]
    for name in [*hidden, last]:
        bound = 1 / math.sqrt(params[f"{name}.weight"].shape[1])
        if name == last and "final_init" in fields:
            bound = 3e-3  # Lillicrap 2016, sec. 7
        largest = params[f"{name}.weight"].abs().max()
        assert 0.8 * bound < largest <= bound and params[f"{name}.bias"].abs().max() <= bound, name


@pytest.mark.parametrize("kind", ["critic", "actor"])
def test_a_narrow_last_layer_has_a_drawn_bias_too(kind):
    *_, bias = getattr(fresh({"final_init": 3e-3})[0], kind).values()
    assert (bias != 0).all() and (bias.abs() <= 3e-3).all()


@pytest.mark.parametrize("layer, widths", [(1, [7, 24, 16, 20]), (2, [5, 26, 16, 20]), (3, [5, 24, 18, 20])])
def test_the_layer_that_the_action_enters_is_wider_by_it(layer, widths):
    params = fresh({"action_layer": layer})[0].critic  # of five observations and two actions
    assert [params[f"{place}.weight"].shape[1] for place in (0, 2, 4, 6)] == widths


def test_layer_norms_stand_behind_hidden_layers_and_start_as_nothing_but_norms():
    params = fresh({"layer_norm": "critic"})[0].critic
    assert [name for name, value in params.items() if value.dim() == 1 and (value == 1).all()] == [
        "1.weight", "4.weight", "7.weight",
    ]  # fmt: skip
    assert [name for name in params if name.endswith("bias") and (params[name] == 0).all()] == [
        "1.bias", "4.bias", "7.bias",
    ]  # fmt: skip


def test_layer_norm_costs_no_draw():
    plain, normed = fresh({})[0].critic, fresh({"layer_norm": "both"})[0].critic
    for place in range(4):
        for kind in ("weight", "bias"):
            assert_same_bits(kind, normed[f"{3 * place}.{kind}"], plain[f"{2 * place}.{kind}"])


def test_the_first_of_two_critics_is_drawn_as_the_only_one_and_the_second_after_it():
    one, (two, _) = fresh({})[0].critic, fresh({"twin_critics": True})
    assert_same_bits("first critic", first_critic(two.critic), one)
    stream = torch.Generator().manual_seed(4)
    for inputs, outputs in (([5, *SIZES], [*SIZES, 2]), ([7, *SIZES], [*SIZES, 1])):
        init_mlp(stream, inputs, outputs, torch.float64)
    second = init_mlp(stream, [7, *SIZES], [*SIZES, 1], torch.float64)
    assert_same_bits("second critic", {name: value[1] for name, value in two.critic.items()}, second)


@each_variant
def test_the_global_generator_is_left_alone_by_fresh_networks(fields):
    before = torch.get_rng_state()
    fresh(fields)
    torchrl_fresh(fields)
    assert_same_bits("global generator", torch.get_rng_state(), before)


def test_a_critic_count_follows_from_its_fields():
    config, _ = config_and_space({})
    assert [
        replace(config, twin_critics=twin, target_noise=noise).critics
        for twin, noise in ((False, 0.0), (True, 0.0), (True, 0.2), (False, 0.2))
    ] == [None, 2, 2, 1]
