"""Faults of n-step returns."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import N_STEP

_N_STEP = "reference/n_step.py"
_TRAIN = "reference/train.py"
_TORCHRL = "torchrl_impl/n_step.py"
_M = "m = ended.index(True) + 1 if True in ended else len(ended)"
_ADDED = "reward = _plus(reward, steps.reward[k], torch.tensor(gamma**k, dtype=reward.dtype), fuses)"
_ROW = "row = Batch(steps.observation[0], steps.action[0], reward, *(column[m - 1] for column in steps[3:]))"
_FULL = "if len(joined.reward) <= n:"

N_STEPS = (
    Fault(
        "gamma_once_for_all_steps", "reference/targets.py",
        "gamma if steps is None else torch.tensor(gamma, dtype=dtype) ** steps", "gamma", "targets",
        "discount", "gamma, whatever the steps", "FastTD3 #6", N_STEP,
    ),
    Fault(
        "discount_counts_a_step_less", "reference/targets.py", "torch.tensor(gamma, dtype=dtype) ** steps",
        "torch.tensor(gamma, dtype=dtype) ** (steps - 1)", "targets",
        "discount", "a step too few", "nobody known; a usual slip", N_STEP,
    ),
    Fault(
        "gamma_raised_in_float64", "reference/targets.py", "torch.tensor(gamma, dtype=dtype) ** steps",
        "(gamma ** steps.double()).to(dtype)", "targets",
        "discount", "the same number with another last bit", "whoever raises a Python float, rightly", N_STEP,
    ),
    Fault(
        "rewards_not_discounted", _N_STEP, "torch.tensor(gamma**k, dtype=reward.dtype)", "torch.ones_like(reward)",
        "replay", "n_step_row, rewards", "a plain sum", "nobody known; a usual slip", N_STEP,
    ),
    Fault(
        "rewards_discounted_a_step_more", _N_STEP, "gamma**k", "gamma ** (k + 1)", "replay",
        "n_step_row, rewards", "each a step more than is due", "nobody known; a usual slip", N_STEP,
    ),
    Fault(
        "rewards_of_other_episodes", _N_STEP, _M, "m = len(ended)", "replay",
        "n_step_row, its end", "runs over an episode's end", "nobody known; the window not emptied at a reset", N_STEP,
    ),
    Fault(
        "rewards_run_over_a_time_limit", _N_STEP, "ended = (steps.terminated | steps.truncated).tolist()",
        "ended = steps.terminated.tolist()", "replay",
        "n_step_row, its end", "runs over a time limit", "nobody known; terminated for done", N_STEP,
    ),
    Fault(
        "last_reward_left_out", _N_STEP, "for k in range(m):", "for k in range(max(m - 1, 1)):", "replay",
        "n_step_row, rewards", "the last one left out", "nobody known; a usual slip", N_STEP,
    ),
    Fault(
        "rewards_summed_newest_first", _N_STEP, _ADDED, "reward = steps.reward[m - 1 - k] + gamma * reward", "replay",
        "n_step_row, rewards", "newest first: another last bit", "most libraries, rightly: Horner's scheme", N_STEP,
    ),
    Fault(
        "products_of_rewards_rounded", _N_STEP, _ADDED,
        _ADDED.replace("fuses", "not fuses"), "replay",
        "n_step_row, rewards", "products rounded where torch's convolution fuses them, or the other way round",
        "most libraries, rightly: TorchRL's convolution fuses the two", N_STEP,
    ),
    Fault(
        "row_ends_where_it_begins", _N_STEP, _ROW,
        f"{_ROW}\n    row = row._replace(next_observation=steps.next_observation[0])", "replay",
        "n_step_row, what ends it", "the first step's next observation", "nobody known; a usual slip", N_STEP,
    ),
    Fault(
        "row_ends_a_step_later", _N_STEP, "*(column[m - 1] for column in steps[3:])",
        "*(column[min(m, len(ended) - 1)] for column in steps[3:])", "replay",
        "n_step_row, what ends it", "the step after the last", "nobody known; an index off by one", N_STEP,
    ),
    Fault(
        "flags_of_the_step_after", _N_STEP, _ROW,
        f"{_ROW}\n    row = row._replace(terminated=steps.terminated[m % len(ended)])", "replay",
        "n_step_row, its flags", "terminated of the step after", "nobody known; an index off by one", N_STEP,
    ),
    Fault(
        "truncation_flagged_in_a_row", _N_STEP, _ROW,
        f"{_ROW}\n    row = row._replace(terminated=row.terminated | row.truncated)", "replay",
        "n_step_row, its flags", "a time limit is a termination", "nobody known; one flag, done, for both", N_STEP,
    ),
    Fault(
        "row_with_its_last_action", _N_STEP, "steps.action[0], reward", "steps.action[m - 1], reward", "replay",
        "n_step_row, what begins it", "the last step's action", "nobody known; a usual slip", N_STEP,
    ),
    Fault(
        "row_spans_n_steps_always", _N_STEP, "return row, torch.tensor(m)", "return row, torch.tensor(len(ended))",
        "replay", "n_step_row, its length", "n, also where the episode ends sooner",
        "nobody known; gamma**n once for all", N_STEP,
    ),
    Fault(
        "row_spans_a_step_less", _N_STEP, "return row, torch.tensor(m)", "return row, torch.tensor(m - 1)", "replay",
        "n_step_row, its length", "a step too few", "nobody known; an index for a count", N_STEP,
    ),
    Fault(
        "row_a_step_early", _N_STEP, _FULL, "if len(joined.reward) < n:", "replay",
        "push", "a row is ready as its last step arrives", "most libraries, rightly: TorchRL waits a step more",
        N_STEP,
    ),
    Fault(
        "window_of_a_step_less", _N_STEP, "n_step_row(Batch(*(column[:n] for column in joined)), gamma)",
        "n_step_row(Batch(*(column[: n - 1] for column in joined)), gamma)", "replay",
        "push", "n - 1 steps a row", "nobody known; TorchRL's own count is one less inside", N_STEP,
    ),
    Fault(
        "flags_of_the_first_step", _TORCHRL, ", done_keys=[])", ")", "replay",
        "MultiStepTransform's arguments", "done_keys left as they are: bootstraps from terminal states",
        "users of TorchRL's MultiStepTransform by default", N_STEP,
    ),
    Fault(
        "gamma_of_one_in_the_transform", _TORCHRL, "config.gamma, done_keys", "1.0, done_keys", "replay",
        "MultiStepTransform's arguments", "gamma 1", "nobody known; a usual slip", N_STEP,
    ),
    Fault(
        "steps_not_stored", "reference/replay.py", "1 if steps is None else steps", "1", "replay",
        "add_, of n-step rows", "its steps are one", "nobody known; FastTD3 #6 by another way", N_STEP,
    ),
    Fault(
        "steps_not_read", _TRAIN, "replay.steps[indices]", "torch.full_like(indices, config.n_step)", "whole run",
        "steps of a batch's rows", "n for all", "nobody known; gamma**n once for all", N_STEP,
    ),
    Fault(
        "window_emptied_at_a_reset", _TRAIN,
        "= run.learner.load(state.networks), state.replay, state.window, state.step\n",
        "= run.learner.load(state.networks), state.replay, state.window, state.step\n"
        "    window = None if window is None else Batch(*(column[:0] for column in window))\n", "whole run",
        "window at an episode's first step", "empty: the last rows of an episode are lost",
        "nobody known; a deque cleared at a reset", N_STEP,
    ),
    Fault(
        "window_forgotten_on_load", "torchrl_impl/train.py", "        load_window_(buffer, run_state.window)\n", "",
        "whole run", "resuming a run", "the window begins empty",
        "TorchRL's buffer: its transform is in no state dict", None,
    ),
    Fault(
        "rewards_summed_in_the_window", _N_STEP, _ADDED, f"{_ADDED}\n        steps.reward[k] = reward", "replay",
        "n_step_row, rewards", "sums written over the rewards that later rows sum", "RLlib #18358, with observations",
        N_STEP,
    ),
    Fault(
        "rewards_summed_again_on_load", "torchrl_impl/replay.py",
        "buffer.storage.set(torch.arange(replay.size), written)", "buffer.extend(written)", "replay",
        "loading a ring", "through the transform, which sums rewards again", "nobody known; extend is the public way",
        None,
    ),
)  # fmt: skip
