"""What `drop_in_speed` times: each class of TorchRL's and the drop-in for it, at the sizes of the notebook's run.

A maker gives a function of no arguments that does the work once.
"""

import torch
from tensordict import TensorDict
from torchrl.data import Bounded, LazyTensorStorage, ReplayBuffer
from torchrl.modules import AdditiveGaussianModule, OrnsteinUhlenbeckProcessModule
from torchrl.objectives import DDPGLoss, SoftUpdate, TD3Loss

from parity_tests.cases import Case, build
from reference.config import Config
from torchrl_impl.drop_in.adam import ReferenceAdam
from torchrl_impl.drop_in.ddpg_loss import ReferenceDDPGLoss
from torchrl_impl.drop_in.noise import ReferenceGaussianNoise, ReferenceOrnsteinUhlenbeckNoise
from torchrl_impl.drop_in.replay import ReferenceReplayBuffer
from torchrl_impl.drop_in.soft_update import ReferenceSoftUpdate
from torchrl_impl.drop_in.td3_loss import ReferenceTD3Loss
from torchrl_impl.networks import actor, critic
from torchrl_impl.state import tensordict_of

CASE = Case("float32", 128, "mixed", 1.0, 0.99, observation_size=3, hidden_sizes=(256, 256))
"""Pendulum-v1's sizes, and the notebook's batch and networks."""
ROWS = 10_000
"""Rows in the replay buffers."""


def frames(rows=CASE.batch_size):
    """A batch of transitions."""
    return tensordict_of(build(CASE._replace(batch_size=rows)).batch)


def loss_of(cls):
    """A loss over fresh networks, with delayed targets."""
    material, config = build(CASE), Config()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        theta = actor(config, material.space)
        phi = [critic(config, material.space) for _ in range(2)]
    if issubclass(cls, TD3Loss):
        loss = cls(theta, phi, bounds=(material.space.low, material.space.high))
    else:
        loss = cls(theta, phi[0], delay_actor=True)
    loss.make_value_estimator(gamma=0.99)
    SoftUpdate(loss, tau=0.005)
    return loss


def backward(cls):
    """Both losses of a batch, and their gradients."""
    loss, batch = loss_of(cls), frames()

    def work():
        out = loss(batch)
        sum(value for key, value in out.items() if key.startswith("loss_")).backward()

    return work


def forward(cls):
    """Both losses of a batch."""
    loss, batch = loss_of(cls), frames()
    return lambda: loss(batch)


def soft_update(cls):
    """One move of both target networks."""
    return cls(loss_of(DDPGLoss), tau=0.005).step


def adam(cls):
    """One step on actor and critic."""
    loss = loss_of(DDPGLoss)
    for value in loss.parameters():
        value.grad = torch.full_like(value, 1e-3)
    return cls(loss.parameters(), lr=1e-4).step


def noise(cls):
    """Noise on one action."""
    module = cls(spec=Bounded(-2.0, 2.0, (1,)))
    step = TensorDict({"action": torch.zeros(1), "is_init": torch.zeros(1, dtype=torch.bool)}, [])
    return lambda: module(step)


def buffer(cls):
    """A half-filled buffer."""
    made = cls(storage=LazyTensorStorage(ROWS), batch_size=CASE.batch_size, generator=torch.Generator().manual_seed(0))
    made.extend(frames(ROWS // 2))
    return made


def extend(cls):
    """One transition stored."""
    made, row = buffer(cls), frames(1)
    return lambda: made.extend(row)


def sample(cls):
    """One batch drawn."""
    return buffer(cls).sample


SUBJECTS = {
    "DDPGLoss, losses": (forward, DDPGLoss, ReferenceDDPGLoss),
    "DDPGLoss, losses and gradients": (backward, DDPGLoss, ReferenceDDPGLoss),
    "TD3Loss, losses": (forward, TD3Loss, ReferenceTD3Loss),
    "TD3Loss, losses and gradients": (backward, TD3Loss, ReferenceTD3Loss),
    "SoftUpdate, step": (soft_update, SoftUpdate, ReferenceSoftUpdate),
    "Adam, step": (adam, torch.optim.Adam, ReferenceAdam),
    "AdditiveGaussianModule": (noise, AdditiveGaussianModule, ReferenceGaussianNoise),
    "OrnsteinUhlenbeckProcessModule": (
        noise,
        OrnsteinUhlenbeckProcessModule,
        ReferenceOrnsteinUhlenbeckNoise,
    ),
    "ReplayBuffer, extend": (extend, ReplayBuffer, ReferenceReplayBuffer),
    "ReplayBuffer, sample": (sample, ReplayBuffer, ReferenceReplayBuffer),
}
"""What is timed -> its maker, TorchRL's class, the drop-in."""
