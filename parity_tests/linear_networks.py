"""TorchRL networks and batches whose losses can be worked by hand.

Unless a test says otherwise: mu(s) = s, Q(s, a) = 2a, gamma = 0.5, and every row has s = a = r = s' = 1
and goes on, so that the target is 1 + 0.5 * 2 = 2, which is Q(s, a).
"""

import pytest
import torch
from tensordict import TensorDict
from tensordict.nn import TensorDictModule
from torch import nn
from torchrl.modules import ValueOperator
from torchrl.objectives import DDPGLoss, TD3Loss, ValueEstimators

no_updater = pytest.mark.filterwarnings("ignore:No target network updater has been associated")
"""For files whose losses are looked at and not trained. Building an updater to be rid of the warning is no
cure: on a `TD3Loss` that fails before 0.14 (mended by #4077)."""


class Multiply(nn.Module):
    """Its last input times one parameter."""

    def __init__(self, factor, dtype=torch.float32):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor([factor], dtype=dtype))

    def forward(self, *inputs):
        return self.factor * inputs[-1]


def linear_actor(factor=1.0, dtype=torch.float32):
    """mu(s) = factor * s."""
    return TensorDictModule(Multiply(factor, dtype), in_keys=["observation"], out_keys=["action"])


def linear_critic(factor=2.0, dtype=torch.float32):
    """Q(s, a) = factor * a."""
    return ValueOperator(Multiply(factor, dtype), in_keys=["observation", "action"])


def linear_loss(actor=None, critic=None, gamma=0.5, **arguments):
    """`DDPGLoss` of one actor and one critic, with a target actor."""
    loss = DDPGLoss(actor or linear_actor(), critic or linear_critic(), **{"delay_actor": True, **arguments})
    loss.make_value_estimator(ValueEstimators.TD0, gamma=gamma)
    return loss


def td3_loss(critics, actor=None, bound=1.0, gamma=0.5, **arguments):
    """`TD3Loss` for actions from -bound to bound; a list of critics keeps their weights."""
    loss = TD3Loss(actor or linear_actor(), critics, bounds=(-bound, bound), **arguments)
    loss.make_value_estimator(ValueEstimators.TD0, gamma=gamma)
    return loss


def column(*values, dtype=None):
    """[B, 1], one value a row."""
    return torch.tensor(values, dtype=dtype).unsqueeze(-1)


def transitions(count=2, dtype=torch.float32, **following):
    """`count` rows of ones that go on; `following` replaces columns of what follows the action."""
    one, no = torch.ones(count, 1, dtype=dtype), torch.zeros(count, 1, dtype=torch.bool)
    after = {"observation": one.clone(), "reward": one.clone(), "terminated": no, "done": no.clone()}
    source = {"observation": one.clone(), "action": one.clone(), "next": {**after, **following}}
    return TensorDict(source, batch_size=[count])


def target_of(loss, batch):
    """[B]; the target that `DDPGLoss` regresses on."""
    return loss.loss_value(batch)[1]["target_value"]


def fill_(params, value):
    """Sets every tensor of a loss module's network to one number."""
    for tensor in params.values(True, True):
        tensor.data.fill_(value)


def numbers(params):
    """Every number of a loss module's network, in order."""
    return [number for tensor in params.values(True, True) for number in tensor.flatten().tolist()]
