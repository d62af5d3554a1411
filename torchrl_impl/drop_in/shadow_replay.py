"""A shadow's file, looked at again: `python -m torchrl_impl.drop_in.shadow_replay FILE`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tensordict import TensorDict
from torchrl.objectives import DDPGLoss
from torchrl.objectives.common import LossModule
from torchrl.objectives.value import TD0Estimator, TD1Estimator

from torchrl_impl.drop_in.ddpg_loss import ReferenceDDPGLoss
from torchrl_impl.drop_in.shadow import original_of
from torchrl_impl.drop_in.shadow_check import (
    NAME,
    Moment,
    actor_answers,
    batch_fault,
    critic_answers,
    moment_of,
    same_draws,
)
from torchrl_impl.drop_in.shadow_difference import Answers, first_difference
from torchrl_impl.drop_in.shadow_gradient import value_gradient_answers, value_loss_of
from torchrl_impl.drop_in.shadow_record import Record, read_record
from torchrl_impl.drop_in.target import one_step_target


def replay_shadow(path: str | Path, original: DDPGLoss | None = None) -> str | None:
    """The first difference that a file holds, computed anew; None where there is none any more.

    Without a loss, the reference computes target, critic's loss and value gradient again from the values that
    the networks gave; values, the actor's loss and gradients of parameters are compared as they were saved.

    Args:
        path: of a file that `ShadowDDPGLoss` saved.
        original: a loss built as the one that was shadowed, with which everything is computed again, networks
            included. It stays as it is.

    Raises:
        ValueError: the file is none of a shadow's.
    """
    record = read_record(Path(path))
    frames = TensorDict({}, batch_size=record["batch_size"])
    for key, value in record["batch"].items():
        frames.set(key, value)
    moment = Moment(record["side"], record["call"], _loss_without_networks(record), frames, record["random_state"], {})
    fault = batch_fault(moment)
    if fault is not None:
        return fault
    answers = _from_values(record, moment) if original is None else _from_networks(record, moment, original)
    found = first_difference(answers)
    return None if found is None else found[1]


def _loss_without_networks(record: Record) -> ReferenceDDPGLoss:
    """What reduces losses and names keys as the shadowed loss did."""
    loss = object.__new__(ReferenceDDPGLoss)
    LossModule.__init__(loss)
    for name, value in record["settings"].items():
        setattr(loss, name, value)
    for name, key in record["keys"].items():
        setattr(loss.tensor_keys, name, key)
    gamma = record["gamma"]
    kind = TD1Estimator if gamma is None else TD0Estimator
    loss._value_estimator = kind(gamma=0.0, value_network=None)
    if gamma is not None:
        loss._value_estimator.gamma = gamma
    loss._value_estimator.set_keys(**{name: record["keys"][name] for name in ("reward", "terminated", "done")})
    return loss


def _from_values(record: Record, moment: Moment) -> Answers:
    """What was saved, and on the reference's side computed anew where that takes no network."""
    reference: dict[str, Any] = dict(record["reference"])
    if record["quantity"] == "value gradient":
        value_loss = value_loss_of(moment.twin, moment.frames, reference["value"], reference["target"])
        return value_gradient_answers(record["original"], value_loss)
    if record["next_value"] is not None:
        reference["target"] = one_step_target(NAME, moment.twin.value_estimator, moment.frames, record["next_value"])
    if "critic loss" in reference:
        reference["critic loss"] = value_loss_of(
            moment.twin, moment.frames, reference["value"], reference["target"]
        ).loss
    return Answers(record["original"], reference)


def _from_networks(record: Record, moment: Moment, original: DDPGLoss) -> Answers:
    """Everything anew, by a copy of a loss that gets the saved parameters."""
    loss = original_of(original)
    for name, params in record["params"].items():
        held = dict(loss._modules[name].data.items(True, True))
        for key, value in params.items():
            held[key].copy_(value)
    now = moment_of(loss, moment.side, moment.call, moment.frames, record["expected"])
    now = now._replace(random_state=moment.random_state)
    with same_draws(now):
        compute = loss.loss_value if moment.side == "critic" else loss.loss_actor
        answer, metadata = compute(moment.frames.clone(False))
    if moment.side == "actor":
        return actor_answers(loss, now, answer)
    answers, value_loss = critic_answers(loss, now, answer, metadata)
    if record["quantity"] == "value gradient" and value_loss is not None:
        return value_gradient_answers(record["original"], value_loss)
    return answers


def main(words: Sequence[str]) -> int:
    """Prints a file's difference; 1 where there is one, 0 where not, 2 on bad input."""
    if len(words) != 1:
        print("usage: python -m torchrl_impl.drop_in.shadow_replay FILE", file=sys.stderr)
        return 2
    try:
        found = replay_shadow(words[0])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(found or "no difference")
    return int(found is not None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
