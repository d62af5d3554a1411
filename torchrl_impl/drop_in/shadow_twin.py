"""The reference's loss over the very networks of another loss."""

from collections.abc import Mapping
from typing import Any

import torch
from tensordict import TensorDict
from torch import Tensor
from torchrl.objectives import DDPGLoss

from torchrl_impl.drop_in.ddpg_loss import ReferenceDDPGLoss
from torchrl_impl.drop_in.shadow_delayed import NETWORKS, Params, params_of


def reference_twin(loss: DDPGLoss, expected: Mapping[str, Params]) -> ReferenceDDPGLoss:
    """A `ReferenceDDPGLoss` that computes with another loss's networks, and writes nothing that the other reads.

    Its parameters are views of the same memory with gradients of their own; its buffers are copies, since
    a forward pass may write into them.

    Args:
        loss: whose networks, keys and value estimator are used.
        expected: by name, the target parameters that take the place of the loss's own.
    """
    twin = object.__new__(ReferenceDDPGLoss)
    twin.__dict__ = {**loss.__dict__, "_cache": {}, "_modules": dict(loss._modules)}
    twin.__dict__["_has_update_associated"] = dict.fromkeys(loss._has_update_associated, True)
    views: dict[int, Tensor] = {}
    held: Mapping[str, Params] = params_of(loss)
    for name, params in held.items():
        # Before the registered ones are asked for, an attribute of that name is.
        others = expected.get(name, {})
        twin.__dict__[name] = _tensordict({key: others.get(key, _view(value, views)) for key, value in params.items()})
    for name in expected.keys() - held.keys():
        twin.__dict__[name] = _tensordict(expected[name])
    return twin


def gradients(loss: Tensor, owner: DDPGLoss) -> dict[str, Tensor | None]:
    """The gradient of a loss's sum for each parameter of both online networks; None where it does not reach."""
    if not loss.requires_grad:
        return {}
    named = {
        f"{network}.{'.'.join(key) if isinstance(key, tuple) else key}": value
        for network in NETWORKS
        for key, value in getattr(owner, f"{network}_params").items(True, True)
        if value.requires_grad
    }
    found = torch.autograd.grad(loss, list(named.values()), torch.ones_like(loss), retain_graph=True, allow_unused=True)
    return dict(zip(named, found, strict=True))


def _view(value: Tensor, views: dict[int, Tensor]) -> Tensor:
    """One view for each tensor: what two places share they share here as well."""
    if id(value) not in views:
        trained = value.requires_grad
        views[id(value)] = value.detach().requires_grad_() if trained else _untrained(value)
    return views[id(value)]


def _untrained(value: Tensor) -> Tensor:
    return value.detach().clone()


def _tensordict(params: Params) -> Any:
    made = TensorDict({}, batch_size=[])
    for key, value in params.items():
        made.set(key, value)
    return made
