"""Pipelines as people write them on TorchRL, that take the classes of their parts as an argument."""

from typing import Any, NamedTuple

import torch
from tensordict.nn import TensorDictModule, TensorDictSequential
from torch import nn
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
from torchrl.envs import Compose, GymEnv, InitTracker, RenameTransform, TransformedEnv
from torchrl.modules import (
    MLP,
    AdditiveGaussianModule,
    OrnsteinUhlenbeckProcessModule,
    ProbabilisticActor,
    TanhDelta,
    ValueOperator,
)
from torchrl.objectives import DDPGLoss, SoftUpdate, TD3Loss

from torchrl_impl.drop_in import (
    ReferenceAdam,
    ReferenceDDPGLoss,
    ReferenceGaussianNoise,
    ReferenceOrnsteinUhlenbeckNoise,
    ReferenceSoftUpdate,
    ReferenceTD3Loss,
    ReferenceTensorDictReplayBuffer,
)


class Classes(NamedTuple):
    """Who computes."""

    ddpg: type = DDPGLoss
    td3: type = TD3Loss
    soft_update: type = SoftUpdate
    replay: type = TensorDictReplayBuffer
    gaussian: type = AdditiveGaussianModule
    ornstein_uhlenbeck: type = OrnsteinUhlenbeckProcessModule
    adam: type = torch.optim.Adam


THEIRS = Classes()
OURS = Classes(
    ReferenceDDPGLoss,
    ReferenceTD3Loss,
    ReferenceSoftUpdate,
    ReferenceTensorDictReplayBuffer,
    ReferenceGaussianNoise,
    ReferenceOrnsteinUhlenbeckNoise,
    ReferenceAdam,
)

FLAT = {"observation": "observation", "action": "action"}
NESTED = {"observation": ("agent", "observation"), "action": ("agent", "action")}

CELLS: dict[str, Any] = {"num_cells": [16, 16], "activation_class": nn.ReLU}
BATCH = 16


def pendulum(keys=FLAT):
    """Pendulum-v1 with its keys under these names."""
    env = GymEnv("Pendulum-v1", device="cpu")
    if keys == FLAT:
        return TransformedEnv(env, InitTracker())
    names, new = [["observation"], [keys["observation"]]], [["action"], [keys["action"]]]
    return TransformedEnv(env, Compose(RenameTransform(*names, *new), InitTracker()))


class Built(NamedTuple):
    """The parts of a pipeline."""

    policy: TensorDictSequential  # the actor, with noise
    noise: nn.Module
    loss: nn.Module
    targets: Any
    adams: dict[str, torch.optim.Optimizer]  # by the loss that each steps on
    replay: TensorDictReplayBuffer


def build(classes, spec, keys=FLAT, td3=False, storage=LazyTensorStorage):
    """All parts, from a fixed seed.

    Args:
        classes: who computes.
        spec: of the action.
        keys: what observation and action are called.
        td3: twin critics and smoothing, with Ornstein-Uhlenbeck noise; else DDPG with Gaussian noise.
        storage: of the replay buffer.
    """
    torch.manual_seed(1)
    net = TensorDictModule(MLP(3, 1, **CELLS), in_keys=[keys["observation"]], out_keys=["param"])
    box = {"low": spec.space.low, "high": spec.space.high}
    options = {"distribution_class": TanhDelta, "distribution_kwargs": box}
    actor = ProbabilisticActor(net, ["param"], out_keys=[keys["action"]], spec=spec, **options)
    reads, answers = [keys["observation"], keys["action"]], ["state_action_value"]
    critics = [ValueOperator(MLP(4, 1, **CELLS), in_keys=reads, out_keys=answers) for _ in range(2)]
    if td3:
        noise = classes.ornstein_uhlenbeck(spec, action_key=keys["action"])
        loss = classes.td3(actor, critics, action_spec=spec)
        loss.set_keys(action=keys["action"])
        critic = loss.qvalue_network_params
    else:
        noise = classes.gaussian(spec, action_key=keys["action"], sigma_init=0.2, sigma_end=0.2)
        loss = classes.ddpg(actor, critics[0], delay_actor=True, delay_value=True)
        critic = loss.value_network_params
    loss.make_value_estimator(gamma=0.95)
    params = {"loss_qvalue" if td3 else "loss_value": critic, "loss_actor": loss.actor_network_params}
    adams = {name: classes.adam([*some.parameters()], lr=1e-2) for name, some in params.items()}
    # A generator of its own: a collector in another process must not share its draws.
    generator = torch.Generator().manual_seed(2)
    replay = classes.replay(storage=storage(150), batch_size=BATCH, generator=generator)
    targets = classes.soft_update(loss, tau=0.1)
    return Built(TensorDictSequential(actor, noise), noise, loss, targets, adams, replay)


def update_(built, batch):
    """One update of critic, actor and targets; both losses."""
    losses = []
    for name, adam in built.adams.items():
        adam.zero_grad()
        loss = built.loss(batch)[name]
        loss.backward()
        adam.step()
        losses.append(loss.detach())
    built.targets.step()
    return torch.stack(losses)


def learn_(built, collector, updates=4):
    """Trains on all that a collector brings; the losses of every update, [U, 2]."""
    losses = []
    for frames in collector:
        # Two processes number their trajectories in the order in which they happen to begin.
        built.replay.extend(frames.reshape(-1).exclude("collector"))
        built.noise.step(frames.numel())
        losses += [update_(built, built.replay.sample()) for _ in range(updates)]
        collector.update_policy_weights_()
    return torch.stack(losses)


def bits(built):
    """By name: everything that a run leaves behind."""
    state = {f"loss.{key}": value for key, value in built.loss.state_dict().items() if isinstance(value, torch.Tensor)}
    state |= {f"noise.{key}": value for key, value in built.noise.state_dict().items()}
    if len(built.replay):
        state |= {f"replay.{key}": value for key, value in built.replay[:].flatten_keys(".").items()}
    for name, adam in built.adams.items():
        for place, memory in adam.state_dict()["state"].items():
            state |= {f"adam.{name}.{place}.{key}": torch.as_tensor(value) for key, value in memory.items()}
    return state
