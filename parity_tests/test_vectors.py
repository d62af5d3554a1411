"""Rung: one whole update on the known answers of `../vectors/`, told in correct digits."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from parity_tests.assertions import tally
from parity_tests.candidate import Problem
from parity_tests.cases import Material
from parity_tests.conventions import differing
from parity_tests.expected import expected as reference_under
from parity_tests.known_answers.answer import Inputs, answer
from parity_tests.known_answers.digits import DEMANDED, digits_by_quantity
from parity_tests.known_answers.files import FOLDER, Case, read
from parity_tests.oracle_inputs import array_of
from parity_tests.sides import SIDES
from parity_tests.sides import answer as answer_of
from reference.config import Config
from reference.state import AdamState, Batch, Params, Space, TrainState

RUNG = "update"

CASES: dict[str, Case] = {path.stem: read(path) for path in sorted((FOLDER / "cases").glob("*.json"))}

OF_CONFIG = {"truncation_is_terminal"}
"""Conventions that both sides follow by a field of `Config`; of the orders, they follow two."""


def follows(case: Case) -> bool:
    """Whether both sides can make this update by their own functions."""
    conventions = case.inputs.settings.conventions
    return not set(differing(conventions._replace(order="sequential"))) - OF_CONFIG and (
        conventions.order != "targets_first"
    )


OURS = [name for name, case in CASES.items() if follows(case)]
OTHERS = [name for name in CASES if name not in OURS]


def assert_correct(found, expected):
    """At least twelve correct digits in every quantity found."""
    digits = digits_by_quantity(found, expected)
    assert digits, "nothing was found"
    tally["close"] += len(digits)
    short = {name: f"{number:.1f}" for name, number in digits.items() if number < DEMANDED}
    assert not short, f"correct digits, where {DEMANDED} are demanded: {short}; the first is where to look"


@pytest.mark.parametrize("name", CASES)
def test_the_oracle_gives_the_known_answer(name):
    found = answer(CASES[name].inputs)
    assert set(found) == set(CASES[name].expected)
    assert_correct(found, CASES[name].expected)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", OURS)
def test_an_update_gives_the_known_answer(name, side):
    new, seen = answer_of(SIDES[side], material_of(CASES[name].inputs))
    found = {**seen._asdict(), **new._asdict()}
    assert len(found) == 17  # all but hidden layers, both actions and two values
    assert_correct(arrays(found), CASES[name].expected)


@pytest.mark.parametrize("name", OTHERS)
def test_the_reference_under_other_conventions_gives_the_known_answer(name):
    inputs = CASES[name].inputs
    material, conventions = material_of(inputs), inputs.settings.conventions
    found = reference_under(Problem(material.config, material.space, material.state), material.batch, conventions)
    of_critic = {"target": found.targets, "critic_loss": found.losses.critic, "critic_gradient": found.gradients.critic}
    assert_correct(arrays({**of_critic, **found.update}), CASES[name].expected)


def test_most_cases_are_for_both_sides():
    assert len(OURS) == 44 and len(OTHERS) == 12  # by hand: six of the 28 kinds follow conventions of others


def arrays(tree):
    """Tensors as arrays, Adam's states as dicts, as a case has them."""
    if hasattr(tree, "_asdict"):
        tree = tree._asdict()
    if isinstance(tree, dict):
        return {name: arrays(value) for name, value in tree.items()}
    return array_of(tree) if isinstance(tree, torch.Tensor) else tree


def material_of(inputs: Inputs) -> Material:
    """A case as both sides take it."""
    state, batch, settings = inputs
    rows = len(batch.reward)
    config = Config(
        dtype="float64",
        hidden_sizes=(4, 4),
        batch_size=rows,
        gamma=settings.gamma,
        tau=settings.tau,
        actor_lr=settings.actor_lr,
        critic_lr=settings.critic_lr,
        grad_clip_norm=settings.grad_clip_norm,
        truncation_is_terminal=settings.conventions.truncation_is_terminal,
        update_order="simultaneous" if settings.conventions.order == "simultaneous" else "sequential",
    )
    space = Space(batch.observation.shape[1], *map(torch.from_numpy, (settings.low, settings.high)), None)
    columns = Batch(*map(torch.from_numpy, batch))._replace(reward=torch.from_numpy(batch.reward.astype(np.float32)))
    return Material(config, space, TrainState(*tensors(state)), columns, torch.arange(rows))


def tensors(state) -> Iterator[Params | AdamState]:
    """Each network and each of Adam's states."""
    for part in state:
        if isinstance(part, dict):
            yield {name: torch.from_numpy(value) for name, value in part.items()}
        else:
            yield AdamState(*tensors(part[:2]), part.step)
