"""Faults at the environment: resets, ends of episodes, what is stored of a step."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import ASYMMETRIC_BOUNDS, FLOAT64

_ENVS = "reference/envs.py"
_TRAIN = "reference/train.py"
_LOOP = "environment loop"
_STEPPED = "    next_observation, reward, terminated, truncated, _ = require_answer(env.step(executed))\n"
_TERMINATED = "terminated=torch.tensor(bool(terminated))"
_OBSERVED = "return torch.tensor(declared, dtype=config.torch_dtype)"
_MOVED = "        steps, observation = steps + 1, transition.next_observation\n"

ENVIRONMENTS = (
    Fault(
        "reset_observation_stored_as_next", _ENVS, _STEPPED,
        _STEPPED + "    if terminated or truncated:\n        next_observation, _ = env.reset()\n", _LOOP,
        "next observation at an end", "that after the reset", "Stable-Baselines3 before 1.0",
    ),
    Fault(
        "initial_observation_zero", _TRAIN, "observation = reset(run.env, run.config, state.episode + 1)",
        "observation = torch.zeros_like(reset(run.env, run.config, state.episode + 1))", _LOOP,
        "first observation of an episode", "zeros", "TorchRL's collector before #938",
    ),
    Fault(
        "observation_stays", _TRAIN, _MOVED, "        steps = steps + 1\n", _LOOP,
        "observation of a step", "never moves on", "nobody known; a forgotten obs = next_obs",
    ),
    Fault(
        "reward_of_the_step_before", _TRAIN, _MOVED,
        "        before = transitions[-1] if transitions else transition\n"
        "        transition = transition._replace(reward=before.reward)\n"
        + _MOVED,
        _LOOP, "reward of a step", "that of the step before", "TorchRL before #637",
    ),
    Fault(
        "truncation_flagged_as_terminated", _ENVS, _TERMINATED,
        "terminated=torch.tensor(bool(terminated or truncated))",
        _LOOP, "terminated of a step", "truncation too", "openai/baselines #436; Gym before 0.26",
    ),
    Fault(
        "no_termination_at_the_time_limit", _ENVS, _TERMINATED,
        "terminated=torch.tensor(bool(terminated and not truncated))", _LOOP,
        "terminated of a step", "not where the time limit falls on it", "Spinning Up and sfujim, on purpose",
        {**ASYMMETRIC_BOUNDS, "max_steps_per_episode": 3, "episodes": 400},
    ),
    Fault(
        "time_limit_ignored", _ENVS, "truncated=torch.tensor(bool(truncated))", "truncated=torch.tensor(False)", _LOOP,
        "truncated of a step", "never", "nobody known; the fourth of five values dropped",
    ),
    Fault(
        "last_transition_lost", _TRAIN, "replay, window = store_(run, replay, window, transition)",
        "replay, window = (replay, window) if transition.truncated else store_(run, replay, window, transition)", _LOOP,
        "transitions stored", "not the last of a truncated episode", "nobody known; a break before the add",
    ),
    Fault(
        "policys_action_stored", _TRAIN, "    transition = step(run.env, observation, action, config)\n",
        "    transition = step(run.env, observation, action, config)\n"
        "    if steps >= config.start_steps:\n"
        "        transition = transition._replace(action=greedy.cpu())\n",
        _LOOP, "action stored", "without its noise",
        "tianshou #512 and Stable-Baselines before 2.9.0: not what was done",
    ),
    Fault(
        "action_stored_after_the_cast", _ENVS, "action=action.cpu(),",
        "action=torch.as_tensor(executed).to(config.torch_dtype),", _LOOP,
        "action stored", "as rounded for the environment",
        "Stable-Baselines3 before 2.1.0 (#1145): actions of two precisions",
        FLOAT64,
    ),
    Fault(
        "observation_by_way_of_float32", _ENVS, "dtype=space.dtype", "dtype=np.float32", _LOOP,
        "observation of a step", "by way of float32", "near: TorchRL's Double2Float, #242 and #2101",
        {**FLOAT64, **ASYMMETRIC_BOUNDS},
    ),
    Fault(
        "observation_shares_the_environments_array", _ENVS, _OBSERVED,
        "return torch.as_tensor(declared, dtype=config.torch_dtype)", _LOOP,
        "observation of a step", "shares the environment's array", "RLlib #18358: an observation overwritten later",
        None,
    ),
    Fault(
        "return_in_float64", _TRAIN, "episode_return = torch.zeros((), dtype=torch.float32)",
        "episode_return = torch.zeros((), dtype=torch.float64)", _LOOP,
        "return of an episode", "summed in float64", "NumPy users, rightly",
    ),
    Fault(
        "return_in_another_order", "torchrl_impl/train.py", "episode_return(transitions.reward)",
        "transitions.reward.flip(0).cumsum(0)[-1]", _LOOP,
        "return of an episode", "summed newest first", "nobody known; any vectorised sum",
    ),
    Fault(
        "evaluation_not_clipped", "reference/evaluate.py", ".clamp(space.low, space.high)", ".clamp(-0.5, 0.5)", _LOOP,
        "evaluation's action", "clipped to another box", "nobody known; a usual slip", None,
    ),
)  # fmt: skip
