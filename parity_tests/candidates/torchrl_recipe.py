"""The loop of TorchRL's recipe, sota-implementations/ddpg, as a candidate: what it does to one batch, line by line.

The folder is no part of the installed package, so the lines are told here, on TorchRL's own objects built with the
recipe's arguments; the networks are those of `torchrl_impl`, since every user's are their own.

Source: https://github.com/pytorch/rl/blob/v0.14.1/sota-implementations/ddpg/ddpg.py, `update`; utils.py and
config.yaml for the arguments
"""

import warnings

import torch
from tensordict import TensorDict
from torchrl.objectives import DDPGLoss, SoftUpdate, group_optimizers

from parity_tests.candidates.driven import Seen, entered
from parity_tests.candidates.torchrl_loss import DrivesDDPGLoss
from parity_tests.candidates.watching import gradients_at_step
from parity_tests.conventions import Conventions
from reference.state import Batch
from torchrl_impl.networks import actor, critic
from torchrl_impl.state import tensordict_of


class Recipe(DrivesDDPGLoss):
    """Sums all that `DDPGLoss` returns: with `pred_value`, which arrives with its gradient."""

    # gamma goes in as a float, which TorchRL stores in float32.
    conventions = Conventions(
        order="simultaneous", clips_gradients=False, weight_decay=1e-4, dtypes=("float32",), rates="equal"
    )

    def build(self, at_rest: bool) -> None:
        config, space, _ = self.problem
        with torch.random.fork_rng(devices=[]):
            self.loss = DDPGLoss(
                actor_network=actor(config, space),
                value_network=critic(config, space),
                loss_function="l2",
                delay_actor=True,
                delay_value=True,
            )
        self.loss.make_value_estimator(gamma=config.gamma)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Found an eps value < 0.5")  # one case has tau = 1
            self.updater = SoftUpdate(self.loss, eps=1 - config.tau)
        self.load_networks_()
        lr = 0.0 if at_rest else config.critic_lr
        groups = [list(self.leaves(name).values()) for name in ("actor", "critic")]
        self.optimizer = group_optimizers(*(torch.optim.Adam(group, lr=lr, weight_decay=1e-4) for group in groups))
        self.load_adams_()

    def step(self, batch: Batch) -> Seen:
        with entered(DDPGLoss, "forward"), gradients_at_step(self.optimizer) as found:
            answer = self._update(tensordict_of(batch))
        return self.seen(answer, found)

    def _update(self, sample: TensorDict) -> TensorDict:
        self.optimizer.zero_grad(set_to_none=True)
        answer = self.loss(sample)
        answer.sum(reduce=True).backward()
        self.optimizer.step()
        self.updater.step()
        return answer.detach()
