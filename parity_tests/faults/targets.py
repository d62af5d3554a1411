"""Faults of the TD target and of its mask."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import ASYMMETRIC_BOUNDS, ENDS_EARLY, FLOAT64, TIME_LIMIT_ENDS

_TARGETS = "reference/targets.py"
_RETURN = "return (reward + gamma * bootstraps * next_value).detach()"
_MASK = "(~terminated).to(next_value.dtype)"
_ENDS = "return batch.terminated | batch.truncated if truncation_is_terminal else batch.terminated"

TARGETS = (
    Fault(
        "done_for_terminated", _TARGETS, _ENDS, "return batch.terminated | batch.truncated", "targets",
        "terminal mask", "a time limit ends the bootstrap",
        "TorchRL before #1581; openai/baselines #436; Stable-Baselines (TensorFlow)",
    ),
    Fault(
        "truncation_setting_ignored", _TARGETS, _ENDS, "return batch.terminated", "targets",
        "terminal mask", "the setting that counts time limits is ignored",
        "nobody known; a usual slip", TIME_LIMIT_ENDS,
    ),
    Fault(
        "done_is_truncated_alone", _TARGETS, _ENDS,
        "return batch.truncated if truncation_is_terminal else batch.terminated", "targets",
        "terminal mask", "done is truncated in place of terminated or truncated",
        "TorchRL before #2333", {**TIME_LIMIT_ENDS, **ENDS_EARLY},
    ),
    Fault(
        "estimator_reads_done", "torchrl_impl/config.py",
        '"done" if config.truncation_is_terminal else "terminated"', '"done"', "targets",
        "the loss's key for terminated", "reads done",
        "TorchRL's TD(lambda) and GAE before #1661",
    ),
    Fault(
        "mask_dropped", _TARGETS, _MASK, "torch.ones_like(next_value)", "targets",
        "td_target", "mask dropped", "minimalRL #21", ENDS_EARLY,
    ),
    Fault(
        "mask_inverted", _TARGETS, _MASK, "terminated.to(next_value.dtype)", "targets",
        "td_target", "mask inverted", "nobody known; a usual slip where 1 - done becomes a mask",
    ),
    Fault(
        "mask_on_the_reward_too", _TARGETS, "(reward + gamma * bootstraps * next_value)",
        "((reward + gamma * next_value) * bootstraps)", "targets",
        "td_target", "mask on the reward too", "nobody known; a bracket too early", ASYMMETRIC_BOUNDS,
    ),
    Fault(
        "reward_dropped", _TARGETS, _RETURN, "return (gamma * bootstraps * next_value).detach()", "targets",
        "td_target", "reward dropped", "nobody known; TorchRL's own tests let it through",
    ),
    Fault(
        "reward_negated", _TARGETS, _RETURN, "return (gamma * bootstraps * next_value - reward).detach()", "targets",
        "td_target", "reward negated", "nobody known; a cost taken for a reward",
    ),
    Fault(
        "reward_scaled", _TARGETS, _RETURN, "return (0.1 * reward + gamma * bootstraps * next_value).detach()",
        "targets", "td_target", "reward scaled", "nobody known; a reward_scale left over from another environment",
    ),
    Fault(
        "reward_clipped", _TARGETS, _RETURN,
        "return (reward.clamp(-1, 1) + gamma * bootstraps * next_value).detach()", "targets",
        "td_target", "reward clipped", "Stoix, on purpose; else a habit from Atari",
    ),
    Fault(
        "gamma_ignored", _TARGETS, _RETURN, "return (reward + bootstraps * next_value).detach()", "targets",
        "td_target", "gamma ignored", "nobody known; TorchRL's own tests let it through",
    ),
    Fault(
        "gamma_squared", _TARGETS, _RETURN, "return (reward + gamma**2 * bootstraps * next_value).detach()",
        "targets", "td_target", "gamma squared", "nobody known; a usual slip",
    ),
    Fault(
        "gamma_in_float32", "torchrl_impl/config.py", "torch.tensor(config.gamma, dtype=config.torch_dtype,",
        "torch.tensor(config.gamma, dtype=torch.float32,", "targets",
        "value estimator", "gamma rounded to float32", "whoever gives make_value_estimator a Python float",
        FLOAT64,
    ),
    Fault(
        "target_clipped", _TARGETS, _RETURN,
        "return (reward + gamma * bootstraps * next_value).clamp(-2, 2).detach()", "targets",
        "td_target", "target clipped", "Stable-Baselines (TensorFlow), on purpose: return_range",
    ),
    Fault(
        "target_not_detached", _TARGETS, ").detach()", ")", "targets",
        "td_target", "not detached", "nobody known; a usual slip", None,
    ),
    Fault(
        "target_broadcast", _TARGETS, "bootstraps * next_value)", "bootstraps * next_value.unsqueeze(-1))", "targets",
        "td_target", "[B] against [B, 1]", "TorchRL before #1487, and its DDPG tutorial still, in td_error", None,
    ),
    Fault(
        "next_observation_is_this_one", "reference/update.py",
        "critic(state.target_critic, batch.next_observation, next_action)",
        "critic(state.target_critic, batch.observation, next_action)", "targets",
        "bootstrap value", "at this observation", "nobody known; TorchRL's own tests let it through",
    ),
    Fault(
        "next_action_of_this_observation", "reference/update.py",
        "actor(state.target_actor, batch.next_observation, space)",
        "actor(state.target_actor, batch.observation, space)", "targets",
        "bootstrap action", "of this observation", "nobody known; a usual slip",
    ),
    Fault(
        "next_action_stored", "reference/update.py",
        "critic(state.target_critic, batch.next_observation, next_action)",
        "critic(state.target_critic, batch.next_observation, batch.action)", "targets",
        "bootstrap action", "the stored one", "nobody known; half of SARSA",
    ),
    Fault(
        "online_critic_in_target", "reference/update.py",
        "critic(state.target_critic, batch.next_observation, next_action)",
        "critic(state.critic, batch.next_observation, next_action)", "targets",
        "bootstrap value", "of the online critic", "TorchRL's DDPGLoss by default before #1183",
    ),
    Fault(
        "online_actor_in_target", "reference/update.py",
        "actor(state.target_actor, batch.next_observation, space)",
        "actor(state.actor, batch.next_observation, space)", "targets",
        "bootstrap action", "of the online actor",
        "TorchRL's DDPGLoss by default (delay_actor); CleanRL before 5e4c7c6c; jaxrl",
    ),
    Fault(
        "targets_rebuilt_on_load", "torchrl_impl/update.py",
        "load_params_(loss.target_actor_network_params, state.target_actor)",
        "load_params_(loss.target_actor_network_params, state.actor)", "targets",
        "loading a state", "target actor rebuilt from the online one",
        "sfujim's TD3 before ade6260, his DDPG still; Stable-Baselines before 2.4.0 saved no targets", None,
    ),
)  # fmt: skip
