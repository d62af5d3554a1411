"""TorchRL's two exploration modules with the reference's arithmetic inside.

Mirror: reference/noise.py
"""

from typing import Any

import torch
from tensordict import TensorDictBase
from tensordict.utils import expand_as_right, expand_right
from torch import Tensor
from torchrl.data import Bounded
from torchrl.modules import AdditiveGaussianModule, OrnsteinUhlenbeckProcessModule
from torchrl.modules.tensordict_module.exploration import _OrnsteinUhlenbeckProcess

from reference.noise import gaussian, ornstein_uhlenbeck


class ReferenceGaussianNoise(AdditiveGaussianModule):
    """Takes the place of `torchrl.modules.AdditiveGaussianModule`: same arguments, draws, annealing and bits.

    Kept: sigma is annealed from 1 to 0.1 by default, and only where `.step()` is called.
    """

    def _add_noise(self, action: Tensor) -> Tensor:
        spec = None if self._spec is None else self._spec[self.action_key]
        if not isinstance(spec, Bounded):
            return super()._add_noise(action)  # what has no box is projected as TorchRL says, or refused
        mean, std = (_floating(value).expand(action.shape) for value in (self.mean, self.std))
        draw = torch.normal(mean=mean, std=std).to(action.device)
        # Bounds of another shape than the action's would broadcast it.
        low, high = (bound.to(action.device).expand_as(action) for bound in (spec.space.low, spec.space.high))
        return gaussian(action, draw, self.sigma, low, high)


def _floating(value: Tensor) -> Tensor:
    return value if value.dtype.is_floating_point else value.to(torch.get_default_dtype())


class ReferenceOrnsteinUhlenbeckNoise(OrnsteinUhlenbeckProcessModule):
    """Takes the place of `torchrl.modules.OrnsteinUhlenbeckProcessModule`: same arguments, draws, annealing and bits.

    Kept: dt of 0.01, a scale that is annealed from 1 to 0.1 by default, `safe=False` as leave to act outside
    the bounds, and noise that never starts anew where no `InitTracker` writes `is_init`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ou.__class__ = _ReferenceProcess  # it has the parent's state, and its own way of adding a sample


class _ReferenceProcess(_OrnsteinUhlenbeckProcess):
    """The noise of one module, whose values and step numbers are kept in the tensordict."""

    def add_sample(
        self, tensordict: TensorDictBase, eps: float | Tensor = 1.0, is_init: Tensor | None = None
    ) -> TensorDictBase:
        """The tensordict with noise added to its action, and the noise beside it."""
        inside = tensordict.get(self.key[:-1]) if isinstance(self.key, tuple) and len(self.key) > 1 else tensordict
        value, steps = self._make_noise_pair(inside, tensordict, self._starts(tensordict, inside, is_init))
        previous = value + self.x0
        if self._rounds_otherwise(previous):
            return super().add_sample(tensordict, eps, is_init)
        sigma, draw = self._sigma_at(steps, previous), torch.randn_like(previous)
        noise = ornstein_uhlenbeck(previous, draw, self.theta, sigma, self.dt, self.mu)
        tensordict.set(self.noise_key, noise - self.x0)
        tensordict.set(self.key, tensordict.get(self.key) + eps * noise)
        tensordict.set(self.steps_key, steps + 1)
        return tensordict

    def _rounds_otherwise(self, previous: Tensor) -> bool:
        """Whether TorchRL rounds sigma in another precision than the noise, or constants that are tensors."""
        constants = (self.theta, self.mu, self.c, self.dt)
        return previous.dtype != torch.get_default_dtype() or any(isinstance(value, Tensor) for value in constants)

    def _sigma_at(self, steps: Tensor, previous: Tensor) -> float | Tensor:
        """Each row's sigma; it comes down with the steps of an episode where `sigma_min` was given."""
        return self.c if self.m == 0 else self.current_sigma(expand_as_right(steps, previous))

    def _starts(self, tensordict: TensorDictBase, inside: TensorDictBase, is_init: Tensor | None) -> Tensor | None:
        """Where an episode begins, in the shape of what holds the action; None: nobody says."""
        found = tensordict.get(self.is_init_key, None) if is_init is None else is_init
        if found is None:
            return None
        starts = found.squeeze(-1) if found.ndim > 1 and found.shape[-1] == 1 else found
        if starts.ndim <= inside.ndim:
            starts = expand_right(starts, inside.shape)
        else:  # one flag for each agent, say: the first to begin begins for all
            starts = starts.flatten(inside.ndim).any(-1)
        if starts.shape != inside.shape:
            raise ValueError(
                f"ReferenceOrnsteinUhlenbeckNoise needs {self.is_init_key!r} of shape {tuple(inside.shape)}, as "
                f"what holds {self.key!r}; got {tuple(found.shape)}. Give it one flag for each row."
            )
        return starts
