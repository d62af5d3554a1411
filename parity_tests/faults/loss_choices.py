"""Faults of the losses that can be chosen, and of importance weights."""

from parity_tests.faults.fault import Fault

_LOSSES = "reference/losses.py"
_UPDATE = "reference/update.py"
_WEIGHTED = "return (x * weight).sum() / weight.sum()"
_L1 = 'return F.l1_loss(value, target, reduction="none")'
_SMOOTH = 'return F.smooth_l1_loss(value, target, reduction="none")'

LOSS_CHOICES = (
    Fault(
        "l1_squared", _LOSSES, _L1, f"{_L1}.square()", "losses",
        "critic_loss, l1", "squared", "nobody known; a usual slip", {"loss_function": "l1"},
    ),
    Fault(
        "smooth_l1_bends_elsewhere", _LOSSES, _SMOOTH, _SMOOTH.replace('"none"', '"none", beta=0.5'), "losses",
        "critic_loss, smooth_l1", "beta of one half", "nobody known; a knob of torch's, turned",
        {"loss_function": "smooth_l1"},
    ),
    Fault(
        "smooth_l1_without_its_half", _LOSSES, _SMOOTH, f"{_SMOOTH} * 2", "losses",
        "critic_loss, smooth_l1", "its square without the half", "nobody known; to be like the square of l2",
        {"loss_function": "smooth_l1"},
    ),
    Fault(
        "loss_function_ignored", _UPDATE, "extra.weight, config.loss_function)", "extra.weight)", "gradients",
        "critic_gradient, its loss", "always l2", "nobody known; a usual slip", {"loss_function": "l1"},
    ),
    Fault(
        "weights_divided_by_b", _LOSSES, _WEIGHTED, "return (x * weight).mean()", "losses",
        "mean, of weighted rows", "divided by B", "Schaul et al. 2016 and tianshou, on purpose", None,
    ),
    Fault(
        "weights_divided_by_the_largest", _LOSSES, _WEIGHTED, "return (x * (weight / weight.max())).mean()", "losses",
        "mean, of weighted rows", "divided by the largest", "Schaul et al. 2016, on purpose", None,
    ),
    Fault(
        "weights_squared", _LOSSES, _WEIGHTED, "return (x * weight.square()).sum() / weight.sum()", "losses",
        "mean, of weighted rows", "weighed twice", "nobody known; weighed in the TD error and in its square", None,
    ),
    Fault(
        "actor_unweighted", _UPDATE, "parts.actor_loss(value, extra.weight)", "parts.actor_loss(value)", "gradients",
        "actor_gradient, its weights", "none", "tianshou, on purpose", None,
    ),
    Fault(
        "critic_unweighted", _UPDATE, "parts.critic_loss(value, target, extra.weight,",
        "parts.critic_loss(value, target, None,", "gradients",
        "critic_gradient, its weights", "none", "nobody known; a usual slip", None,
    ),
    Fault(
        "torchrls_weights_ignored", "torchrl_impl/config.py", '"delay_actor": True, "delay_value": True}',
        '"delay_actor": True, "delay_value": True, "use_prioritized_weights": False}', "gradients",
        "DDPGLoss's arguments", "weights ignored", "nobody known; a knob of TorchRL's, turned", None,
    ),
)  # fmt: skip
