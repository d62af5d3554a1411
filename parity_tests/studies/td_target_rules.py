"""Who stops the bootstrap when: the table of the site's TD-target calculator, written into its page and data.

`python -m parity_tests.studies.td_target_rules` writes docs/figures/data/td_target.json and the page's tables.
"""

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from parity_tests.linear_networks import column, linear_actor, linear_critic, linear_loss, target_of, transitions
from parity_tests.studies.page import write_between_markers
from reference.state import Batch
from reference.targets import td_target, terminal

PAGE, DATA = Path("docs/figures/td_target.md"), Path("docs/figures/data/td_target.json")

MINUS = "\N{MINUS SIGN}"

FLAGS = {"00": "goes on", "10": "terminated", "01": "truncated", "11": "both"}
"""terminated, truncated -> in words."""


class Inputs(NamedTuple):
    """One transition's numbers; float64, exact where they are sums of powers of two."""

    reward: float = -2.0
    gamma: float = 0.99
    next_value: float = -100.0  # Q'(s', mu'(s'))
    terminated: bool = False
    truncated: bool = False


def reference_target(inputs: Inputs, truncation_is_terminal: bool = False) -> float:
    """By the reference's code."""
    batch = Batch(*(torch.zeros(1, 1, dtype=torch.float64),) * 4, *flags_of(inputs))
    ends = terminal(batch, truncation_is_terminal)
    return td_target(row(inputs.reward), ends, row(inputs.next_value), inputs.gamma).item()


def torchrl_target(inputs: Inputs, has_terminated: bool = True) -> float:
    """By TorchRL's `DDPGLoss`, whose networks are one factor each: Q'(s', mu'(s')) is the critic's."""
    terminated, truncated = (flag.unsqueeze(-1) for flag in flags_of(inputs))
    following = {"terminated": terminated, "done": terminated | truncated}
    following["reward"] = column(inputs.reward, dtype=torch.float64)
    batch = transitions(1, torch.float64, **following)
    if not has_terminated:
        del batch["next", "terminated"]
    networks = linear_actor(1.0, torch.float64), linear_critic(inputs.next_value, torch.float64)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No target network updater has been associated")
        return target_of(linear_loss(*networks, gamma=inputs.gamma), batch).item()


def row(value: float) -> Tensor:
    """[1], float64."""
    return torch.tensor([value], dtype=torch.float64)


def flags_of(inputs: Inputs) -> tuple[Tensor, Tensor]:
    """terminated and truncated, [1] each."""
    return torch.tensor([inputs.terminated]), torch.tensor([inputs.truncated])


def read(stops: Callable[[bool, bool], bool]) -> Callable[[Inputs], float]:
    """The target of a library that is not run here, from a rule that was read in its source."""
    return lambda inputs: (
        inputs.reward + inputs.gamma * (not stops(inputs.terminated, inputs.truncated)) * inputs.next_value
    )


class Rule(NamedTuple):
    """What one of them takes for an end."""

    name: str
    end: str  # in words
    target: Callable[[Inputs], float]
    run: bool  # whether `target` runs its code, or restates what was read in it
    source: str  # in Markdown


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
        "Stable-Baselines3", "done without TimeLimit.truncated", read(lambda ends, cut: (ends or cut) and ends), False,
        "`dones * (1 - timeouts)` in its replay buffer, where a time-out is truncated and not terminated "
        "(common/buffers.py, common/vec_env/dummy_vec_env.py, 2.9.0a4); its targets are "
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


def build() -> dict[str, Any]:
    """The calculator's data."""
    rules = [
        {"key": key, "name": rule.name.replace("`", ""), "end": rule.end, "run": rule.run, "stops": stops(rule)}
        for key, rule in RULES.items()
    ]
    example = Inputs()._asdict() | {"truncated": True}
    return {"command": "python -m parity_tests.studies.td_target_rules", "example": example, "rules": rules}


def example_table() -> str:
    """The target of the page's example, by everybody and for all flags."""
    head = ["who", "an end is", *FLAGS.values()]
    rows = [
        [rule.name, rule.end, *(f"{rule.target(with_flags(flags)):.2f}".replace("-", MINUS) for flags in FLAGS)]
        for rule in RULES.values()
    ]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * 2 + ["---:"] * 4, *rows])


def sources() -> str:
    """Where each rule stands."""
    return "\n".join(
        f"- **{rule.name}** ({'run' if rule.run else 'read, not run'}): {rule.source}." for rule in RULES.values()
    )


def main() -> int:
    """Writes; 2 on bad input."""
    if len(sys.argv) > 1 or not PAGE.is_file():
        print(f"td_target_rules takes no argument, and writes to {DATA} and {PAGE}.", file=sys.stderr)
        return 2
    DATA.write_text(json.dumps(build(), indent=1) + "\n")
    write_between_markers(PAGE, example_table(), "example")
    write_between_markers(PAGE, sources(), "sources")
    return 0


if __name__ == "__main__":
    sys.exit(main())
