"""TorchRL's classes with the reference's arithmetic inside; docs/swap.md."""

from torchrl_impl.drop_in.adam import ReferenceAdam
from torchrl_impl.drop_in.ddpg_loss import ReferenceDDPGLoss
from torchrl_impl.drop_in.noise import ReferenceGaussianNoise, ReferenceOrnsteinUhlenbeckNoise
from torchrl_impl.drop_in.replay import ReferenceReplayBuffer, ReferenceTensorDictReplayBuffer
from torchrl_impl.drop_in.shadow import ShadowDDPGLoss
from torchrl_impl.drop_in.soft_update import ReferenceSoftUpdate
from torchrl_impl.drop_in.td3_loss import ReferenceTD3Loss

__all__ = [
    "ReferenceAdam",
    "ReferenceDDPGLoss",
    "ReferenceGaussianNoise",
    "ReferenceOrnsteinUhlenbeckNoise",
    "ReferenceReplayBuffer",
    "ReferenceSoftUpdate",
    "ReferenceTD3Loss",
    "ReferenceTensorDictReplayBuffer",
    "ShadowDDPGLoss",
]
