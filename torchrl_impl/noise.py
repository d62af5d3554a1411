"""Exploration by TorchRL's modules.

Mirror: reference/noise.py
"""

from tensordict.nn import TensorDictModuleBase
from torch import Tensor
from torchrl.data import Bounded
from torchrl.modules import AdditiveGaussianModule, OrnsteinUhlenbeckProcessModule

from reference.config import Config
from torchrl_impl.config import gaussian_arguments, ornstein_uhlenbeck_arguments


def uniform(action_spec: Bounded) -> Tensor:
    """A warm-up action [A], as `Collector` draws it during `init_random_frames`; moves the global generator."""
    return action_spec.rand()


def gaussian(config: Config, action_spec: Bounded) -> AdditiveGaussianModule:
    """The module that follows the actor in the collector's policy: adds noise to `action` and projects on the box.

    The spec is cloned, since modules write into the spec that they are given.
    """
    return AdditiveGaussianModule(spec=action_spec.clone(), device=config.device, **gaussian_arguments(config))


def ornstein_uhlenbeck(config: Config, action_spec: Bounded) -> OrnsteinUhlenbeckProcessModule:
    """Likewise, with noise that remembers; it starts anew where `InitTracker` writes `is_init`, and else never.

    With `safe=False`, as TorchRL's recipe for DDPG has it, nothing is projected on the box, whatever the
    documentation says: actions outside it step the environment, and are what replay holds. With its dt of 0.01 and
    the paper's theta and sigma, noise starts small and keeps its sign for long; reference/noise.py has the numbers.
    """
    return OrnsteinUhlenbeckProcessModule(
        spec=action_spec.clone(), device=config.device, **ornstein_uhlenbeck_arguments(config)
    )


def explore(config: Config, action_spec: Bounded) -> TensorDictModuleBase:
    """The module of the configured noise."""
    return (gaussian if config.noise == "gaussian" else ornstein_uhlenbeck)(config, action_spec)


def anneal_(module: TensorDictModuleBase, config: Config) -> None:
    """One step of annealing, an environment step after the other; without `.step()` nothing is brought down."""
    if config.noise_anneal_steps is not None:
        module.step()


def scale_of(module: TensorDictModuleBase) -> Tensor:
    """[]: the buffer that annealing brings down."""
    return module.sigma if isinstance(module, AdditiveGaussianModule) else module.eps


def load_scale_(module: TensorDictModuleBase, scale: Tensor) -> None:
    """Writes the scale of a `RunState` into a module."""
    scale_of(module).copy_(scale)
