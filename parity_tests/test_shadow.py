"""A shadow of an honest loss changes no bit and says nothing; how often it looks."""

import copy

import pytest
import torch
from torch import nn
from torchrl.objectives import DDPGLoss

from parity_tests import drop_in_losses
from parity_tests.assertions import assert_same_bits
from parity_tests.drop_in_losses import batch
from parity_tests.runs import short
from parity_tests.shadows import assert_answers_alike, both, learner, plain, shadowed, step, tensors, trained
from torchrl_impl.drop_in.shadow import ShadowDDPGLoss
from torchrl_impl.losses import make_loss
from torchrl_impl.train import train
from torchrl_impl.update import Parts

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


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
