"""The reference's target and losses on plain tensors and your own `nn.Module`s: no TensorDict, no TorchRL.

python examples/plain_tensors.py
"""

import copy

import torch
from torch import Tensor, nn

from reference.losses import actor_loss, critic_loss
from reference.soft_update import soft_update
from reference.targets import td_target

GAMMA, TAU = 0.99, 0.005


class Critic(nn.Module):
    """Q(s, a), [B]."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, observation: Tensor, action: Tensor) -> Tensor:
        """The last dimension is squeezed: the losses refuse [B, 1], which would broadcast."""
        return self.net(torch.cat([observation, action], dim=-1)).squeeze(-1)


def main() -> None:
    """One update a batch, on batches of random numbers, until the critic fits them better."""
    torch.manual_seed(0)
    actor, critic = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 1), nn.Tanh()), Critic()
    target_actor, target_critic = copy.deepcopy(actor), copy.deepcopy(critic)
    actor_adam, critic_adam = (torch.optim.Adam(net.parameters(), lr=1e-3) for net in (actor, critic))
    observation, action, following = torch.randn(32, 3), torch.rand(32, 1) * 2 - 1, torch.randn(32, 3)
    reward, terminated = torch.randn(32), torch.rand(32) < 0.2
    losses = []
    for _ in range(200):
        with torch.no_grad():
            next_value = target_critic(following, target_actor(following))
        target = td_target(reward, terminated, next_value, GAMMA)
        loss = critic_loss(critic(observation, action), target)
        losses.append(loss.item())
        critic_adam.zero_grad()
        loss.backward()
        critic_adam.step()
        actor_adam.zero_grad()
        actor_loss(critic(observation, actor(observation))).backward()
        actor_adam.step()
        for online, delayed in ((actor, target_actor), (critic, target_critic)):
            delayed.load_state_dict(soft_update(delayed.state_dict(), online.state_dict(), TAU))
    print(f"critic loss {losses[0]:.3f} at first, {losses[-1]:.3f} after {len(losses)} updates")
    assert losses[-1] < losses[0] / 2


if __name__ == "__main__":
    main()
