"""What a candidate must be, and the words in which one that is otherwise is refused."""

import pytest

from parity_tests.candidate import load_candidate
from parity_tests.candidate_cases import problem_for
from parity_tests.candidates.reference import Reference
from parity_tests.conventions import OURS, Conventions
from parity_tests.judge import judge


class Complete(Reference):
    pass


class Misspelt(Reference):
    conventions = Conventions(order="simultanous")


class OneDtype(Reference):
    conventions = Conventions(dtypes="float32")


class Unloadable:
    conventions = Conventions()


class NeedsArguments(Reference):
    def __init__(self, path):
        self.path = path


def test_a_complete_candidate_is_loaded():
    assert isinstance(load_candidate(f"{__name__}:Complete"), Complete)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("mine", "must be written package.module:Class; got 'mine'"),
        ("nowhere:Nothing", "cannot be imported .*'nowhere'.* start from the folder that holds it"),
        ("pathlib:Path", "'pathlib:Path' must have `conventions`"),
        (f"{__name__}:Unloadable", "must have a method `load`"),
        (f"{__name__}:NeedsArguments", "cannot be built: TypeError: .* missing 1 required"),
        (f"{__name__}:Misspelt", "Conventions.order: 'simultanous' is none of 'sequential', 'simultaneous', "),
        (f"{__name__}:OneDtype", "Conventions.dtypes: 'float32' is no tuple"),
    ],
)
def test_a_candidate_that_does_not_fit_is_refused_with_the_reason(path, message):
    with pytest.raises(ValueError, match=message):
        load_candidate(path)


class Forgetful(Reference):
    """Its soft update does nothing, and it does not show the targets."""

    def networks(self):
        return {"actor": self.state.actor, "critic": self.state.critic}

    def soft_update(self):
        pass


class Transposed(Reference):
    def networks(self):
        return {"actor_target": self.state.target_actor}


class Untyped(Reference):
    def losses(self, batch):
        return tuple(super().losses(batch))

    def target(self, batch):
        return None


class Leaky(Reference):
    """Half of the last update's gradient stays: here, its batch."""

    def load(self, problem):
        super().load(problem)
        self.left_over = 1.0

    def update(self, batch):
        super().update(batch._replace(reward=batch.reward * self.left_over))
        self.left_over = 1.5


class Column(Reference):
    def target(self, batch):
        return super().target(batch).unsqueeze(-1)


def judged(candidate, name):
    return judge(candidate, name, *problem_for("f32-b5-mixed-small_rewards", OURS), OURS)


@pytest.mark.parametrize(
    ("candidate", "name", "message"),
    [
        (Forgetful(), "soft update", r"lacks \[target_actor\]\[0.weight\].* and 8 more: a rung is offered whole"),
        (Transposed(), "soft update", "networks\\(\\) has 'actor_target'; its keys are actor, critic"),
        (Untyped(), "losses", "losses\\(\\) answered a tuple; must be parity_tests.candidate.Losses"),
        (Untyped(), "targets", "the answer is a NoneType; must be a tensor or a NumPy array"),
        (Unloadable(), "targets", "the candidate has not all of target"),
    ],
)
def test_an_answer_in_another_form_is_refused_with_the_reason(candidate, name, message):
    if isinstance(candidate, Unloadable):
        candidate.load = lambda problem: None
    with pytest.raises(AssertionError, match=message):
        judged(candidate, name)


def test_what_leaks_into_the_next_update_is_found_in_it():
    verdict = judged(Leaky(), "update")
    assert verdict.kind == "differs"
    assert "right: [first][actor], [first][critic]" in verdict.detail and "wrong: [second][" in verdict.detail


def test_a_trailing_dimension_is_named():
    assert judged(Column(), "targets").detail == "targets: shape (5, 1) against (5,) as the reference has it"
