"""Faults of the update whose backward pass is written by hand.

No two fresh runs show them: `ddpg compare` runs the update by autograd.
"""

from parity_tests.faults.fault import Fault

_UPDATE = "reference/fused.py"
_LAYERS = "reference/fused_layers.py"
_STATE = "reference/fused_state.py"
_AGENTS = "reference/fused_agents.py"
_LEARNER = "reference/learner.py"
_RELU = "delta.mul_(value.sign_())"
_TANH = "delta.mul_((1 - tanh.square()) * fused.scale)"
_ADAM = "adam_(fused.critic, config.critic_lr, config.critic_weight_decay)\n    if config.update_order"
_ORDERS = """"simultaneous":
        actor_loss = actor_gradient_(fused, batch, extra)  # as the old critic sees it
    adam_(fused.critic, config.critic_lr, config.critic_weight_decay)
    if config.update_order == "sequential\""""
_MEAN = "return 1 / batch_size if weight is None else (weight / weight.sum(dim=1, keepdim=True)).unsqueeze(1)"
_NOBODY = "nobody known; a usual slip of backward passes by hand"


def _fault(name: str, file: str, before: str, after: str, place: str, kind: str, who: str = _NOBODY) -> Fault:
    return Fault(name, file, before, after, "fused", f"fused {place}", kind, who, None)


FUSED_UPDATES = (
    _fault("fused_relu_forgotten", _LAYERS, _RELU, "delta.mul_(1.0)", "pass_back_", "no derivative of the ReLU"),
    _fault(
        "fused_relu_by_its_value", _LAYERS, _RELU, "delta.mul_(value)",
        "pass_back_", "multiplied with the ReLU's value, not with its sign",
    ),
    _fault(
        "fused_first_columns_of_weights", _LAYERS, "[..., -gradient.shape[-1] :]", "[..., : gradient.shape[-1]]",
        "action_gradient_", "the observation's columns of weights in place of the action's",
    ),
    _fault(
        "fused_delta_without_its_sign", _LAYERS, "torch.bmm(at.deltas[action_layer], weight",
        "torch.bmm(at.deltas[action_layer].abs(), weight", "action_gradient_", "the delta without its sign",
    ),
    _fault(
        "fused_bias_mean", _LAYERS, "torch.sum(at.deltas[k], dim=1, keepdim=True, out=grads[k].bias)",
        "torch.mean(at.deltas[k], dim=1, keepdim=True, out=grads[k].bias)",
        "backward_", "a bias's gradient averaged over the batch a second time",
    ),
    _fault(
        "fused_layer_norm_not_passed_back", _LAYERS, "normalise_backward_(layers[k - 1], grads[k - 1], at, k - 1)",
        "None", "backward_", "a LayerNorm passed as if it were not there",
    ),
    _fault(
        "fused_gain_skipped", _LAYERS, "h = e.mul_(layer.gain)", "h = e",
        "normalise_backward_", "the gain is not multiplied with",
    ),
    _fault(
        "fused_gain_without_normal", _LAYERS, "torch.sum(e * n, dim=1, keepdim=True, out=grads.gain)",
        "torch.sum(e, dim=1, keepdim=True, out=grads.gain)", "normalise_backward_", "the shift's gradient for the gain",
    ),
    _fault(
        "fused_variance_taken_as_constant", _LAYERS, ".addcmul_(n, along_n, value=-1)", "",
        "normalise_backward_", "the variance taken as a constant",
    ),
    _fault(
        "fused_mean_taken_as_constant", _LAYERS, "h.sub_(h.mean(dim=-1, keepdim=True)).addcmul_",
        "h.addcmul_", "normalise_backward_", "the mean taken as a constant",
    ),
    _fault(
        "fused_variance_of_a_sample", _LAYERS, "n.square().mean(dim=-1, keepdim=True)",
        "z.var(dim=-1, keepdim=True)", "normalise_", "a variance over width - 1",
        "users of torch.var by default",
    ),
    _fault(
        "fused_tanh_forgotten", _UPDATE, _TANH, "delta.mul_(fused.scale)",
        "actor_gradient_", "no derivative of the tanh",
    ),
    _fault(
        "fused_box_forgotten", _UPDATE, _TANH, "delta.mul_(1 - tanh.square())",
        "actor_gradient_", "half the width of the box is not multiplied with",
    ),
    _fault(
        "fused_actor_climbs_down", _UPDATE, "ends.delta.zero_().sub_(share)", "ends.delta.zero_().add_(share)",
        "actor_gradient_", "the sign of the loss",
    ),
    _fault(
        "fused_second_critic_judges", _STATE, "return None if part is None else part[::critics]",
        "return None if part is None else part[critics - 1 :: critics]", "judges", "the last critic",
    ),
    _fault(
        "fused_slope_halved", _UPDATE, "return error.square(), 2 * error", "return error.square(), error",
        "td_cost_and_slope", "the slope of half a square",
    ),
    _fault(
        "fused_sum_over_the_batch", _UPDATE, _MEAN, _MEAN.replace("1 / batch_size", "1.0"),
        "shares", "a sum over the batch",
    ),
    _fault(
        "fused_weights_not_normalised", _UPDATE, _MEAN,
        _MEAN.replace("(weight / weight.sum(dim=1, keepdim=True))", "(weight / batch_size)"),
        "shares", "weights over B, not over their sum",
    ),
    _fault(
        "fused_weights_of_all_agents", _UPDATE, "weight.sum(dim=1, keepdim=True)", "weight.sum()",
        "shares", "weights over the sum of all agents'",
    ),
    _fault(
        "fused_clipped_together", _UPDATE, "norms = torch.linalg.vector_norm(grads, dim=1)",
        "norms = torch.linalg.vector_norm(grads).expand(agents)", "clip_", "one norm for all agents",
    ),
    _fault(
        "fused_first_critic_clipped", _UPDATE, "grads = network.grads.flat.view(agents, -1)",
        "grads = network.grads.flat.view(agents, -1)[:, : network.grads.flat.shape[1]]",
        "clip_", "the first critic's gradient alone is measured and scaled",
    ),
    _fault(
        "fused_weight_decay_lost", _UPDATE, _ADAM, _ADAM.replace(", config.critic_weight_decay", ""),
        "update_", "no weight decay where the actor moves too",
    ),
    _fault(
        "fused_orders_swapped", _UPDATE, _ORDERS,
        _ORDERS.replace("sequential", "?").replace("simultaneous", "sequential").replace("?", "simultaneous"),
        "update_", "the two orders swapped",
    ),
    _fault(
        "fused_targets_by_tau_left", _UPDATE, "fused.target.lerp_(fused.online, 1.0 - (1.0 - config.tau))",
        "fused.target.lerp_(fused.online, 1.0 - config.tau)", "update_", "tau and 1 - tau swapped",
    ),
    _fault(
        "fused_critics_target_alone", _UPDATE, "fused.target.lerp_(fused.online,",
        "fused.critic.target.flat.lerp_(fused.critic.params.flat,", "update_", "the actor's target never moves",
    ),
    _fault(
        "fused_targets_move_while_the_actor_waits", _UPDATE, "    if not moves:\n",
        "    if not moves:\n        fused.target.lerp_(fused.online, config.tau)\n",
        "update_", "targets move at every update", "nobody known; the delay taken for the actor's alone",
    ),
    _fault(
        "fused_online_actor_in_the_target", _UPDATE, "policy_(fused, fused.actor.target.layers,",
        "policy_(fused, fused.actor.params.layers,", "critic_gradient_", "the online actor chooses the next action",
    ),
    _fault(
        "fused_larger_value", _UPDATE, "ends.value.amin(dim=1)", "ends.value.amax(dim=1)",
        "critic_gradient_", "the larger of two values",
    ),
    _fault(
        "fused_moments_loaded_swapped", _AGENTS, "zip(places, (*both, adam.mean, adam.square), strict=True)",
        "zip(places, (*both, adam.square, adam.mean), strict=True)", "_load_", "Adam's two moments swapped",
    ),
    _fault(
        "fused_step_not_loaded", _AGENTS, "network.step.fill_(adam.step)", "network.step.fill_(0)",
        "_load_", "Adam's step begins anew",
    ),
    _fault(
        "fused_state_taken_out_as_views", _AGENTS, "part.reshape(shape).clone()", "part.reshape(shape)",
        "_params", "views of the memory in place of copies",
    ),
    _fault(
        "fused_rows_of_the_next_agent", _AGENTS, "agent * stack : (agent + 1) * stack", "agent : agent + stack",
        "_rows", "an agent's critics begin at another's",
    ),
    _fault(
        "fused_acts_with_the_target", _LEARNER, "fused.policy_(agent, agent.actor.params.layers,",
        "fused.policy_(agent, agent.actor.target.layers,", "act", "the target actor acts",
    ),
)  # fmt: skip
