"""All that a known-answer case expects of one update, as the oracle computes it, in the order of computation."""

from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from parity_tests import oracle


class Inputs(NamedTuple):
    """What an update is given."""

    state: oracle.State
    batch: oracle.Batch
    settings: oracle.Settings


class Visit(NamedTuple):
    """One network's pass over the batch."""

    params: oracle.Params
    x: ndarray  # [B, in]


def answer(inputs: Inputs) -> dict[str, Any]:
    """The expected quantities, whose order is that of the arithmetic: the first that is wrong is where to look."""
    new, seen = oracle.update(*inputs)
    passes = visits(inputs, new)
    hidden = {role: _layers(oracle.forward(*visit)[1][1:]) for role, visit in passes.items()}
    output = {role: oracle.forward(*visit)[0] for role, visit in passes.items()}
    size = inputs.batch.observation.shape[1]
    return {
        "hidden_next_actor": hidden["next_actor"],
        "next_action": passes["next_critic"].x[:, size:],
        "hidden_next_critic": hidden["next_critic"],
        "next_value": output["next_critic"][:, 0],
        "target": seen.target,
        "hidden_critic": hidden["critic"],
        "value": seen.value,
        "td_error": seen.td_error,
        "critic_loss": seen.critic_loss,
        "critic_gradient": seen.critic_gradient,
        "critic_grad_norm": seen.critic_grad_norm,
        "critic_clipped": seen.critic_clipped,
        "critic_adam": new.critic_adam._asdict(),
        "critic": new.critic,
        "hidden_actor": hidden["actor"],
        "policy_action": passes["policy_critic"].x[:, size:],
        "hidden_policy_critic": hidden["policy_critic"],
        "policy_value": output["policy_critic"][:, 0],
        "actor_loss": seen.actor_loss,
        "actor_gradient": seen.actor_gradient,
        "actor_grad_norm": seen.actor_grad_norm,
        "actor_clipped": seen.actor_clipped,
        "actor_adam": new.actor_adam._asdict(),
        "actor": new.actor,
        "target_critic": new.target_critic,
        "target_actor": new.target_actor,
    }


def visits(inputs: Inputs, new: oracle.State) -> dict[str, Visit]:
    """The five passes of an update, by role; `new` is the state after it."""
    state, batch, settings = inputs
    conventions = settings.conventions
    policy = state.target_actor if conventions.target_actor else state.actor
    judge = state.critic if conventions.order == "simultaneous" else new.critic
    next_action = oracle.actor(policy, batch.next_observation, settings)
    policy_action = oracle.actor(state.actor, batch.observation, settings)
    return {
        "next_actor": Visit(policy, batch.next_observation),
        "next_critic": Visit(state.target_critic, np.hstack([batch.next_observation, next_action])),
        "critic": Visit(state.critic, np.hstack([batch.observation, batch.action])),
        "actor": Visit(state.actor, batch.observation),
        "policy_critic": Visit(judge, np.hstack([batch.observation, policy_action])),
    }


def inputs_of_relus(inputs: Inputs) -> dict[str, list[ndarray]]:
    """What each hidden layer computes before its ReLU, by role: [B, units] each."""
    new, _ = oracle.update(*inputs)
    return {role: _before_relus(visit) for role, visit in visits(inputs, new).items()}


def _before_relus(visit: Visit) -> list[ndarray]:
    _, read = oracle.forward(*visit)
    layers = range(0, len(visit.params) - 2, 2)
    weights = [(visit.params[f"{layer}.weight"], visit.params[f"{layer}.bias"]) for layer in layers]
    return [x @ weight.T + bias for x, (weight, bias) in zip(read[:-1], weights, strict=True)]


def _layers(hidden: list[ndarray]) -> dict[str, ndarray]:
    """Hidden layers by number, from "1"."""
    return {str(number): units for number, units in enumerate(hidden, start=1)}
