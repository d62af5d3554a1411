"""Faults of both losses."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import ENDS_EARLY

_LOSSES = "reference/losses.py"
_CRITIC = "return (value - target).square()"
_MEAN = "return mean(errors if value.dim() == 1 else errors.sum(0), weight)"
_ACTOR = "return mean(-value, weight)"
_DDPG_LOSS = '{"loss_function": config.loss_function, "delay_actor": True, "delay_value"'
_COMPUTED = "loss, metadata = compute(batch.clone(recurse=False))  # it writes td_error into its input"
_JUDGED = "value = critic(phi, batch.observation, actor(theta, batch.observation, space))"

LOSSES = (
    Fault(
        "half_the_square", _LOSSES, _CRITIC, "return 0.5 * (value - target).square()", "losses",
        "critic_loss", "factor one half", "sbx, rejax and Acme, on purpose",
    ),
    Fault(
        "critic_loss_summed", _LOSSES, _MEAN, "return (errors if value.dim() == 1 else errors.sum(0)).sum()", "losses",
        "critic_loss", "sum", "nobody known; a usual slip",
    ),
    Fault(
        "critic_loss_absolute", _LOSSES, _CRITIC, "return (value - target).abs()", "losses",
        "critic_loss", "absolute error", "nobody known; a missing square",
    ),
    Fault(
        "td_error_clipped", _LOSSES, _CRITIC, "return (value - target).clamp(-1, 1).square()", "losses",
        "critic_loss", "TD error clipped before the square", "many a DQN, after a sentence in Mnih et al. 2015",
    ),
    Fault(
        "smooth_l1", "torchrl_impl/config.py", _DDPG_LOSS,
        _DDPG_LOSS.replace("config.loss_function", '"smooth_l1"'), "losses",
        "DDPGLoss's arguments", "smooth L1", "TorchRL's TD3Loss by default",
    ),
    Fault(
        "reduction_sum", "torchrl_impl/config.py", _DDPG_LOSS,
        _DDPG_LOSS.replace("{", '{"reduction": "sum", '), "losses",
        "DDPGLoss's arguments", "both losses summed", "nobody known; a usual slip",
    ),
    Fault(
        "value_and_target_swapped", "torchrl_impl/losses.py",
        'metadata["pred_value"].detach(), metadata["target_value"].detach()',
        'metadata["target_value"].detach(), metadata["pred_value"].detach()', "losses",
        "what critic_loss returns", "value and target swapped", "nobody known; a usual slip",
    ),
    Fault(
        "terminal_rows_left_out", "torchrl_impl/losses.py",
        _COMPUTED,
        _COMPUTED + "\n"
        '    kept = ~batch["next", "terminated"].squeeze(-1)\n'
        '    loss = (metadata["pred_value"] - metadata["target_value"])[kept].square().mean()',
        "losses",
        "rows of the critic's loss", "terminal rows left out",
        "TorchRL before #4057 the other way round: padded rows were counted", ENDS_EARLY,
    ),
    Fault(
        "actor_loss_climbs_down", _LOSSES, _ACTOR, "return mean(value, weight)", "losses",
        "actor_loss", "wrong sign", "nobody known; TorchRL's own tests let it through",
    ),
    Fault(
        "actor_loss_summed", _LOSSES, _ACTOR, "return (-value).sum()", "losses",
        "actor_loss", "sum", "Intel Coach #344",
    ),
    Fault(
        "actor_loss_minimum", _LOSSES, _ACTOR, "return -value.min()", "losses",
        "actor_loss", "minimum", "nobody known; sbx and jaxrl take a minimum, but over critics",
    ),
    Fault(
        "actor_judged_at_stored_actions", "reference/update.py", _JUDGED,
        "action = actor(theta, batch.observation, space)\n"
        "        value = critic(phi, batch.observation, batch.action + (action - action.detach()))",
        "losses", "where the actor is judged", "at the stored actions",
        "nobody known; TorchRL's own tests let it through",
    ),
    Fault(
        "actor_judged_at_next_observation", "reference/update.py", _JUDGED,
        "value = critic(phi, batch.next_observation, actor(theta, batch.next_observation, space))", "losses",
        "where the actor is judged", "at the next observation", "Acme's DDPG, on purpose",
    ),
    Fault(
        "actor_judged_by_clipped_action", "reference/update.py", _JUDGED,
        "action = actor(theta, batch.observation, space).clamp(-0.1, 0.1)\n"
        "        value = critic(phi, batch.observation, action)",
        "losses", "where the actor is judged", "at clipped actions",
        "nobody known; exploration's clipping left in the policy",
    ),
)  # fmt: skip
