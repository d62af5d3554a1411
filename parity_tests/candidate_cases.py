"""The cases that a candidate is tried on: those of `cases`, fitted to what it can do."""

from dataclasses import replace

from parity_tests.candidate import Problem
from parity_tests.cases import CASES, build
from parity_tests.conventions import Conventions
from parity_tests.expected import under
from reference.optim import init_adam
from reference.state import Batch


def names_for(conventions: Conventions) -> list[str]:
    """The cases in a precision that the candidate has; what is terminal, its conventions say."""
    return [
        name for name, case in CASES.items() if case.dtype in conventions.dtypes and not case.truncation_is_terminal
    ]


def problem_for(name: str, conventions: Conventions) -> tuple[Problem, Batch]:
    """One case with action bounds, Adam states and learning rates that the candidate can be set to."""
    material = build(CASES[name])
    space, state, batch = material.space, material.state, material.batch
    low, high = space.low, space.high
    if conventions.bounds == "symmetric":
        low = -high
    elif conventions.bounds == "unit":
        low, high = -high / high, high / high
    share = (batch.action - space.low) / (space.high - space.low)
    if conventions.bounds != "any":
        batch = batch._replace(action=low + share * (high - low))
    if not conventions.loads_adam:
        state = state._replace(actor_adam=init_adam(state.actor), critic_adam=init_adam(state.critic))
    config = material.config
    if conventions.rates == "equal":
        config = replace(config, actor_lr=config.critic_lr)
    return under(Problem(config, space._replace(low=low, high=high), state), conventions), batch
