"""The known-answer cases: twenty-eight kinds, each for a batch of one and a batch of five."""

import numpy as np

from parity_tests import oracle
from parity_tests.conventions import OURS
from parity_tests.known_answers.answer import Inputs, inputs_of_relus
from parity_tests.known_answers.draw import Spec, inputs_of
from parity_tests.oracle_mlp import Params, forward

ROWS = 1, 5


def open_shares(inputs: Inputs) -> dict[str, list[float]]:
    """Of each hidden layer, by role, how many of its ReLUs are open."""
    return {role: [float((z > 0).mean()) for z in layers] for role, layers in inputs_of_relus(inputs).items()}


def lively(inputs: Inputs) -> bool:
    """Every layer has open and closed units, and the actor's tanh is neither straight nor flat."""
    shares = [share for layers in open_shares(inputs).values() for share in layers]
    u = np.abs(before_tanh(inputs))
    return min(shares) > 0 and max(shares) < 1 and u.min() > 0.1 and u.max() < 2 and reaches_actor(inputs)


def reaches_actor(inputs: Inputs) -> bool:
    """Some weight of the actor's first layer has a gradient."""
    _, seen = oracle.update(*inputs)
    return bool(np.any(seen.actor_gradient["0.weight"]))


def before_tanh(inputs: Inputs) -> np.ndarray:
    return forward(inputs.state.actor, inputs.batch.observation)[0]


def clips_both(inputs: Inputs) -> bool:
    _, seen = oracle.update(*inputs)
    return lively(inputs) and min(seen.critic_grad_norm, seen.actor_grad_norm) > inputs.settings.grad_clip_norm


def saturated(inputs: Inputs) -> bool:
    """One row between 3 and 3.5, where tanh's slope is near 0.005; the others, if any, also beyond 12.

    Flatter, and 1 - tanh^2 would keep fewer digits in float64 than an implementation is asked for: in a batch, the
    least flat row decides, since digits count from a tensor's largest element.
    """
    u = np.abs(before_tanh(inputs))
    return reaches_actor(inputs) and bool(3 < u.min() < 3.5) and (len(u) == 1 or bool(u.max() > 12))


def steeper(networks: dict[str, Params]) -> None:
    for name in ("actor", "target_actor"):
        networks[name]["4.weight"] *= 16


def close_units(networks: dict[str, Params]) -> None:
    """Two units of each first layer never open."""
    for params in networks.values():
        params["0.bias"][:2] = -16.0


def close_actor(networks: dict[str, Params]) -> None:
    networks["actor"]["2.bias"][:] = -64.0


def close_critic(networks: dict[str, Params]) -> None:
    networks["critic"]["2.bias"][:] = -64.0


def shut(role: str):
    """A layer none of whose units is open."""
    return lambda inputs: open_shares(inputs)[role][1] == 0


def half_open(inputs: Inputs) -> bool:
    return reaches_actor(inputs) and all(0 < layers[0] <= 0.5 for layers in open_shares(inputs).values())


PLAIN, CONVENTION, EDGE, HARD = 1, 2, 3, 4

SPECS = (
    Spec("no_flags", PLAIN, "no row ends", "none", holds=lively),
    Spec("terminated", PLAIN, "rows that the environment ended", "terminated", holds=lively),
    Spec("truncated", PLAIN, "rows that a limit ended, and which bootstrap", "truncated", holds=lively),
    Spec("both_flags", PLAIN, "rows with both flags", "both", holds=lively),
    Spec("no_clipping", PLAIN, "no clipping", grad_clip_norm=None, holds=lively),
    Spec("both_clipped", PLAIN, "both gradients clipped", grad_clip_norm=0.125, holds=clips_both),
    Spec("asymmetric_bounds", PLAIN, "actions from -0.5 to 3", low=-0.5, high=3.0, holds=lively),
    Spec("wide_bounds", PLAIN, "actions from -16 to 16", low=-16.0, high=16.0, holds=lively),
    Spec("first_step", PLAIN, "Adam's first step", step=0, memory=0.0, holds=lively),
    Spec("simultaneous", CONVENTION, "both gradients at the old parameters",
         conventions=OURS._replace(order="simultaneous"), holds=lively),
    Spec("targets_first", CONVENTION, "targets moved before the actor",
         conventions=OURS._replace(order="targets_first"), holds=lively),
    Spec("online_actor_in_target", CONVENTION, "the target's next action by the online actor",
         conventions=OURS._replace(target_actor=False), holds=lively),
    Spec("half_mean_square", CONVENTION, "one half of the mean square",
         conventions=OURS._replace(critic_loss_factor=0.5), holds=lively),
    Spec("truncation_is_terminal", CONVENTION, "time limits stop the bootstrap", "truncated",
         conventions=OURS._replace(truncation_is_terminal=True), holds=lively),
    Spec("weight_decay", CONVENTION, "L2 decay, added to the clipped gradient",
         conventions=OURS._replace(weight_decay=0.125), holds=lively),
    Spec("epsilon_inside", CONVENTION, "Adam's epsilon before the bias correction, gradients small",
         step=0, memory=0.0, grad_clip_norm=1e-4, conventions=OURS._replace(adam_epsilon="inside"), holds=clips_both),
    Spec("clipped_together", CONVENTION, "one norm for both gradients", grad_clip_norm=0.5,
         conventions=OURS._replace(order="simultaneous", clips_together=True), holds=clips_both),
    Spec("gamma_0", EDGE, "no discounted future", gamma=0.0, holds=lively),
    Spec("gamma_1", EDGE, "no discount", gamma=1.0, holds=lively),
    Spec("tau_1", EDGE, "targets copied", tau=1.0, holds=lively),
    Spec("late_step", EDGE, "Adam's 100,000th step: both corrections are 1", step=99_999, holds=lively),
    Spec("tight_clipping", HARD, "a largest norm of 1e-6, on fresh moments: Adam's epsilon counts",
         step=0, memory=0.0, grad_clip_norm=1e-6, holds=clips_both),
    Spec("large_rewards", HARD, "rewards around 1e6", reward_unit=1e6, holds=lively),
    Spec("small_rewards", HARD, "rewards around 1e-6", reward_unit=2.0**-20, holds=lively),
    Spec("saturated_tanh", HARD, "tanh so flat that 1 - tanh^2 loses digits", change=steeper, holds=saturated),
    Spec("dead_units", HARD, "half of each first layer's ReLUs never open", change=close_units, holds=half_open),
    Spec("dead_actor", HARD, "a layer of the actor shut: only its last bias has a gradient",
         step=0, memory=0.0, change=close_actor, holds=shut("actor")),
    Spec("dead_critic", HARD, "a layer of the critic shut: the actor has no gradient, and Adam divides 0 by epsilon",
         step=0, memory=0.0, change=close_critic, holds=shut("critic")),
)  # fmt: skip


CASES = {
    f"{number:02}-{spec.name}-b{rows}": (spec, rows)
    for number, (spec, rows) in enumerate(((spec, rows) for spec in SPECS for rows in ROWS), start=1)
}
"""All cases by name: a number, the kind, the rows."""


def inputs_of_case(name: str) -> Inputs:
    """What the case's update is given."""
    return inputs_of(*CASES[name])
