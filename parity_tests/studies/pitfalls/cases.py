"""The pitfalls: a seeded fault or a setting, and the diagnostic that shows it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from parity_tests.faults.all_faults import FAULTS
from parity_tests.faults.fault import Fault

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Pitfall(NamedTuple):
    """One way to go wrong."""

    name: str
    shows: str  # which of `run.SERIES` bends the most telling way
    fault: Fault | None = None  # put into reference/
    right: Mapping[str, Any] = NOTHING  # fields of both runs
    wrong: Mapping[str, Any] = NOTHING  # fields of the run with the pitfall alone


BROADCAST = Fault(
    "td_error_broadcast", "reference/losses.py",
    "return (value - target).square()", "return (value - target.unsqueeze(-1)).square().mean(0)", "losses",
    "critic_loss", "[B] against [B, 1]", "Spinning Up's exercise 2.2; TorchRL before #1487",
)  # fmt: skip
"""The seeded fault of this kind stops the run by an error, since shapes are checked; this one comes after the check."""

WILD = {"actor_lr": 1e-2, "critic_lr": 1e-2, "tau": 1.0, "grad_clip_norm": None}

PITFALLS = (
    Pitfall("no_noise", "spread", FAULTS["noise_never_added"]),
    Pitfall("values_blow_up", "largest_value", wrong=WILD),
    Pitfall("action_not_scaled", "largest_action", FAULTS["not_scaled"]),
    Pitfall("no_warm_up", "largest_value", wrong={"start_steps": 0, "update_after": 64}),
    Pitfall("overestimation", "value", FAULTS["larger_of_two_values"], right={"twin_critics": True}),
    Pitfall("limits_as_ends", "value", FAULTS["done_for_terminated"]),
    Pitfall("broadcast", "critic_loss", BROADCAST),
    Pitfall("actor_climbs_down", "value", FAULTS["actor_loss_climbs_down"]),
    Pitfall("slope_at_stored_actions", "actor_grad_norm", FAULTS["actor_judged_at_stored_actions"]),
    Pitfall("no_target_networks", "critic_loss", FAULTS["hard_copy"]),
    Pitfall("online_actor_in_target", "critic_loss", FAULTS["online_actor_in_target"]),
    Pitfall("tau_the_other_way", "critic_loss", FAULTS["tau_weighs_the_target"]),
    Pitfall("reset_stored_as_next", "critic_loss", FAULTS["reset_observation_stored_as_next"]),
    Pitfall("targets_before_the_actor", "critic_loss", FAULTS["targets_before_the_actor"]),
)
"""The notebook's five first."""
