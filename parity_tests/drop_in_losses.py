"""A loss of TorchRL's and its drop-in over equal networks, and all that comes of one batch."""

import copy
import warnings
from typing import NamedTuple

import pytest
import torch
from tensordict.nn import TensorDictModule
from torch import nn
from torchrl.modules import ValueOperator
from torchrl.objectives import DDPGLoss, TD3Loss

from parity_tests.assertions import assert_no_gradient, assert_same_bits, unchanged
from parity_tests.cases import Case, build
from torchrl_impl.drop_in.ddpg_loss import ReferenceDDPGLoss
from torchrl_impl.drop_in.td3_loss import ReferenceTD3Loss
from torchrl_impl.state import tensordict_of

OBSERVATIONS, ACTIONS = 4, 3


class Swap(NamedTuple):
    """A class, what takes its place, and what the two call their parts."""

    original: type
    replacement: type
    critic: str
    critic_loss: str  # the output
    methods: tuple[str, str]  # that compute the actor's and the critic's loss
    arguments: dict

    def __repr__(self):
        return self.original.__name__


DDPG = Swap(DDPGLoss, ReferenceDDPGLoss, "value_network", "loss_value", ("loss_actor", "loss_value"), {})
TD3 = Swap(
    TD3Loss,
    ReferenceTD3Loss,
    "qvalue_network",
    "loss_qvalue",
    ("actor_loss", "value_loss"),
    {"bounds": (torch.tensor([-2.0, -0.5, -1.0]), torch.tensor([1.0, 0.5, 3.0]))},
)


each_swap = pytest.mark.parametrize("swap", [DDPG, TD3], ids=repr)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


class Keys(NamedTuple):
    """Under which names a batch holds what the losses read."""

    observation: object = "observation"
    action: object = "action"
    value: object = "state_action_value"
    reward: object = "reward"
    terminated: object = "terminated"
    done: object = "done"
    priority: object = "td_error"

    @property
    def for_loss(self):
        """The arguments of `set_keys` for both classes; TD3's has `action` besides."""
        names = self._asdict() | {"state_action_value": self.value}
        return {name: key for name, key in names.items() if name not in ("observation", "action", "value")}


class Joined(nn.Module):
    """A critic's network over observation, action, and what else it is given."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, *inputs):
        return self.layers(torch.cat(inputs, -1))


def mlp(inputs, outputs, *, dropout=0.0):
    """Two layers; smooth, so that every gradient counts."""
    return nn.Linear(inputs, 16), nn.Tanh(), nn.Dropout(dropout), nn.Linear(16, outputs)


def networks(keys=Keys(), dtype=torch.float32, seed=3, **options):  # noqa: B008
    """An actor and two critics; the same ones for a seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        actor = nn.Sequential(*mlp(OBSERVATIONS, ACTIONS, **options), nn.Tanh()).to(dtype)
        critics = [Joined(*mlp(OBSERVATIONS + ACTIONS, 1, **options)).to(dtype) for _ in range(2)]
    reads = {"in_keys": [keys.observation, keys.action], "out_keys": [keys.value]}
    actor = TensorDictModule(actor, in_keys=[keys.observation], out_keys=[keys.action])
    return actor, [ValueOperator(critic, **reads) for critic in critics]


def typed(dtype, **options):
    """Networks of a precision, as `parts` of a pair."""
    return networks(dtype=getattr(torch, dtype), **options)


def loss(swap, cls, keys=Keys(), parts=None, seed=3, **arguments):  # noqa: B008
    """One of a swap's two classes, whose targets are apart from the online networks."""
    actor, critics = copy.deepcopy(parts) if parts else networks(keys, seed=seed)
    critic = critics if swap is TD3 else critics[0]
    made = cls(actor, critic, **{**swap.arguments, **arguments})
    made.set_keys(**keys.for_loss, **({"action": keys.action} if swap is TD3 else {}))
    disturb_targets(made)
    return made


def pair(swap, *, estimator=None, **options):
    """The original and the replacement, alike; `estimator`: arguments of `make_value_estimator`."""
    both = tuple(loss(swap, cls, **options) for cls in (swap.original, swap.replacement))
    for each in both:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="To copy construct from a tensor")
            each.make_value_estimator(**estimator or {"gamma": 0.9})
    return both


def disturb_targets(made):
    """Moves each target parameter by numbers from a seed, so that no target equals its online network."""
    generator = torch.Generator().manual_seed(11)
    for name, child in sorted(made.named_children()):
        if name.startswith("target_"):
            for value in child.values(True, True):
                value.data.add_(0.3 * torch.randn(value.shape, generator=generator, dtype=value.dtype))


def batch(rows=12, keys=Keys(), dtype="float32", shape=None, reward_scale=1.0, flags="mixed"):  # noqa: B008
    """A batch with all four combinations of the flags in turn."""
    case = Case(dtype, rows, flags, reward_scale, 0.9, action_size=ACTIONS, observation_size=OBSERVATIONS)
    frames = tensordict_of(build(case).batch)
    frames.set(("next", "reward"), frames["next", "reward"].to(frames["action"].dtype))
    for name in ("reward", "terminated", "done"):
        frames.rename_key_(("next", name), _below("next", getattr(keys, name)))
    frames.rename_key_("observation", keys.observation).rename_key_("action", keys.action)
    frames.rename_key_(("next", "observation"), _below("next", keys.observation))
    return frames.reshape(shape) if shape else frames


def results(swap, made, frames, seed=5):
    """Outputs, the TD error written, and each network's gradient of its loss; the other one has none."""
    own = frames.clone()
    found = {}
    for name, network in (("loss_actor", "actor_network"), (swap.critic_loss, swap.critic)):
        other = swap.critic if network == "actor_network" else "actor_network"
        made.zero_grad(set_to_none=True)
        with torch.random.fork_rng(devices=[]), unchanged("batch", without(own, made).to_dict()):
            torch.manual_seed(seed)
            outputs = made(own)
        outputs[name].sum().backward()
        found[f"gradient of {name}"] = {str(k): v.grad for k, v in parameters(made, network).items()}
        assert_no_gradient(other, {str(k): v for k, v in parameters(made, other).items()})
    written = {str(k): v for k, v in own.items(True, True) if k not in set(frames.keys(True, True))}
    return {"outputs": {k: v.detach() for k, v in outputs.items()}, "written": written, **found}


def assert_alike(swap, both, frames):
    """Both classes give the same bits in all of `results`."""
    original, replacement = (results(swap, made, frames) for made in both)
    assert_same_bits(repr(swap), replacement, original)


def computed(made, frames):
    """The outputs of a loss, detached, with its draws from a seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        return {name: value.detach() for name, value in made(frames.clone()).items()}


def without(frames, made):
    """A batch less the one entry that a loss writes."""
    return frames.exclude(made.tensor_keys.priority)


def parameters(made, network):
    """The online parameters of a network of a loss."""
    return dict(getattr(made, f"{network}_params").items(True, True))


def state(made):
    """Everything that a loss would save."""
    return {key: _plain(value) for key, value in made.state_dict().items()}


def _plain(value):
    return value.detach().clone() if isinstance(value, torch.Tensor) else str(value)


def _below(first, key):
    return (first, key) if isinstance(key, str) else (first, *key)
