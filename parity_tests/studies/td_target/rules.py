"""What each implementation takes for an end, and who says so."""

from collections.abc import Callable
from typing import NamedTuple

from parity_tests.studies.td_target.targets import Inputs, reference_target, torchrl_target

FLAGS = {"00": "goes on", "10": "terminated", "01": "truncated", "11": "both"}
"""terminated, truncated -> in words."""


class Rule(NamedTuple):
    """What one of them takes for an end."""

    name: str
    end: str  # in words
    target: Callable[[Inputs], float]
    run: bool  # whether `target` runs its code, or restates what was read in it
    source: str  # in Markdown


def read(stops: Callable[[bool, bool], bool]) -> Callable[[Inputs], float]:
    """The target of a library that is not run here, from a rule that was read in its source."""
    return lambda inputs: (
        inputs.reward + inputs.gamma * (not stops(inputs.terminated, inputs.truncated)) * inputs.next_value
    )


_SPINNING_UP = (
    "[ddpg.py l.265](https://github.com/openai/spinningup/blob/038665d62d569055401d91856abb287263096178/"
    "spinup/algos/pytorch/ddpg/ddpg.py#L265): `d = False if ep_len==max_ep_len else d`"
)

RULES = {
    "ours": Rule(
        "this project", "terminated", reference_target, True,
        "[targets.py](../../reference/targets.py); `torchrl_impl/` has the same bits",
    ),
    "notebook": Rule(
        "the notebook", "terminated or truncated", lambda inputs: reference_target(inputs, True), True,
        "it stored `done = bool(terminated or truncated)`; here `Config.truncation_is_terminal`, whose code is run",
    ),
    "stable_baselines": Rule(
        "Stable-Baselines 2.10.2", "done, which a time limit sets, too", read(lambda ends, cut: ends or cut), False,
        "[ddpg.py l.919](https://github.com/hill-a/stable-baselines/blob/259f27868f0d727d990f50e04da6e3a5d5367582/"
        "stable_baselines/ddpg/ddpg.py#L919) stores `done`, and the target multiplies by `1 - done`",
    ),
    "spinning_up": Rule(
        "Spinning Up, limit `max_ep_len`", "done, but never at step max_ep_len",
        read(lambda ends, cut: ends and not cut), False,
        _SPINNING_UP + "; a termination at that very step is taken for a limit",
    ),
    "spinning_up_shorter": Rule(
        "Spinning Up, a shorter limit", "done, which a time limit sets, too",
        read(lambda ends, cut: ends or cut), False,
        "the same line where the environment's own limit comes first: Pendulum-v1 has 200 steps, `max_ep_len` is 1,000",
    ),
    "sb3": Rule(
        "Stable-Baselines3", "done without TimeLimit.truncated",
        read(lambda ends, cut: (ends or cut) and not (cut and not ends)), False,
        "`dones * (1 - timeouts)` in its replay buffer, where a time-out is truncated and not terminated "
        "(common/buffers.py, common/vec_env/dummy_vec_env.py, 2.9.2), which "
        "[a test](../../parity_tests/test_peers.py) fills and reads; its targets are "
        "[on the ladder](../conformance.md), too",
    ),
    "torchrl": Rule(
        "TorchRL 0.14.1", "terminated", torchrl_target, True, "`DDPGLoss`, whose code is run",
    ),
    "torchrl_without": Rule(
        "TorchRL 0.14.1, no `terminated` in the batch", "done, which takes its place",
        lambda inputs: torchrl_target(inputs, has_terminated=False), True,
        "`DDPGLoss`, whose code is run; [the defect](../upstream/missing_terminated.md)",
    ),
}  # fmt: skip


def stops(rule: Rule) -> dict[str, bool]:
    """For each pair of flags, whether the target is the reward alone; found by asking for one."""
    return {flags: rule.target(with_flags(flags)) == Inputs().reward for flags in FLAGS}


def with_flags(flags: str) -> Inputs:
    """The page's example, with these flags."""
    return Inputs(terminated=flags[0] == "1", truncated=flags[1] == "1")
