"""Adam and clipping by torch.

Mirror: reference/optim.py
"""

import torch
from tensordict import TensorDictBase
from torch import Tensor
from torch.nn.utils import clip_grad_norm_, get_total_norm

from torchrl_impl.config import adam_arguments


def clip_by_global_norm_(network: TensorDictBase, max_norm: float | None) -> Tensor:
    """Scales the `.grad` of one network's parameters down; returns their norm before clipping, []."""
    parameters = list(network.values(True, True))
    if max_norm is None:
        return get_total_norm([parameter.grad for parameter in parameters])
    return clip_grad_norm_(parameters, max_norm)


def adam(network: TensorDictBase, lr: float, weight_decay: float = 0.0) -> torch.optim.Adam:
    """The optimiser of one network of a loss module."""
    return torch.optim.Adam(list(network.values(True, True)), lr=lr, weight_decay=weight_decay, **adam_arguments())
