"""What the reference computes under other people's conventions, against the oracle; each one changes an answer."""

import pytest
import torch

from harness.difference import leaves
from parity_tests.candidate import Problem
from parity_tests.cases import CASES, build
from parity_tests.closeness import assert_close_to_oracle, distance
from parity_tests.conventions import OURS, Conventions
from parity_tests.expected import clip_together, expected
from parity_tests.oracle_answers import answers
from parity_tests.published import STABLE_BASELINES, STABLE_BASELINES_TAU
from reference.update import actor_gradient, critic_gradient, default_parts

NAMES = ("f32-b5-mixed-small_rewards", "f32-b8-mixed-tight_clipping", "f64-b128-mixed", "f64-b1-none-no_clipping")

COMBINATIONS = {
    "stable-baselines": STABLE_BASELINES,
    "targets_first-half-no_clipping": Conventions(order="targets_first", critic_loss_factor=0.5, clips_gradients=False),
    "online_actor-truncation": Conventions(target_actor=False, truncation_is_terminal=True),
    "simultaneous-together-decay": Conventions(order="simultaneous", clips_together=True, weight_decay=1e-4),
    "together-half-inside": Conventions(clips_together=True, critic_loss_factor=0.5, adam_epsilon="inside"),
    "targets_first-decay-inside-online_actor": Conventions(
        order="targets_first", weight_decay=1e-2, adam_epsilon="inside", target_actor=False
    ),
}

CHOICES = {
    "order": ("simultaneous", "targets_first"),
    "target_actor": (False,),
    "critic_loss_factor": (0.5,),
    "clips_gradients": (False,),
    "clips_together": (True,),
    "truncation_is_terminal": (True,),
    "weight_decay": (1e-4,),
    "adam_epsilon": ("inside",),
}
"""Every field that says what is computed, with its values other than ours."""

ABILITIES = {"bounds", "dtypes", "rates", "loads_adam"}
"""The fields that say what an implementation can be set to; `candidate_cases` follows them."""


def problem_in_float64(name, **fields):
    case = CASES[name]._replace(dtype="float64", **fields)
    config, space, state, batch, *_ = build(case)
    return Problem(config, space, state), batch


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("conventions", COMBINATIONS.values(), ids=COMBINATIONS.keys())
def test_the_reference_under_conventions_is_the_oracle_under_them(name, conventions):
    tau = STABLE_BASELINES_TAU if conventions is STABLE_BASELINES else CASES[name].tau
    problem, batch = problem_in_float64(name, tau=tau)
    assert_close_to_oracle("answers", expected(problem, batch, conventions), answers(problem, batch, conventions))


def answers_differ(name, conventions):
    problem, batch = problem_in_float64(name)
    ours, theirs = (arrays(expected(problem, batch, which)) for which in (OURS, conventions))
    return any(distance(path, theirs[path], ours[path]) for path in ours)


def arrays(tree):
    return {path: value.numpy() for path, value in leaves("", tree)}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field in CHOICES for value in CHOICES[field]])
def test_a_convention_changes_an_answer(field, value):
    assert any(answers_differ(name, OURS._replace(**{field: value})) for name in NAMES)


def test_every_convention_is_a_choice_or_an_ability():
    assert set(CHOICES) | ABILITIES == set(Conventions._fields)


def test_every_choice_is_tried_against_the_oracle():
    tried = {(field, getattr(one, field)) for one in COMBINATIONS.values() for field in CHOICES}
    fields_tried = {field for field, value in tried if value != getattr(OURS, field)}
    assert fields_tried == set(CHOICES)


def test_clipping_together_is_torchs_over_the_parameters_of_both_networks():
    (config, space, state), batch = problem_in_float64("f32-b8-mixed-tight_clipping")
    of_actor, *_ = actor_gradient(state.actor, state.critic, batch, space)
    of_critic, *_ = critic_gradient(state, batch, space, config)
    parameters = [torch.zeros_like(g) for g in (*of_actor.values(), *of_critic.values())]
    for parameter, g in zip(parameters, (*of_actor.values(), *of_critic.values()), strict=True):
        parameter.grad = g.clone()
    torch.nn.utils.clip_grad_norm_(parameters, config.grad_clip_norm)
    clip = clip_together(Problem(config, space, state), batch, default_parts)
    clipped = [g for own in (of_actor, of_critic) for g in clip(own, config.grad_clip_norm)[0].values()]
    assert all(torch.equal(ours, p.grad) for ours, p in zip(clipped, parameters, strict=True))
