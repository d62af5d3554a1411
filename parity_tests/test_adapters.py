"""TorchRL's parts in the plain loop, each against the function that it takes the place of."""

from itertools import islice
from unittest.mock import patch

import pytest
import torch
from torchrl.data import TensorDictReplayBuffer
from torchrl.modules import AdditiveGaussianModule
from torchrl.objectives import DDPGLoss, SoftUpdate

from harness.train import run_space
from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.combinations import tiny
from parity_tests.test_combinations import assert_agree, watch
from parity_tests.variants import SHAPES, VARIANTS, material_of
from reference import replay as ring
from reference import update as reference_update
from reference.noise import anneal, explore, init_noise
from reference.optim import adam
from reference.soft_update import soft_update
from reference.state import Batch, Replay
from reference.train import train
from reference.update import actor_gradient, critic_gradient, default_parts
from torchrl_impl.adapters.draws import hand
from torchrl_impl.adapters.losses import LossInTheLoop
from torchrl_impl.adapters.noise import NoiseInTheLoop
from torchrl_impl.adapters.optim import AdamInTheLoop
from torchrl_impl.adapters.parts import SLOTS, torchrl_parts
from torchrl_impl.adapters.replay import BufferInTheLoop
from torchrl_impl.adapters.soft_update import UpdaterInTheLoop

NAMES = [(variant, shape) for variant in VARIANTS for shape in ("f32-b64", "f64-b5-2_actions-small_rewards", "f64-b1")]
each_variant = pytest.mark.parametrize("pair", NAMES, ids=["-".join(pair) for pair in NAMES])
each_shape = pytest.mark.parametrize("shape", SHAPES)

RUNS = {
    "ddpg": {"clipping": "clipped"},
    "td3": {"critics": "twins", "target_noise": "smoothed", "delay": "delayed", "noise": "ou", "annealing": "annealed"},
    "n_step": {"n_step": "3-step", "dtype": "f64", "replay": "wraps", "networks": "paper", "order": "simultaneous"},
}
SHORT = {"total_steps": 80, "start_steps": 20}

each_run = pytest.mark.parametrize("run", RUNS)


def loop(config, slots=SLOTS):
    """A run of the plain loop with TorchRL's parts, watched."""
    return watch("reference", config, parts=torchrl_parts(config, run_space(config), slots))


# Each part alone.


@each_variant
def test_critic_gradient_is_the_references(pair):
    config, space, state, batch, _, extra, _ = material_of(*pair)
    loss = LossInTheLoop(config, space)
    with unchanged("input", state, batch, extra):
        theirs = loss.critic_gradient(state, batch, space, config, default_parts, extra)
        ours = critic_gradient(state, batch, space, config, default_parts, extra)
    for name, left, right in zip(("gradient", "loss", "value", "target"), ours, theirs, strict=True):
        assert_same_bits(f"critic {name}", left, right)


@each_variant
def test_actor_gradient_is_the_references(pair):
    config, space, state, batch, _, extra, _ = material_of(*pair)
    loss = LossInTheLoop(config, space)
    with unchanged("input", state, batch, extra):
        theirs = loss.actor_gradient(state.actor, state.critic, batch, space, default_parts, extra)
        ours = actor_gradient(state.actor, state.critic, batch, space, default_parts, extra)
    for name, left, right in zip(("gradient", "loss", "value"), ours, theirs, strict=True):
        assert_same_bits(f"actor {name}", left, right)


@each_shape
def test_gradients_handed_out_stay_what_they_are(shape):
    config, space, state, batch, *_ = material_of("twin_critics", shape)
    extra = material_of("twin_critics", shape).extra
    loss = LossInTheLoop(config, space)
    first, *_ = loss.critic_gradient(state, batch, space, config, default_parts, extra)
    second, *_ = loss.actor_gradient(state.actor, state.critic, batch, space, default_parts, extra)
    moved = state._replace(critic=state.target_critic, target_actor=state.actor)
    with unchanged("gradient of before", first, second):
        loss.critic_gradient(moved, batch, space, config, default_parts, extra)
        loss.actor_gradient(state.target_actor, state.target_critic, batch, space, default_parts, extra)


@each_shape
def test_adam_is_the_references_over_three_steps(shape):
    config, _, state, *_ = material_of("weight_decay", shape)
    part, rate, decay = AdamInTheLoop(), config.critic_lr, config.critic_weight_decay
    ours, memory = state.critic, state.critic_adam
    theirs, their_memory = ours, memory
    for _ in range(3):
        grads = {name: value.sin() for name, value in ours.items()}
        with unchanged("input", theirs, grads, their_memory):
            moved, their_new_memory = part.adam(theirs, grads, their_memory, rate, decay)
        theirs, their_memory = moved, their_new_memory
        ours, memory = adam(ours, grads, memory, rate, decay)
        assert_same_bits("parameters", ours, theirs)
        assert_same_bits("Adam's memory", memory, their_memory)


@pytest.mark.parametrize("tau", [1e-3, 0.005, 0.5, 1.0])
@each_shape
def test_soft_update_is_the_references_twice_over(shape, tau):
    _, _, state, *_ = material_of("twin_critics", shape)
    part, weight = UpdaterInTheLoop(), 1.0 - (1.0 - tau)
    for target, online in ((state.target_actor, state.actor), (state.target_critic, state.critic)):
        with unchanged("input", target, online):
            once = part.soft_update(target, online, weight)
        with unchanged("target of before", once):
            twice = part.soft_update(once, online, weight)
        ours = soft_update(target, online, weight)
        assert_same_bits("target", ours, once)
        assert_same_bits("target after that", soft_update(ours, online, weight), twice)


@each_run
def test_explore_is_the_references_over_an_episode(run):
    config = tiny(RUNS[run])
    space, generator = run_space(config), torch.Generator().manual_seed(1)
    part, noise = NoiseInTheLoop(config, space), init_noise(config, space)
    for _ in range(20):
        action = space.low + torch.rand(space.low.shape, generator=generator) * (space.high - space.low)
        draw = torch.randn(space.low.shape, generator=generator)
        with unchanged("input", {"action": action, "draw": draw}, noise):
            ours, noise_after = explore(action, draw, noise, config, space)
            theirs, their_noise_after = part.explore(action, draw, noise, config, space)
        assert_same_bits("action", ours, theirs)
        assert_same_bits("noise", noise_after, their_noise_after)
        noise = anneal(noise_after, config)


def transition(number):
    """A row whose numbers say which it is."""
    value = torch.tensor(float(number))
    return Batch(value.expand(3), value.expand(1), value, value.expand(3), value > 4, value > 2)


def filled(add_, rows, n_step, numbers):
    """A ring of six rows, with these rows in it."""
    for number in numbers:
        rows = add_(rows, transition(number), *([torch.tensor(number % 3 + 1)] if n_step > 1 else []))
    return rows


def written(rows):
    """What of a ring was written."""
    return Replay(
        Batch(*(column[: rows.size] for column in rows.rows)),
        rows.cursor,
        rows.size,
        None if rows.steps is None else rows.steps[: rows.size],
    )


@pytest.mark.parametrize("n_step", [1, 3])
@pytest.mark.parametrize("count", [1, 5, 6, 15])
def test_replay_is_the_references(count, n_step):
    config = tiny({}, replay_size=30, n_step=n_step)
    part = BufferInTheLoop(config)
    ours = filled(ring.add_, ring.init(30, 3, 1, torch.float32, n_step), n_step, range(count))
    theirs = filled(part.add_, ring.init(30, 3, 1, torch.float32, n_step), n_step, range(count))
    assert_same_bits("ring", written(ours), written(theirs))
    streams = [torch.Generator().manual_seed(2) for _ in range(2)]
    assert_same_bits("batch", ring.sample(ours, streams[0], 8)[1], part.sample(theirs, streams[1], 8)[1])
    assert_same_bits("index", ring.sample(ours, streams[0], 8)[0], part.sample(theirs, streams[1], 8)[0])


@pytest.mark.parametrize("n_step", [1, 3])
def test_replay_that_was_filled_elsewhere_is_taken_over_and_not_written_to(n_step):
    config = tiny({}, replay_size=30, n_step=n_step)
    elsewhere = filled(ring.add_, ring.init(30, 3, 1, torch.float32, n_step), n_step, range(33))
    copy = Replay(Batch(*map(torch.clone, elsewhere.rows)), *elsewhere[1:3], elsewhere.steps)
    copy = copy if n_step == 1 else copy._replace(steps=elsewhere.steps.clone())
    part = BufferInTheLoop(config)
    filled(part.add_, ring.init(30, 3, 1, torch.float32, n_step), n_step, range(7))
    with unchanged("ring from elsewhere", elsewhere):
        theirs = filled(part.add_, elsewhere, n_step, range(40, 42))
    assert_same_bits("ring", filled(ring.add_, copy, n_step, range(40, 42)), theirs)


# Whole runs.


@pytest.mark.parametrize("slots", [SLOTS, *((slot,) for slot in SLOTS)], ids=["all", *SLOTS])
@each_run
def test_a_run_with_torchrls_parts_has_the_same_bits(run, slots):
    config = tiny(RUNS[run], **SHORT)
    assert_agree(watch("reference", config), loop(config, slots), config)


@each_run
def test_a_run_goes_on_with_torchrls_parts_and_without_them(run):
    config = tiny(RUNS[run])
    middle = [next(islice(begun, 2, 3)).state for begun in (watch("reference", config), loop(config))]
    parts = torchrl_parts(config, run_space(config))
    for state, gone_on_with in zip(middle, (parts, default_parts), strict=True):
        assert_agree(
            islice(watch("reference", config), 3, None), watch("reference", config, state, gone_on_with), config
        )


def test_parts_serve_one_run_after_another():
    config = tiny({}, **SHORT)
    parts = torchrl_parts(config, run_space(config))
    for _ in train(config, parts=parts):
        pass
    assert_agree(watch("reference", config), watch("reference", config, parts=parts), config)


@pytest.mark.parametrize(
    "slot, owner, method",
    [
        ("replay", TensorDictReplayBuffer, "extend"),
        ("replay", TensorDictReplayBuffer, "sample"),
        ("exploration", AdditiveGaussianModule, "forward"),
        ("loss", DDPGLoss, "loss_value"),
        ("loss", DDPGLoss, "loss_actor"),
        ("target update", SoftUpdate, "step"),
        ("optimiser", torch.optim.Adam, "step"),
    ],
)
def test_what_computes_in_a_slot_is_torchrls_class(slot, owner, method):
    config = tiny({}, **SHORT)
    parts = torchrl_parts(config, run_space(config), [slot])
    with patch.object(owner, method, side_effect=NotImplementedError(method)), pytest.raises(NotImplementedError):
        list(train(config, parts=parts))


def test_with_a_loss_of_torchrls_the_reference_computes_no_gradient(monkeypatch):
    config = tiny({}, **SHORT)
    parts = torchrl_parts(config, run_space(config), ["loss"])
    for name in ("critic_gradient", "actor_gradient", "td_target"):
        monkeypatch.delattr(reference_update, name)
    with pytest.raises(NameError):
        list(train(config))
    *_, (_, state) = train(config, parts=parts)
    assert state.update > 0


def test_torchrls_parts_leave_the_global_generator_alone():
    config = tiny(RUNS["td3"], **SHORT)
    before = torch.get_rng_state()
    list(train(config, parts=torchrl_parts(config, run_space(config))))
    assert_same_bits("global generator", before, torch.get_rng_state())


# What does not fit.


def test_a_slot_that_there_is_none_of_is_refused():
    config = tiny({})
    with pytest.raises(ValueError, match=r"torchrl_parts needs slots out of replay, .*; got buffer"):
        torchrl_parts(config, run_space(config), ["loss", "buffer"])


@pytest.mark.parametrize("times", [0, 2])
def test_a_draw_that_is_not_taken_once_is_an_error(times):
    draw = torch.randn(3)
    with pytest.raises(RuntimeError, match=f"got {times} draws"), hand(draw):
        for _ in range(times):
            torch.randn_like(draw)


def test_a_handed_draw_stands_for_either_way_of_drawing():
    draw, mean = torch.randn(3), torch.zeros(3)
    with hand(draw):
        assert torch.normal(mean=mean, std=mean + 1) is draw
    with hand(draw):
        assert torch.randn_like(mean) is draw
