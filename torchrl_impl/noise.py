"""Exploration by TorchRL's modules.

Mirror: reference/noise.py
"""

from torch import Tensor
from torchrl.data import Bounded
from torchrl.modules import AdditiveGaussianModule

from reference.config import Config
from torchrl_impl.config import noise_arguments


def uniform(action_spec: Bounded) -> Tensor:
    """A warm-up action [A], as `Collector` draws it during `init_random_frames`; moves the global generator."""
    return action_spec.rand()


def gaussian(config: Config, action_spec: Bounded) -> AdditiveGaussianModule:
    """The module that follows the actor in the collector's policy: adds noise to `action` and projects on the box.

    The spec is cloned, since modules write into the spec that they are given.
    """
    return AdditiveGaussianModule(spec=action_spec.clone(), device=config.device, **noise_arguments(config))
