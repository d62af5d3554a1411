"""How a mistake is made: by an update of other inputs, or by another function in the oracle's place."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numpy as np

from parity_tests import oracle
from parity_tests.known_answers.answer import Inputs, answer

Mistake = Callable[[Inputs], dict[str, Any]]
"""From a case's inputs to the answer that an implementation with this mistake would give."""

Fields = dict[str, Any]


def settings(change: Callable[[oracle.Settings], Fields]) -> Mistake:
    """A mistake in what the update is told."""
    return lambda inputs: answer(inputs._replace(settings=inputs.settings._replace(**change(inputs.settings))))


def convention(**fields: Any) -> Mistake:
    """Another convention than the case's."""
    return settings(lambda given: {"conventions": given.conventions._replace(**fields)})


def order(asked: str, done: str) -> Mistake:
    """One order where the case asks for another; right elsewhere."""

    def swapped(given: oracle.Settings) -> Fields:
        found = given.conventions.order
        return {"conventions": given.conventions._replace(order=done if found == asked else found)}

    return settings(swapped)


def batch(change: Callable[[oracle.Batch], Fields]) -> Mistake:
    """A mistake in what is read from the batch."""
    return lambda inputs: answer(inputs._replace(batch=inputs.batch._replace(**change(inputs.batch))))


def state(change: Callable[[oracle.State], Fields]) -> Mistake:
    """A mistake in what is read from the state."""
    return lambda inputs: answer(inputs._replace(state=inputs.state._replace(**change(inputs.state))))


def function(name: str, make: Callable[[Callable, Inputs], Callable]) -> Mistake:
    """A mistake in one function of the oracle: `make` gets the right one and the inputs, and returns the wrong one."""

    def run(inputs: Inputs) -> dict[str, Any]:
        wrong = make(getattr(oracle, name), inputs)
        with patch.object(oracle, name, wrong), np.errstate(divide="ignore", invalid="ignore"):
            return answer(inputs)

    return run
