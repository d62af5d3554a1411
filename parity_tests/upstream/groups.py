"""Which of TorchRL's tests judge which drop-ins."""

from typing import NamedTuple


class Group(NamedTuple):
    """Tests of a checkout of pytorch/rl."""

    judges: str  # in words, for the table
    tests: tuple[str, ...]  # files or classes, below test/
    names: tuple[str, ...] = ()  # that must be found replaced, or the run shows nothing


GROUPS = {
    "ddpg": Group("`TestDDPG`", ("objectives/test_ddpg.py::TestDDPG",), names=("DDPGLoss", "SoftUpdate")),
    "td3": Group("`TestTD3`", ("objectives/test_ddpg.py::TestTD3",), names=("TD3Loss", "SoftUpdate")),
    "losses": Group(
        "`test_loss_module.py`: updaters, and what all losses share",
        ("objectives/test_loss_module.py",),
        names=("DDPGLoss", "TD3Loss", "SoftUpdate"),
    ),
    "exploration": Group(
        "`test_exploration.py`: Ornstein-Uhlenbeck, Gaussian",
        ("test_exploration.py::TestOrnsteinUhlenbeckProcess", "test_exploration.py::TestAdditiveGaussian"),
        names=("AdditiveGaussianModule", "OrnsteinUhlenbeckProcessModule"),
    ),
    "replay": Group("`rb/test_rb_core.py`", ("rb/test_rb_core.py",), names=("ReplayBuffer",)),
    "writers": Group("`rb/test_writers.py`", ("rb/test_writers.py",), names=("ReplayBuffer",)),
    "samplers": Group("`rb/test_samplers.py`", ("rb/test_samplers.py",), names=("ReplayBuffer",)),
}
