"""What the NumPy oracle computes under a candidate's conventions, in the form of `expected`'s answers."""

from typing import Any

import torch

from parity_tests import oracle
from parity_tests.candidate import Gradients, Losses, Problem
from parity_tests.conventions import Conventions
from parity_tests.expected import NETWORKS, Expected, under
from parity_tests.oracle_inputs import batch_of, settings_of, state_of
from reference.state import Batch


def answers(problem: Problem, batch: Batch, conventions: Conventions) -> Expected:
    """Every rung's answer in float64, as tensors; the inputs are taken as they are, in whatever precision."""
    problem = under(problem, conventions)
    state, rows = state_of(problem.state), batch_of(batch)
    settings = settings_of(problem.config, problem.space, conventions)
    first, seen = oracle.update(state, rows, settings)
    second, _ = oracle.update(first, rows, settings)
    # The update's own actor gradient is that at the new critic; the rungs below compare both at what was loaded.
    actor_loss, actor_gradient = oracle.actor_gradient(state.actor, state.critic, rows, settings)
    return _tensors(
        Expected(
            {"action": oracle.actor(state.actor, rows.observation, settings), "value": seen.value},
            seen.target,
            Losses(seen.critic_loss, actor_loss),
            Gradients(seen.critic_gradient, actor_gradient),
            _soft_updated(state, settings),
            {"first": _networks(first), "second": _networks(second)},
        )
    )


def _networks(state: oracle.State) -> dict[str, oracle.Params]:
    return {name: getattr(state, name) for name in NETWORKS}


def _soft_updated(state: oracle.State, settings: oracle.Settings) -> dict[str, oracle.Params]:
    moved = {
        f"target_{name}": oracle.soft_update(getattr(state, f"target_{name}"), getattr(state, name), settings.tau)
        for name in ("actor", "critic")
    }
    return _networks(state) | moved


def _tensors(tree: Any) -> Any:
    """The same tree with float64 tensors in place of arrays."""
    if isinstance(tree, dict):
        return {name: _tensors(value) for name, value in tree.items()}
    if hasattr(tree, "_fields"):
        return type(tree)(*map(_tensors, tree))
    return torch.as_tensor(tree, dtype=torch.float64)
