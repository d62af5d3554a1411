"""A shadow of an honest loss: it changes no bit, says nothing, and is the original in all that others use."""

import copy

import pytest
import torch
from torch import nn
from torchrl.objectives import DDPGLoss, ValueEstimators

from parity_tests import drop_in_losses
from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_losses import DDPG, Keys, batch, disturb_targets
from parity_tests.runs import short
from parity_tests.shadows import learner, plain, shadowed, step, trained
from torchrl_impl.drop_in.shadow import ShadowDDPGLoss
from torchrl_impl.losses import make_loss
from torchrl_impl.train import train
from torchrl_impl.update import Parts

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


def both(folder, make=plain, **options):
    """A loss, and a shadow of its equal."""
    return make(), shadowed(folder, original=make(), **options)


def tensors(out):
    """What a call gave, without a past."""
    return {str(key): value.detach() for key, value in out.items()}


def assert_answers_alike(original, shadow, frames):
    """Both answer the same, twice, and write the same into the batch."""
    for _ in range(2):
        ours, theirs = frames.clone(), frames.clone()
        assert_same_bits("answers", tensors(shadow(ours)), tensors(original(theirs)))
        assert_same_bits("batch", tensors(ours.flatten_keys()), tensors(theirs.flatten_keys()))


# The run is the original's.


def test_training_gives_the_same_bits(tmp_path):
    original, shadow = both(tmp_path)
    assert_same_bits("state", trained(shadow, batch(), 10), trained(original, batch(), 10))


@pytest.mark.parametrize("fields", [{}, {"update_order": "simultaneous", "grad_clip_norm": None, "dtype": "float64"}])
def test_a_whole_run_says_nothing_and_gives_the_same_bits(tmp_path, fields):
    config = short(total_steps=340, hidden_sizes=(16, 16), batch_size=8, **fields)
    parts = Parts(loss=lambda *args: shadowed(tmp_path, every=1, original=make_loss(*args)))
    runs = (list(train(config, parts=chosen))[-1][1] for chosen in (parts, Parts()))
    assert_same_bits("run state", *(state.networks for state in runs))


def test_a_resumed_run_says_nothing(tmp_path):
    config = short(total_steps=440, hidden_sizes=(16, 16), batch_size=8)
    parts = Parts(loss=lambda *args: shadowed(tmp_path, every=1, original=make_loss(*args)))
    _, middle = next(state for state in train(config) if state[1].update > 50)
    assert len(list(train(config, copy.deepcopy(middle), parts))) > 0


def test_loading_after_the_updater_was_built_says_nothing(tmp_path):
    state = trained(plain(), batch())
    loss = shadowed(tmp_path)
    parts = learner(loss)
    loss.load_state_dict(state)
    step(loss, *parts, batch())


def test_parameters_drawn_anew_before_the_updater_say_nothing(tmp_path):
    loss = shadowed(tmp_path)
    loss.reset_parameters_recursive()
    step(loss, *learner(loss), batch())


def test_losses_asked_for_apart_say_nothing(tmp_path):
    loss, frames = shadowed(tmp_path), batch()
    for compute in (loss.loss_value, loss.loss_actor):
        answer, _ = compute(frames.clone())
        answer.backward()


def scaled(out):
    return 0.3 * out["loss_value"] - 7.1 * out["loss_actor"]


def with_weight_penalty(out, loss):
    return out["loss_value"] + out["loss_actor"] + sum(value.square().sum() for value in loss.parameters())


def test_a_scaled_loss_says_nothing(tmp_path):
    loss = shadowed(tmp_path)
    step(loss, *learner(loss), batch(), scaled)


def test_a_penalty_on_the_parameters_says_nothing(tmp_path):
    loss = shadowed(tmp_path)
    step(loss, *learner(loss), batch(), lambda out: with_weight_penalty(out, loss))


def test_a_graph_walked_twice_says_nothing(tmp_path):
    out = shadowed(tmp_path)(batch())
    for _ in range(2):
        out["loss_value"].backward(retain_graph=True)


def test_no_gradient_is_needed(tmp_path):
    original, shadow = both(tmp_path)
    with torch.no_grad():
        assert_answers_alike(original, shadow, batch())


# It draws nothing, and writes nothing.


def test_drawing_networks_draw_the_same_after_a_look(tmp_path):
    def dropping():
        actor, critics = drop_in_losses.networks(dropout=0.5)
        return DDPGLoss(actor, critics[0], delay_actor=True)

    original, shadow = both(tmp_path, dropping)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        ours = [tensors(shadow(batch())) for _ in range(2)]
        torch.manual_seed(3)
        theirs = [tensors(original(batch())) for _ in range(2)]
    assert_same_bits("first call", ours[0], theirs[0])
    assert_same_bits("second call", ours[1], theirs[1])


class DrawsAfterwards(DDPGLoss):
    """A loss that draws what the reference does not."""

    def loss_value(self, tensordict):
        """As the original's."""
        answer = super().loss_value(tensordict)
        torch.rand(3)
        return answer


def test_the_generator_stands_where_the_original_leaves_it(tmp_path):
    original, shadow = both(tmp_path, lambda: plain(DrawsAfterwards))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        shadow(batch())
        state = torch.get_rng_state()
        torch.manual_seed(3)
        original(batch())
        assert_same_bits("generator's state", state, torch.get_rng_state())


def test_running_statistics_move_once_a_call(tmp_path):
    def normed():
        actor, critics = drop_in_losses.networks()
        critics[0].module.layers.insert(1, nn.BatchNorm1d(16))
        return DDPGLoss(actor, critics[0], delay_actor=True)

    original, shadow = both(tmp_path, normed)
    assert_answers_alike(original, shadow, batch())
    assert_same_bits("buffers", dict(shadow.named_buffers()), dict(original.named_buffers()))


def test_no_gradient_is_left_behind_by_a_look(tmp_path):
    loss = shadowed(tmp_path)
    loss(batch())
    assert all(value.grad is None for value in loss.parameters())


def test_the_state_dict_is_the_originals(tmp_path):
    original, shadow = both(tmp_path)
    shadow(batch())
    assert list(shadow.state_dict()) == list(original.state_dict())
    original.load_state_dict(shadow.state_dict())


# How often it looks.


def test_every_so_many_calls_are_looked_at(tmp_path, monkeypatch):
    looks = []
    monkeypatch.setattr(ShadowDDPGLoss, "_judge", lambda self, moment, answers: looks.append(moment.call) or True)
    loss, frames = shadowed(tmp_path, every=4), batch()
    for _ in range(10):
        loss.loss_value(frames)
    assert looks == [0, 4, 8]


def test_a_difference_between_two_looks_is_found_at_the_next(tmp_path):
    loss, frames, found = shadowed(tmp_path, every=5, at_difference="warn"), batch(), []
    frames["next", "terminated"] = frames["next", "terminated"].int()
    for _ in range(11):
        with pytest.warns() as warned:
            loss(frames)
        found.append(any("ShadowDDPGLoss" in str(item.message) for item in warned))
    assert [call for call, said in enumerate(found) if said] == [0, 5, 10]


# The original's surface.


def weighted(frames):
    frames["priority_weight"] = torch.linspace(0.1, 2.0, frames.shape[0])
    return frames


def masked(frames):
    frames["collector", "mask"] = torch.arange(frames.shape[0]) % 3 > 0
    return frames


SURFACE = {
    "l1": ({"loss_function": "l1"}, {}, batch()),
    "smooth_l1": ({"loss_function": "smooth_l1"}, {}, batch(reward_scale=3.0)),
    "rows": ({"reduction": "none"}, {}, batch()),
    "sum": ({"reduction": "sum"}, {}, batch()),
    "weights": ({}, {}, weighted(batch())),
    "mask": ({}, {}, masked(batch())),
    "one_row": ({}, {}, batch(1)),
    "two_dimensions": ({}, {}, batch(shape=(3, 4))),
    "td1": ({}, {"value_type": ValueEstimators.TD1}, batch(shape=(3, 4))),
    "td_lambda": ({}, {"value_type": ValueEstimators.TDLambda}, batch(shape=(3, 4))),
    "average_rewards": ({}, {"value_type": ValueEstimators.TD0, "average_rewards": True}, batch()),
}


@pytest.mark.parametrize("arguments, estimator, frames", SURFACE.values(), ids=SURFACE)
def test_options_of_the_original_are_looked_at_and_say_nothing(tmp_path, arguments, estimator, frames):
    def made():
        loss = plain(**arguments)
        loss.make_value_estimator(**{"gamma": 0.9, **estimator})
        disturb_targets(loss)
        return loss

    original, shadow = both(tmp_path, made)
    assert_answers_alike(original, shadow, frames)
    out = shadow(frames.clone())
    out["loss_value"].sum().backward()
    assert out["pred_value"].requires_grad  # so the backward pass was watched


def test_nested_keys_are_the_originals(tmp_path):
    keys = Keys(("agent", "observation"), ("agent", "action"), ("agent", "q"), reward=("agent", "reward"))

    def made():
        return drop_in_losses.loss(DDPG, DDPGLoss, keys, delay_actor=True)

    assert_answers_alike(*both(tmp_path, made), batch(keys=keys))


def test_keywords_are_dispatched_as_the_original_does(tmp_path):
    original, shadow = both(tmp_path)
    words = {"_".join(key) if isinstance(key, tuple) else key: value for key, value in batch().items(True, True)}
    words = {key: value for key, value in words.items() if key != "next_truncated"}
    for loss in (original, shadow):
        loss.select_out_keys("loss_actor", "loss_value")
    ours, theirs = shadow(**words), original(**words)
    assert_same_bits("answers", dict(enumerate(ours)), dict(enumerate(theirs)))


class OwnForward(DDPGLoss):
    """A user's own way of putting the two losses together."""

    def forward(self, tensordict):
        """The critic's loss alone."""
        return {"loss_value": self.loss_value(tensordict)[0]}


def test_a_subclass_keeps_its_own_forward(tmp_path):
    shadow = shadowed(tmp_path, original=plain(OwnForward))
    assert list(shadow(batch())) == ["loss_value"] and isinstance(shadow, OwnForward)


def test_an_updater_finds_the_targets(tmp_path):
    shadow = shadowed(tmp_path)
    updater, _ = learner(shadow)
    disturb_targets(shadow)
    before = copy.deepcopy(shadow.state_dict())
    updater.step()
    moved = {key for key, value in shadow.state_dict().items() if not torch.equal(value, before[key])}
    assert moved == {key for key in before if key.startswith("target_")}


def test_another_precision_says_nothing(tmp_path):
    shadow = shadowed(tmp_path)
    step(shadow, *learner(shadow), batch())
    step(shadow.to(torch.float64), *learner(plain()), batch(dtype="float64"))


# Copies.


def test_a_deep_copy_is_a_shadow_of_its_own(tmp_path):
    shadow, frames = shadowed(tmp_path), batch()
    other = copy.deepcopy(shadow)
    before = copy.deepcopy(shadow.state_dict())
    trained(other, frames)
    assert_same_bits("state", shadow.state_dict(), before)
    del frames["next", "terminated"]
    with pytest.raises(RuntimeError, match="ShadowDDPGLoss, call 3, batch"):
        other(frames)


def test_a_pickled_shadow_comes_back_as_one(tmp_path):
    torch.save(shadowed(tmp_path, every=7), tmp_path / "loss.pt")
    loaded = torch.load(tmp_path / "loss.pt", weights_only=False)
    assert isinstance(loaded, ShadowDDPGLoss) and loaded._shadow.every == 7
    loaded(batch())
