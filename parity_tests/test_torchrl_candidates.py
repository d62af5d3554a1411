"""TorchRL's `DDPGTrainer` and its recipe on the ladder; other libraries' candidates are in test_peers.py."""

import pytest
import torch
from torchrl.trainers.algorithms import DDPGTrainer

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.candidate_cases import problem_for
from parity_tests.candidates.driven import entered
from parity_tests.candidates.torchrl_recipe import Recipe
from parity_tests.candidates.torchrl_trainer import Trainer
from parity_tests.conformance_cells import as_ours
from parity_tests.judge import judge

BELOW = ("networks", "targets", "losses", "soft update")

NAMES = ("f32-b128-mixed", "f32-b8-mixed-tight_clipping")

each_name = pytest.mark.parametrize("name", NAMES)
each_candidate = pytest.mark.parametrize("kind", [Trainer, Recipe], ids=["trainer", "recipe"])


def verdict(kind, rung, name, conventions=None):
    conventions = conventions or kind.conventions
    problem, batch = problem_for(name, conventions)
    with unchanged("input", problem.state, batch), torch.random.fork_rng(devices=[]):
        return judge(kind(), rung, problem, batch, conventions)


@each_name
@pytest.mark.parametrize("rung", BELOW)
@each_candidate
def test_both_have_the_references_bits_below_the_gradients(kind, rung, name):
    assert verdict(kind, rung, name).kind == "same bits"


@each_name
def test_the_recipe_breaks_at_the_critics_gradient_and_the_message_says_so(name):
    found = verdict(Recipe, "gradients", name)
    assert found.kind == "differs"
    assert found.detail.startswith("gradients.critic[4.bias]: ")
    assert "wrong: critic; right: actor" in found.detail


@each_name
def test_the_recipe_adds_the_batch_size_to_the_slope_of_the_last_bias(name):
    # sum(reduce=True) adds the sum of Q over the batch, and each Q has the last bias once
    problem, batch = problem_for(name, Recipe.conventions)
    summed, right = Recipe(), Trainer()
    for candidate in (summed, right):
        candidate.load(problem)
    slopes = [candidate.gradients(batch).critic["4.bias"].item() for candidate in (summed, right)]
    assert round(slopes[0] - slopes[1], 4) == len(batch.reward)


def test_the_recipe_is_as_wrong_after_an_update():
    assert verdict(Recipe, "update", "f32-b128-mixed").kind == "differs"


@pytest.mark.parametrize("rung", ["gradients", "update"])
@pytest.mark.parametrize("name", [*NAMES, "f64-b5-mixed-large_rewards-3_actions"])
def test_the_trainer_has_the_references_bits_under_its_conventions(name, rung):
    assert verdict(Trainer, rung, name).kind == "same bits"


@pytest.mark.parametrize(
    ("field", "ours", "name"),
    [("order", "sequential", "f32-b32-tau_1"), ("clips_together", False, "f32-b8-mixed-tight_clipping")],
)
def test_the_trainer_differs_without_each_of_its_conventions(field, ours, name):
    assert verdict(Trainer, "update", name, Trainer.conventions._replace(**{field: ours})).kind == "differs"


def test_the_trainer_differs_under_ours():
    assert verdict(Trainer, "update", "f32-b32-tau_1", as_ours(Trainer.conventions)).kind == "differs"


@each_candidate
def test_watching_a_step_moves_nothing_that_was_loaded(kind):
    problem, batch = problem_for("f32-b128-mixed", kind.conventions)
    candidate = kind()
    candidate.load(problem)
    before = candidate.networks()
    candidate.target(batch), candidate.losses(batch), candidate.gradients(batch)
    assert_same_bits("networks", before, candidate.networks())


def test_a_block_that_never_enters_the_library_fails():
    with pytest.raises(AssertionError, match=r"DDPGTrainer.train was never entered"), entered(DDPGTrainer, "train"):
        pass
