"""TorchRL's two exploration modules with the reference's arithmetic inside."""

from typing import Any

import torch
from tensordict import TensorDictBase
from tensordict.utils import expand_as_right
from torch import Tensor
from torchrl.data import Bounded
from torchrl.modules import AdditiveGaussianModule, OrnsteinUhlenbeckProcessModule

from reference.noise import gaussian, ornstein_uhlenbeck


class ReferenceGaussianNoise(AdditiveGaussianModule):
    """Takes the place of `torchrl.modules.AdditiveGaussianModule`: same arguments, draws, annealing and bits.

    Kept: sigma is annealed from 1 to 0.1 by default, and only where `.step()` is called.
    """

    def _add_noise(self, action: Tensor) -> Tensor:
        spec = None if self._spec is None else self._spec[self.action_key]
        if not isinstance(spec, Bounded):
            return super()._add_noise(action)  # what has no box is projected as TorchRL says, or refused
        mean, std = (value.expand(action.shape).to(torch.get_default_dtype()) for value in (self.mean, self.std))
        draw = torch.normal(mean=mean, std=std).to(action.device)
        return gaussian(action, draw, self.sigma, spec.space.low, spec.space.high)


class ReferenceOrnsteinUhlenbeckNoise(OrnsteinUhlenbeckProcessModule):
    """Takes the place of `torchrl.modules.OrnsteinUhlenbeckProcessModule`: same arguments, draws, annealing and bits.

    Kept: dt of 0.01, a scale that is annealed from 1 to 0.1 by default, `safe=False` as leave to act outside
    the bounds, and noise that never starts anew where no `InitTracker` writes `is_init`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ou.__class__ = _ReferenceProcess
