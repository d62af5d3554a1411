"""What candidates share whose networks live in TorchRL's `DDPGLoss`, with one optimiser for both."""

import torch
from tensordict import TensorDict
from torch import Tensor
from torchrl.objectives import DDPGLoss

from parity_tests.candidate import Gradients, Losses
from parity_tests.candidates.driven import Driven, Seen
from parity_tests.candidates.torch_adam import load_adam_
from reference.state import Params
from torchrl_impl.state import load_params_, params_of

NETWORKS = {
    "actor": "actor_network_params",
    "critic": "value_network_params",
    "target_actor": "target_actor_network_params",
    "target_critic": "target_value_network_params",
}


class DrivesDDPGLoss(Driven):
    """`build` makes `loss`, then its updater, then loads the networks: the updater overwrites targets when built."""

    loss: DDPGLoss
    optimizer: torch.optim.Optimizer

    def networks(self) -> dict[str, Params]:
        found = {name: params_of(getattr(self.loss, path)) for name, path in NETWORKS.items()}
        return {name: {k: value.clone() for k, value in params.items()} for name, params in found.items()}

    def action(self, observation: Tensor) -> Tensor:
        return self.loss.actor_network(observation).detach()

    def value(self, observation: Tensor, action: Tensor) -> Tensor:
        return self.loss.value_network(observation, action).squeeze(-1).detach()

    def leaves(self, network: str) -> Params:
        """One network's parameters, under the reference's names."""
        params = getattr(self.loss, NETWORKS[network])
        return {".".join(key[-2:]): value for key, value in params.items(True, True)}

    def load_networks_(self) -> None:
        """Writes the problem's four networks into the loss module."""
        for path, params in zip(NETWORKS.values(), self.problem.state[:4], strict=True):
            load_params_(getattr(self.loss, path), params)

    def load_adams_(self) -> None:
        """Writes both of the problem's Adam states into the optimiser."""
        load_adam_(self.optimizer, self.leaves("actor"), self.problem.state.actor_adam)
        load_adam_(self.optimizer, self.leaves("critic"), self.problem.state.critic_adam)

    def seen(self, answer: TensorDict, found: dict[Tensor, Tensor]) -> Seen:
        """What the loss module answered, and the gradients that its parameters stepped by."""
        grads = {name: {k: found[p] for k, p in self.leaves(name).items()} for name in ("critic", "actor")}
        losses = Losses(answer["loss_value"].detach(), answer["loss_actor"].detach())
        return Seen(answer["target_value"].detach(), losses, Gradients(**grads))
