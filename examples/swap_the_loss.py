"""A TorchRL script, and the one line of it that changes: train with `DDPGLoss`, then with the reference inside.

python examples/swap_the_loss.py
"""

import torch
from tensordict.nn import TensorDictModule, TensorDictSequential
from torchrl.collectors import Collector
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
from torchrl.envs import GymEnv
from torchrl.modules import MLP, AdditiveGaussianModule, ProbabilisticActor, TanhDelta, ValueOperator
from torchrl.objectives import DDPGLoss, SoftUpdate

from torchrl_impl.drop_in import ReferenceDDPGLoss

STEPS, BATCH = 400, 64
COLLECT = {"auto_register_policy_transforms": True}  # as TorchRL will do by itself from 0.15 on


def train(loss_class: type[DDPGLoss]) -> tuple[list[float], torch.Tensor]:
    """The critic's losses, and all of the actor's weights at the end."""
    torch.manual_seed(0)
    env = GymEnv("Pendulum-v1", device="cpu")
    env.set_seed(0)
    spec = env.action_spec
    cells = {"num_cells": [64, 64], "activation_class": torch.nn.ReLU}
    net = TensorDictModule(MLP(3, 1, **cells), in_keys=["observation"], out_keys=["param"])
    box = {"low": spec.space.low, "high": spec.space.high}
    actor = ProbabilisticActor(net, ["param"], spec=spec, distribution_class=TanhDelta, distribution_kwargs=box)
    critic = ValueOperator(MLP(4, 1, **cells), in_keys=["observation", "action"])
    noise = AdditiveGaussianModule(spec, sigma_init=0.2, sigma_end=0.2)
    collector = Collector(env, TensorDictSequential(actor, noise), frames_per_batch=1, total_frames=STEPS, **COLLECT)
    replay = TensorDictReplayBuffer(storage=LazyTensorStorage(STEPS), batch_size=BATCH)
    loss = loss_class(actor, critic, delay_actor=True, delay_value=True)
    loss.make_value_estimator(gamma=0.99)
    targets = SoftUpdate(loss, tau=0.005)
    actor_adam = torch.optim.Adam(loss.actor_network_params.flatten_keys().values(), lr=1e-3)
    critic_adam = torch.optim.Adam(loss.value_network_params.flatten_keys().values(), lr=1e-3)
    losses = []
    for frames in collector:
        replay.extend(frames.reshape(-1))
        if len(replay) < BATCH:
            continue
        batch = replay.sample()
        for name, adam in (("loss_value", critic_adam), ("loss_actor", actor_adam)):
            adam.zero_grad()
            value = loss(batch)[name]
            value.backward()
            adam.step()
            losses.append(value.item())
        targets.step()
    return losses, torch.cat([value.flatten() for value in loss.actor_network_params.detach().flatten_keys().values()])


if __name__ == "__main__":
    torch.set_num_threads(1)  # faster than two for networks of this size
    (theirs, their_actor), (ours, our_actor) = train(DDPGLoss), train(ReferenceDDPGLoss)
    print(f"losses of the last update: {theirs[-2:]} and {ours[-2:]}")
    assert theirs == ours and torch.equal(their_actor, our_actor)
    print(f"{len(ours) // 2} updates: every loss and every weight of the actor is the same to the bit")
