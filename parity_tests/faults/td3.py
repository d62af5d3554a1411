"""Faults of TD3's target and of its two losses."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import ASYMMETRIC_BOUNDS, SMOOTHED, TWIN_CRITICS

_UPDATE = "reference/update.py"
_NOISE = "reference/noise.py"
_LOSSES = "reference/losses.py"
_TORCHRL = "torchrl_impl/config.py"
_SMALLER = "next_value = next_value.min(0).values"
_DISTURBED = "torch.clamp(draw * sigma, -clip, clip)"
_BOXED = "torch.clamp(action + disturbance, low, high)"
_JUDGED = "value = value if value.dim() == 1 else value[0]"
_SUMMED = "return mean(errors if value.dim() == 1 else errors.sum(0), weight)"
_TIGHT = {**SMOOTHED, "target_noise_clip": 0.1}

TD3_LOSSES = (
    Fault(
        "larger_of_two_values", _UPDATE, _SMALLER, "next_value = next_value.max(0).values", "targets",
        "bootstrap value of two critics", "the larger", "nobody known; a usual slip", TWIN_CRITICS,
    ),
    Fault(
        "mean_of_two_values", _UPDATE, _SMALLER, "next_value = next_value.mean(0)", "targets",
        "bootstrap value of two critics", "their mean", "nobody known; an ensemble, on purpose", TWIN_CRITICS,
    ),
    Fault(
        "first_of_two_values", _UPDATE, _SMALLER, "next_value = next_value[0]", "targets",
        "bootstrap value of two critics", "the first", "nobody known; a second critic that nobody asks", TWIN_CRITICS,
    ),
    Fault(
        "smoothing_one_draw_a_batch", _NOISE, _DISTURBED, _DISTURBED.replace("draw", "draw[:1]"), "targets",
        "smoothing", "one draw for all rows", "CleanRL #279", SMOOTHED,
    ),
    Fault(
        "smoothing_one_draw_a_row", _NOISE, _DISTURBED, _DISTURBED.replace("draw", "draw[:, :1]"), "targets",
        "smoothing", "one draw for all dimensions", "sfujim before 7baf951", {**SMOOTHED, **ASYMMETRIC_BOUNDS},
    ),
    Fault(
        "smoothing_not_clipped", _NOISE, _DISTURBED, "draw * sigma", "targets",
        "smoothing", "the noise not clipped", "CleanRL #507, in DDPG: a noise_clip that nothing reads", _TIGHT,
    ),
    Fault(
        "smoothing_clipped_before_it_is_scaled", _NOISE, _DISTURBED, "torch.clamp(draw, -clip, clip) * sigma",
        "targets", "smoothing", "the draw clipped, not the noise", "nobody known; a usual slip", SMOOTHED,
    ),
    Fault(
        "smoothed_action_leaves_the_box", _NOISE, _BOXED, "action + disturbance", "targets",
        "smoothing", "the action not clipped", "AgileRL #240", {"target_noise": 1.0, "target_noise_clip": 2.0},
    ),
    Fault(
        "smoothing_scaled_by_the_range", _NOISE, _DISTURBED, f"{_DISTURBED} * (high - low) / 2", "targets",
        "smoothing", "scaled by the range", "sfujim and CleanRL since #281, on purpose", SMOOTHED,
    ),
    Fault(
        "smoothing_never_added", _NOISE, _BOXED, "torch.clamp(action, low, high)", "targets",
        "smoothing", "never added", "TorchRL before #1375, which wrote it into a copy", SMOOTHED,
    ),
    Fault(
        "target_noise_of_td3_loss", _TORCHRL, '"policy_noise": config.target_noise', '"policy_noise": 0.2', "targets",
        "TD3Loss's arguments", "policy_noise left at 0.2", "users of TD3Loss by default", SMOOTHED,
    ),
    Fault(
        "target_noise_clip_of_td3_loss", _TORCHRL, '"noise_clip": config.target_noise_clip', '"noise_clip": 0.5',
        "targets", "TD3Loss's arguments", "noise_clip left at 0.5", "users of TD3Loss by default", _TIGHT,
    ),
    Fault(
        "bounds_of_the_unit_box", "torchrl_impl/losses.py", '{"bounds": (space.low, space.high)}',
        '{"bounds": (-torch.ones_like(space.low), torch.ones_like(space.high))}', "targets",
        "TD3Loss's arguments", "bounds of the unit box", "nobody known; a policy that was taken to be in it",
        {"target_noise": 1.0, "target_noise_clip": 2.0},
    ),
    Fault(
        "td3_without_target_actor", _TORCHRL, '"delay_actor": True,\n        "delay_qvalue"',
        '"delay_actor": False,\n        "delay_qvalue"', "gradients",
        "TD3Loss's arguments", "the target actor is the online one", "TorchRL's TD3Loss by default before #1186",
        TWIN_CRITICS,
    ),
    Fault(
        "td3_without_target_critics", _TORCHRL, '"delay_qvalue": True', '"delay_qvalue": False', "gradients",
        "TD3Loss's arguments", "the target critics are the online ones", "TorchRL's TD3Loss by default before #1186",
        TWIN_CRITICS,
    ),
    Fault(
        "td3_smooth_l1", _TORCHRL, '"loss_function": config.loss_function,\n        "delay_actor"',
        '"loss_function": "smooth_l1",\n        "delay_actor"', "gradients",
        "TD3Loss's arguments", "smooth L1", "users of TD3Loss by default", TWIN_CRITICS,
    ),
    Fault(
        "critics_losses_averaged", _LOSSES, _SUMMED, _SUMMED.replace("sum(0)", "mean(0)"), "losses",
        "critic_loss of two critics", "the mean of the two", "nobody known; a mean over all elements", TWIN_CRITICS,
    ),
    Fault(
        "critics_errors_added_then_squared", _LOSSES, _SUMMED,
        _SUMMED.replace("errors.sum(0)", "(value - target).sum(0).square()"), "losses",
        "critic_loss of two critics", "their errors added, and squared then", "RLlib #10653", TWIN_CRITICS,
    ),
    Fault(
        "second_critic_never_taught", _LOSSES, _SUMMED, _SUMMED.replace("errors.sum(0)", "errors[0]"), "losses",
        "critic_loss of two critics", "the first one's alone", "nobody known; a usual slip", TWIN_CRITICS,
    ),
    Fault(
        "actor_judged_by_the_second_critic", _UPDATE, _JUDGED, "value = value if value.dim() == 1 else value[1]",
        "losses", "actor_gradient, who judges", "the second critic", "nobody known; a usual slip", TWIN_CRITICS,
    ),
    Fault(
        "actor_judged_by_the_mean", _UPDATE, _JUDGED, "value = value if value.dim() == 1 else value.mean(0)",
        "losses", "actor_gradient, who judges", "the mean of both critics", "rejax, on purpose", TWIN_CRITICS,
    ),
    Fault(
        "actor_judged_by_the_smaller", _UPDATE, _JUDGED, "value = value if value.dim() == 1 else value.min(0).values",
        "gradients", "actor_gradient, who judges", "the smaller of both values", "sbx and jaxrl, on purpose",
        TWIN_CRITICS,
    ),
)  # fmt: skip
