"""What a loss answered, and what the reference answers to the same."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives import DDPGLoss

from torchrl_impl.drop_in.checks import require_batch, require_flags
from torchrl_impl.drop_in.ddpg_loss import ReferenceDDPGLoss
from torchrl_impl.drop_in.shadow_delayed import Params
from torchrl_impl.drop_in.shadow_difference import Answers
from torchrl_impl.drop_in.shadow_gradient import ValueLoss, value_loss_of
from torchrl_impl.drop_in.shadow_twin import gradients, reference_twin

NAME = "ShadowDDPGLoss"


class Moment(NamedTuple):
    """What a loss is asked, kept from before it answers."""

    side: str  # whose loss: "critic" or "actor"
    call: int
    twin: ReferenceDDPGLoss
    frames: TensorDictBase  # the batch's own tensors, in a structure that nothing else writes into
    random_state: Tensor  # of torch's generator on the CPU
    expected: Mapping[str, Params]  # target parameters by name, where the reference has others than the loss


def moment_of(loss: DDPGLoss, side: str, call: int, frames: TensorDictBase, expected: Mapping[str, Params]) -> Moment:
    """The present moment of a loss; `expected` as `reference_twin` takes it."""
    return Moment(side, call, reference_twin(loss, expected), frames.clone(False), torch.get_rng_state(), expected)


def batch_fault(moment: Moment) -> str | None:
    """What is wrong with a batch, in a line; None: nothing."""
    try:
        require_batch(NAME, moment.frames)
        if moment.side == "critic":
            require_flags(NAME, moment.twin.value_estimator, moment.frames)
    except (KeyError, ValueError) as error:
        return f"batch: {error.args[0].removesuffix('.')}"
    return None


def critic_answers(
    loss: DDPGLoss, moment: Moment, value_loss: Tensor, metadata: Mapping[str, Any]
) -> tuple[Answers, ValueLoss | None]:
    """What `loss_value` answered, beside the reference; second None where the value given away has no gradient."""
    if batch_fault(moment) is not None:
        return Answers({}, {}), None
    with same_draws(moment):
        reference_loss, reference = moment.twin.loss_value(moment.frames.clone(False))
    answers = Answers(
        _critic_quantities(loss, value_loss, metadata), _critic_quantities(moment.twin, reference_loss, reference)
    )
    value = metadata.get("pred_value")
    if not value_loss.requires_grad or value is None or not value.requires_grad:
        return answers, None
    return answers, value_loss_of(moment.twin, moment.frames, value, reference["target_value"])


def _critic_quantities(loss: DDPGLoss, value_loss: Tensor, metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "target": metadata.get("target_value"),
        "value": metadata.get("pred_value"),
        "critic loss": value_loss,
        "critic gradient": gradients(value_loss, loss),
    }


def actor_answers(loss: DDPGLoss, moment: Moment, actor_loss: Tensor) -> Answers:
    """What `loss_actor` answered, beside the reference."""
    if batch_fault(moment) is not None:
        return Answers({}, {})
    with same_draws(moment):
        reference_loss, _ = moment.twin.loss_actor(moment.frames.clone(False))
    return Answers(
        {"actor loss": actor_loss, "actor gradient": gradients(actor_loss, loss)},
        {"actor loss": reference_loss, "actor gradient": gradients(reference_loss, moment.twin)},
    )


@contextmanager
def same_draws(moment: Moment) -> Iterator[None]:
    """What is drawn inside is what the loss drew, and nothing is used up."""
    now = torch.get_rng_state()
    torch.set_rng_state(moment.random_state)
    try:
        yield
    finally:
        torch.set_rng_state(now)
