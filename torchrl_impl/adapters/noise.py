"""TorchRL's exploration modules in the plain loop."""

import torch
from tensordict import TensorDict
from torch import Tensor
from torchrl.data import Bounded

from reference.config import Config
from reference.state import Noise, Space
from torchrl_impl.adapters.draws import hand
from torchrl_impl.noise import explore, load_scale_

_VALUE, _STEPS = "_ou_prev_noise", "_ou_steps"
"""Where `OrnsteinUhlenbeckProcessModule` keeps in a TensorDict what it remembers."""


class NoiseInTheLoop:
    """`explore` as the plain loop calls it, by `AdditiveGaussianModule` or `OrnsteinUhlenbeckProcessModule`.

    What the noise remembers, and its scale, are the loop's: written into the module before each step, and read after.
    """

    def __init__(self, config: Config, space: Space) -> None:
        action_spec = Bounded(space.low, space.high, dtype=config.torch_dtype, device=config.device)
        self.torchrl = explore(config, action_spec)

    def explore(self, action: Tensor, draw: Tensor, noise: Noise, config: Config, space: Space) -> tuple[Tensor, Noise]:
        """The policy's action with noise; arguments as those of `explore` in reference/noise.py."""
        load_scale_(self.torchrl, noise.scale)
        # The loop hands zeros in at an episode's first step, which is what `is_init` would make of any value.
        remembered = {_VALUE: noise.value, _STEPS: torch.zeros((), dtype=torch.int64)}
        frame = TensorDict({"action": action, "is_init": torch.zeros(1, dtype=torch.bool), **remembered})
        with torch.no_grad(), hand(draw):
            frame = self.torchrl(frame)
        return frame["action"], noise._replace(value=frame[_VALUE])
