"""Faults of the targets' soft update, and of the order of the steps around it."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import FLOAT64, SIMULTANEOUS

_SOFT = "reference/soft_update.py"
_LERP = "return {name: torch.lerp(target[name], online[name], tau) for name in target}"
_UPDATE = "reference/update.py"
_TAU = "    tau = 1.0 - (1.0 - config.tau)\n"
_JUDGE = 'judge = phi if config.update_order == "sequential" else state.critic'

SOFT_UPDATES = (
    Fault(
        "tau_weighs_the_target", _SOFT, _LERP,
        "return {name: torch.lerp(online[name], target[name], tau) for name in target}", "soft update",
        "soft_update", "tau weighs the target", "whoever reads Spinning Up's polyak as tau",
    ),
    Fault(
        "eps_for_tau", "torchrl_impl/soft_update.py", "SoftUpdate(loss_module, tau=tau)",
        "SoftUpdate(loss_module, eps=tau)", "soft update",
        "SoftUpdate's arguments", "eps for tau", "users of TorchRL before #1184, which had eps alone",
    ),
    Fault(
        "hard_copy", _SOFT, _LERP, "return dict(online)", "soft update",
        "soft_update", "hard copy", "DQN and Acme's DDPG, on purpose, every 100 updates",
    ),
    Fault(
        "biases_skipped", _SOFT, _LERP,
        "return {\n"
        '        name: torch.lerp(target[name], online[name], tau) if name.endswith("weight") else target[name]\n'
        "        for name in target\n"
        "    }",
        "soft update", "soft_update", "biases skipped",
        "TorchRL since #2046, for buffers and frozen parameters; Stable-Baselines3 before 1.6.1, for batch norm",
    ),
    Fault(
        "moves_away", _SOFT, "torch.lerp(target[name], online[name], tau)",
        "torch.lerp(target[name], online[name], -tau)", "soft update",
        "soft_update", "away from the online network", "nobody known; a sign",
    ),
    Fault(
        "textbook_form", _SOFT, "torch.lerp(target[name], online[name], tau)",
        "tau * online[name] + (1 - tau) * target[name]", "soft update",
        "soft_update", "the same number with another last bit",
        "most libraries, rightly: it is a difference of rounding",
    ),
    Fault(
        "tau_unrounded", _UPDATE, _TAU, "    tau = config.tau\n", "update",
        "update, the weight of the online parameters", "tau itself, an ulp apart in float64",
        "whoever compares with TorchRL in float64 for the first time", FLOAT64,
    ),
    Fault(
        "every_second_update", _UPDATE, _TAU,
        "    tau = (1.0 - (1.0 - config.tau)) * (state.critic_adam.step % 2)\n", "update",
        "update, the weight of the online parameters", "nought at every second update",
        "CleanRL's DDPG, on purpose; Stable-Baselines3's TD3 was one off until 1.0",
    ),
    Fault(
        "only_the_target_critic_moves", _UPDATE, "parts.soft_update(state.target_actor, theta, tau)",
        "parts.soft_update(state.target_actor, theta, 0.0)", "update",
        "update, the target actor", "stays where it is", "users of TorchRL's DDPGLoss by default, where there is none",
    ),
    Fault(
        "target_critic_follows_the_old_critic", _UPDATE, "parts.soft_update(state.target_critic, phi, tau)",
        "parts.soft_update(state.target_critic, state.critic, tau)", "update",
        "update, the target critic", "follows the critic before its step", "nobody known; targets moved first",
    ),
    Fault(
        "targets_before_the_actor", _UPDATE, "parts.soft_update(state.target_actor, theta, tau)",
        "parts.soft_update(state.target_actor, state.actor, tau)", "update",
        "update, the target actor", "follows the actor before its step", "sbx's TD3, on purpose: targets, then actor",
    ),
    Fault(
        "simultaneous_for_sequential", _UPDATE, _JUDGE, "judge = state.critic", "update",
        "update, the actor's judge", "always the old critic",
        "Stable-Baselines (TensorFlow), Stoix, TorchRL's own DDPG script since #2555, on purpose",
    ),
    Fault(
        "sequential_for_simultaneous", _UPDATE, _JUDGE, "judge = phi", "update",
        "update, the actor's judge", "always the new critic", "most libraries, on purpose", SIMULTANEOUS,
    ),
    Fault(
        "actor_judged_by_the_target_critic", _UPDATE, _JUDGE, "judge = state.target_critic", "update",
        "update, the actor's judge", "the target critic", "nobody known; TorchRL's own tests let it through",
    ),
    Fault(
        "gradient_at_the_target_actor", _UPDATE, "actor_gradient(state.actor, judge,",
        "actor_gradient(state.target_actor, judge,", "update",
        "update, the actor's gradient", "taken at the target actor", "nobody known; a usual slip",
    ),
)  # fmt: skip
