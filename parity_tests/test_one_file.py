"""Rung zero: the one-file scripts have the bits of `reference/`, and so of TorchRL."""

import pytest
import torch

from parity_tests.assertions import assert_same_bits
from reference import one_file
from reference.config import Config
from reference.train import train
from torchrl_impl import one_file as torchrl_one_file
from torchrl_impl.state import params_of

RUNG = "one file"
STEPS = 600
SMALL = {"STEPS": STEPS, "HIDDEN": 32, "REPLAY": 350, "BATCH": 16, "RANDOM": 250, "UPDATE_AFTER": 200}


def config_of(script, **fields):
    """The `Config` that says what a script's constants say."""
    return Config(
        env_id=script.ENV,
        seed=script.SEED,
        total_steps=script.STEPS,
        replay_size=script.REPLAY,
        batch_size=script.BATCH,
        gamma=script.GAMMA,
        tau=script.TAU,
        actor_lr=script.LR,
        critic_lr=script.LR,
        start_steps=script.RANDOM,
        update_after=script.UPDATE_AFTER,
        noise_sigma=script.SIGMA,
        hidden_sizes=(script.HIDDEN, script.HIDDEN),
        grad_clip_norm=script.CLIP,
        **fields,
    )


@pytest.fixture
def small(monkeypatch):
    """Both scripts at a size for tests; their constants are theirs to keep."""
    for script in (one_file, torchrl_one_file):
        for name, value in SMALL.items():
            monkeypatch.setattr(script, name, value)


@pytest.fixture
def global_generator():
    """A script owns its process and seeds it; a test puts it back."""
    state = torch.get_rng_state()
    yield
    torch.set_rng_state(state)


def test_the_one_file_is_the_reference_in_every_bit(small, global_generator):
    ours = one_file.train()
    for (episode, score, n), (record, state) in zip(ours, train(config_of(one_file)), strict=True):
        networks = state.networks
        assert_same_bits("return", (episode, score), (record.episode, record.episode_return.item()))
        for script, params in ((n.theta, networks.actor), (n.phi, networks.critic)):
            assert_same_bits("online", dict(zip(params, script, strict=True)), params)
        for script, params in ((n.theta_target, networks.target_actor), (n.phi_target, networks.target_critic)):
            assert_same_bits("target", dict(zip(params, script, strict=True)), params)
    assert n.t == STEPS - SMALL["UPDATE_AFTER"] + 1


def test_the_one_files_constants_are_configs_defaults():
    assert config_of(one_file) == Config(total_steps=8_000)


def test_both_one_files_have_the_same_constants():
    names = [
        "SEED",
        "ENV",
        "STEPS",
        "HIDDEN",
        "REPLAY",
        "BATCH",
        "GAMMA",
        "TAU",
        "LR",
        "CLIP",
        "SIGMA",
        "RANDOM",
        "UPDATE_AFTER",
    ]
    assert [getattr(one_file, name) for name in names] == [getattr(torchrl_one_file, name) for name in names]


def test_the_torchrl_one_file_is_the_simultaneous_reference_in_every_bit(small, global_generator):
    config = config_of(torchrl_one_file, update_every=torchrl_one_file.FRAMES, update_order="simultaneous")
    *_, (_, state) = train(config)
    returns = [record.episode_return.item() for record, _ in train(config)]
    theirs = []
    for batch in torchrl_one_file.train():
        theirs += batch[0]
    loss = batch[1]
    assert_same_bits("returns", dict(enumerate(theirs)), dict(enumerate(returns)))
    for name, ours in zip(["actor", "value"], [state.networks.actor, state.networks.critic], strict=True):
        assert_same_bits(name, params_of(getattr(loss, f"{name}_network_params")), ours)
    for name, ours in zip(["actor", "value"], [state.networks.target_actor, state.networks.target_critic], strict=True):
        assert_same_bits(f"target {name}", params_of(getattr(loss, f"target_{name}_network_params")), ours)


@pytest.mark.parametrize("script", [one_file, torchrl_one_file], ids=["reference", "torchrl"])
def test_a_one_file_has_at_most_80_lines(script):
    with open(script.__file__) as file:
        assert len(file.readlines()) <= 80
