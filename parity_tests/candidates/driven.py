"""For candidates that drive a library: its real training step must have been entered, and is what gets observed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from torch import Tensor

from parity_tests.candidate import Gradients, Losses, Problem
from reference.state import Batch


@contextmanager
def entered(owner: Any, function: str) -> Iterator[None]:
    """Fails if `owner.function` was not called within the block.

    Args:
        owner: a class, module or object; the call is passed on unchanged.
        function: the name of its public training function.
    """
    original = getattr(owner, function)
    calls = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        return original(*args, **kwargs)

    with patch.object(owner, function, counted):
        yield
    assert calls, f"{owner.__name__ if isinstance(owner, type) else owner}.{function} was never entered"


class Seen(NamedTuple):
    """What was observed within one real training step."""

    target: Tensor  # [B]
    losses: Losses
    gradients: Gradients


class Driven:
    """The rungs below the update, read off a library's own training step.

    A subclass has `step`, which runs that step once on one batch and says what it saw. The step is watched
    with both rates at zero and without clipping: then the critic that judges the actor is the one that was
    loaded, no network but the targets moves, and the gradients arrive as they were computed.
    """

    problem: Problem

    def load(self, problem: Problem) -> None:
        """As a candidate's: keeps the problem and builds the library's objects for it."""
        self.problem = problem
        self.build(at_rest=False)

    def build(self, at_rest: bool) -> None:
        """Makes the library's objects and sets them to `self.problem`; at rest, with rates of zero and no clipping."""
        raise NotImplementedError

    def step(self, batch: Batch) -> Seen:
        """The library's training step on one batch."""
        raise NotImplementedError

    def target(self, batch: Batch) -> Tensor:
        """The target that the library's step computed on this batch."""
        return self._watched(batch).target

    def losses(self, batch: Batch) -> Losses:
        """Both losses of that step."""
        return self._watched(batch).losses

    def gradients(self, batch: Batch) -> Gradients:
        """Both gradients of that step."""
        return self._watched(batch).gradients

    def soft_update(self) -> None:
        """One step at rest: only the targets move."""
        self.build(at_rest=True)
        self.step(no_transition(self.problem))

    def update(self, batch: Batch) -> None:
        """One step with rates and clipping as the problem has them."""
        self.step(batch)

    def _watched(self, batch: Batch) -> Seen:
        self.build(at_rest=True)
        seen = self.step(batch)
        self.build(at_rest=False)  # the step moved the targets
        return seen


def no_transition(problem: Problem) -> Batch:
    """A batch of one row of zeros, for a step whose batch does not matter."""
    config, space = problem.config, problem.space
    observation = torch.zeros(1, space.observation_size, dtype=config.torch_dtype)
    action = torch.zeros(1, space.action_size, dtype=config.torch_dtype)
    neither = torch.zeros(1, dtype=torch.bool)
    return Batch(observation, action, torch.zeros(1), observation.clone(), neither, neither.clone())
