"""Mistakes on the way to the target, and in the networks."""

from collections.abc import Callable

import numpy as np

from parity_tests import oracle
from parity_tests.known_answers.alter import Mistake, batch, convention, function, settings, state
from parity_tests.known_answers.answer import Inputs

NETWORKS = "actor", "critic", "target_actor", "target_critic"


def online_critic(right: Callable, inputs: Inputs) -> Callable:
    return lambda given, *rest: right(given._replace(target_critic=given.critic), *rest)


def transposed(params: oracle.Params) -> oracle.Params:
    return {**params, "2.weight": params["2.weight"].T}


def action_first(params: oracle.Params) -> oracle.Params:
    """The action's column of weights where the first observation's was: the same as joining them the other way."""
    return {**params, "0.weight": np.roll(params["0.weight"], -1, axis=1)}


def output_clamped(right: Callable, inputs: Inputs) -> Callable:
    def wrong(*given) -> tuple:
        output, read = right(*given)
        return np.maximum(output, 0.0), read

    return wrong


TARGETS: dict[str, Mistake] = {
    "bootstrap_past_the_end": batch(lambda b: {"terminated": b.terminated & False, "truncated": b.truncated & False}),
    "truncated_taken_for_terminated": convention(truncation_is_terminal=True),
    "truncated_overrides_terminated": batch(lambda b: {"terminated": b.terminated & ~b.truncated}),
    "truncated_not_taken_for_terminated": convention(truncation_is_terminal=False),
    "next_action_by_the_online_actor": convention(target_actor=False),
    "next_action_by_the_target_actor": convention(target_actor=True),
    "next_value_by_the_online_critic": function("td_target", online_critic),
    "observation_in_place_of_the_next": batch(lambda b: {"next_observation": b.observation}),
    "reward_clipped": batch(lambda b: {"reward": b.reward.clip(-1, 1)}),
    "reward_forgotten": batch(lambda b: {"reward": 0 * b.reward}),
    "gamma_forgotten": settings(lambda s: {"gamma": 1.0}),
    "gamma_in_float32": settings(lambda s: {"gamma": float(np.float32(s.gamma))}),
}

IN_NETWORKS: dict[str, Mistake] = {
    "bounds_swapped": settings(lambda s: {"low": s.high, "high": s.low}),
    "bounds_taken_as_symmetric": settings(lambda s: {"low": (s.low - s.high) / 2, "high": (s.high - s.low) / 2}),
    "bounds_taken_one_from_their_centre": settings(
        lambda s: {"low": (s.low + s.high) / 2 - 1, "high": (s.low + s.high) / 2 + 1}
    ),
    "weight_transposed": state(lambda s: {name: transposed(getattr(s, name)) for name in NETWORKS}),
    "action_before_observation": state(
        lambda s: {name: action_first(getattr(s, name)) for name in ("critic", "target_critic")}
    ),
    "relu_on_the_output": function("forward", output_clamped),
}
