"""A run's state by name: nothing is lost on the way to its names and back, and nothing else is believed."""

from dataclasses import replace

import pytest
import torch

from harness.chunks import chunk
from harness.difference import first_difference
from harness.implementations import checkpoint_functions
from harness.train import run_space
from harness.watch import watch
from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.combinations import tiny
from reference.checkpoint import check, fresh_state
from reference.state import RunState

SIDES = ("reference", "torchrl")
EVERYTHING = {
    "critics": "twins", "delay": "delayed", "n_step": "3-step", "annealing": "annealed", "noise": "ou",
    "layer_norm": "both", "replay": "wraps", "environment": "three_actions",
}  # fmt: skip


def last_state(impl, config):
    """The state after four episodes, of a run that goes on."""
    run = watch(impl, config)
    states = [next(run).state for _ in range(4)]
    return states[-1]


@pytest.fixture(scope="module", params=SIDES)
def state(request):
    return last_state(request.param, tiny(EVERYTHING))


CONFIG = tiny(EVERYTHING)


@pytest.mark.parametrize("impl", SIDES)
def test_a_state_comes_back_in_every_bit_on_either_side(state, impl):
    snapshot, restore = checkpoint_functions(impl)
    with unchanged("state", state):
        back = restore(snapshot(state), [chunk(state.replay, 0)], CONFIG, run_space(CONFIG))
    assert_same_bits("state", state, back)


def test_both_sides_give_a_state_the_same_names(state):
    ours, theirs = (checkpoint_functions(impl)[0](state) for impl in SIDES)
    assert_same_bits("tensors", *(dict(sorted(saved.tensors.items())) for saved in (ours, theirs)))
    assert_same_bits("numbers", *(dict(sorted(saved.numbers.items())) for saved in (ours, theirs)))


@pytest.mark.parametrize("field", RunState._fields)
def test_nothing_of_a_state_is_left_out(state, field):
    if field == "replay":
        other = state.replay._replace(cursor=state.replay.cursor + 1)
    elif field in ("episode", "step", "update"):
        other = getattr(state, field) + 1
    else:
        other = _other(getattr(state, field))
    snapshot, _ = checkpoint_functions("reference")
    first, second = snapshot(state), snapshot(state._replace(**{field: other}))
    assert first_difference("snapshot", first, second) is not None


def _other(tree):
    """A tree of which every tensor differs in every bit that matters."""
    if isinstance(tree, torch.Tensor):
        return tree + 1 if tree.dtype != torch.bool else ~tree
    if isinstance(tree, dict):
        return {key: _other(value) for key, value in tree.items()}
    return type(tree)(*map(_other, tree)) if isinstance(tree, tuple) else tree


def edited(saved, tensors=(), numbers=(), without=()):
    """A snapshot with other contents."""
    kept = {name: value for name, value in (saved.tensors | dict(tensors)).items() if name not in without}
    counts = {name: value for name, value in (saved.numbers | dict(numbers)).items() if name not in without}
    return saved._replace(tensors=kept, numbers=counts)


WEIGHT, STREAM = "networks/actor/0.weight", "streams/explore"
EDITS = {
    # name: (what is edited, words of the refusal)
    "tensor_missing": ({"without": [WEIGHT]}, f"{WEIGHT} is missing"),
    "number_missing": ({"without": ["replay/cursor"]}, "replay/cursor is missing"),
    "tensor_beyond": ({"tensors": {"networks/actor/9.weight": torch.zeros(1)}}, "belongs to no such run"),
    "number_beyond": ({"numbers": {"epoch": 1}}, "epoch belongs to no such run"),
    "shape": ({"tensors": {WEIGHT: torch.zeros(3, 3)}}, WEIGHT),
    "dtype": ({"tensors": {"noise_scale": torch.zeros((), dtype=torch.float64)}}, "noise_scale"),
    "window": ({"tensors": {"window/reward": torch.zeros(2)}}, "window/reward"),
    "cursor": ({"numbers": {"replay/cursor": 3}}, "replay/cursor is 3"),
    "size": ({"numbers": {"replay/size": 41}}, "replay/size is 41"),
    "step": ({"numbers": {"step": 85}}, "replay/cursor"),
    "update": ({"numbers": {"update": 3}}, "update is 3"),
    "critics_step": ({"numbers": {"networks/critic_adam/step": 3}}, "critic_adam/step is 3"),
    "probe_states": ({"without": ["probe_states"]}, "probe_states"),
    "actors_step": ({"numbers": {"networks/actor_adam/step": 0}}, "actor_adam/step is 0"),
    "episode": ({"numbers": {"episode": 0}}, "episode 0"),
    "stream": ({"tensors": {STREAM: torch.zeros(5056, dtype=torch.uint8)}}, STREAM),
    "stream_too_short": ({"tensors": {STREAM: torch.zeros(7, dtype=torch.uint8)}}, STREAM),
}


@pytest.mark.parametrize("edit, words", EDITS.values(), ids=EDITS.keys())
def test_what_is_no_state_of_the_run_is_refused(state, edit, words):
    saved = checkpoint_functions("reference")[0](state)
    check(saved, CONFIG, run_space(CONFIG))
    with pytest.raises(ValueError, match=words):
        check(edited(saved, **edit), CONFIG, run_space(CONFIG))


@pytest.mark.parametrize(
    "fields", [{"hidden_sizes": (16, 13)}, {"n_step": 1}, {"twin_critics": False}, {"dtype": "float64"}]
)
def test_a_state_of_another_run_is_refused(state, fields):
    saved, other = checkpoint_functions("reference")[0](state), replace(CONFIG, **fields)
    with pytest.raises(ValueError):
        check(saved, other, run_space(other))


@pytest.mark.parametrize("impl", SIDES)
def test_a_run_may_have_no_probe_states_yet(impl):
    config = tiny({"n_step": "3-step"}, probe_n=100)
    state = next(watch(impl, config)).state
    assert state.probe_states is None
    snapshot, restore = checkpoint_functions(impl)
    check(snapshot(state), config, run_space(config))
    back = restore(snapshot(state), [chunk(state.replay, 0)], config, run_space(config))
    assert back.probe_states is None


@pytest.mark.parametrize("impl", SIDES)
def test_a_ring_may_be_empty_while_n_steps_wait(impl):
    config = tiny({"n_step": "3-step"}, max_steps_per_episode=3)
    state = next(watch(impl, config)).state
    assert state.replay.size == 0 and len(state.window.reward) == 3
    snapshot, restore = checkpoint_functions(impl)
    check(snapshot(state), config, run_space(config))
    back = restore(snapshot(state), [], config, run_space(config))
    assert_same_bits("window", back.window, state.window)
    assert_same_bits("rows", [len(back.replay.rows.reward), back.replay.size], [config.replay_size, 0])


def test_a_fresh_state_has_a_runs_form():
    fresh = fresh_state(CONFIG, run_space(CONFIG), CONFIG.replay_size)
    ours, theirs = (checkpoint_functions("reference")[0](state) for state in (fresh, last_state("reference", CONFIG)))
    assert_same_bits("names", list(ours.tensors), list(theirs.tensors))
