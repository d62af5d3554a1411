"""The file that a shadow leaves: tensors, numbers and names, which `torch.load(..., weights_only=True)` reads."""

import copy
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from torchrl_impl.drop_in.ddpg_loss import ReferenceDDPGLoss
from torchrl_impl.drop_in.shadow_check import Moment, same_draws
from torchrl_impl.drop_in.shadow_delayed import leaves, params_of
from torchrl_impl.drop_in.shadow_difference import Answers
from torchrl_impl.drop_in.target import is_one_step

Record = dict[str, Any]

SETTINGS = ("loss_function", "reduction", "use_prioritized_weights", "_loss_mask_key")
"""What a loss's reduction asks of it."""


def record_of(moment: Moment, answers: Answers, quantity: str, text: str) -> Record:
    """All that a difference follows from.

    Returns:
        The quantity and its line; the batch; the networks, and the targets that the reference had in place of
        theirs; what both answered; the reference's next values; settings, keys and gamma; the generator's state.
    """
    twin, estimator = moment.twin, moment.twin.value_estimator
    plain = is_one_step(estimator)
    return {
        "quantity": quantity,
        "text": text,
        "side": moment.side,
        "call": moment.call,
        "batch": _saved(leaves(moment.frames)),
        "batch_size": list(moment.frames.batch_size),
        "params": {name: _saved(params) for name, params in params_of(twin).items()},
        "expected": {name: _saved(params) for name, params in moment.expected.items()},
        "original": {name: _saved(value) for name, value in answers.original.items()},
        "reference": {name: _saved(value) for name, value in answers.reference.items()},
        "next_value": _saved(_next_value(moment)) if plain and quantity not in ("batch", *_OF_THE_ACTOR) else None,
        "settings": {name: getattr(twin, name) for name in SETTINGS},
        "keys": dict(vars(twin.tensor_keys)),
        "gamma": _saved(estimator.gamma) if plain else None,
        "random_state": moment.random_state,
    }


_OF_THE_ACTOR = ("actor loss", "actor gradient")


def save_record(path: Path, record: Record) -> None:
    """Writes a file, and the folder it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(record, path)


def read_record(path: Path) -> Record:
    """A file's record.

    Raises:
        ValueError: there is none, or it is no shadow's.
    """
    try:
        record = torch.load(path, weights_only=True)
    except Exception as error:
        raise ValueError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    if not isinstance(record, dict) or "quantity" not in record:
        raise ValueError(f"{path} is no file of a ShadowDDPGLoss; it saves them in its folder at a difference.")
    return record


def _next_value(moment: Moment) -> Tensor:
    """[..., 1]; what the target networks said of the next states, with the draws of that time."""
    twin: ReferenceDDPGLoss = copy.copy(moment.twin)
    estimator, kept = copy.copy(moment.twin.value_estimator), []
    ask = estimator._next_value

    def noted(*args: Any, **kwargs: Any) -> Tensor:
        kept.append(ask(*args, **kwargs))
        return kept[-1]

    estimator.__dict__["_next_value"] = noted
    twin.__dict__["_modules"] = {**twin._modules, "_value_estimator": estimator}
    with same_draws(moment), torch.no_grad():
        twin.loss_value(moment.frames.clone(False))
    return kept[0]


def _saved(value: Any) -> Any:
    """Tensors in memory of their own, without a past; what is no tensor stays away."""
    if isinstance(value, dict):
        return {key: _saved(inner) for key, inner in value.items() if inner is None or isinstance(inner, Tensor)}
    return value.detach().clone() if isinstance(value, Tensor) else None
