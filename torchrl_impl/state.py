"""Batch <-> TensorDict, parameters <-> Params; the one place where TorchRL's keys are spelt.

Mirror: reference/state.py
"""

from collections.abc import Iterator

import torch
from tensordict import TensorDict, TensorDictBase
from tensordict.nn import TensorDictModule
from torch import Tensor
from torchrl.objectives import DDPGLoss, TD3Loss

from reference.state import AdamState, Batch, Params

KEYS = [
    "observation",
    "action",
    ("next", "reward"),
    ("next", "observation"),
    ("next", "terminated"),
    ("next", "truncated"),
    ("next", "done"),
]
"""What replay stores of a frame; the last is `terminated | truncated`."""

STEPS = "steps_to_next_obs"
"""Environment steps that a row of n-step returns spans; the value estimator reads it, and takes one for none."""


def batch_of(frames: TensorDictBase) -> Batch:
    """The transitions of a TensorDict [B] as a `Batch`; views, with TorchRL's trailing [.., 1] gone."""
    following = frames.get("next")
    return Batch(
        observation=frames.get("observation"),
        action=frames.get("action"),
        reward=following.get("reward").squeeze(-1),
        next_observation=following.get("observation"),
        terminated=following.get("terminated").squeeze(-1),
        truncated=following.get("truncated").squeeze(-1),
    )


def tensordict_of(batch: Batch) -> TensorDict:
    """A `Batch` as the TensorDict [B] that `DDPGLoss` reads; tensors are shared, not copied."""
    terminated, truncated = batch.terminated.unsqueeze(-1), batch.truncated.unsqueeze(-1)
    following = {
        "observation": batch.next_observation,
        "reward": batch.reward.unsqueeze(-1),
        "terminated": terminated,
        "truncated": truncated,
        "done": terminated | truncated,
    }
    source = {"observation": batch.observation, "action": batch.action, "next": following}
    return TensorDict(source, batch_size=batch.reward.shape, device=batch.reward.device)


def critic_network(loss_module: DDPGLoss | TD3Loss) -> TensorDictModule:
    """The critic that a loss calls with its parameters, or its first one."""
    return loss_module.qvalue_network if isinstance(loss_module, TD3Loss) else loss_module.value_network


def critic_params(loss_module: DDPGLoss | TD3Loss) -> TensorDictBase:
    """The critic's parameters; of `TD3Loss` stacked, each [n, ...]."""
    return loss_module.qvalue_network_params if isinstance(loss_module, TD3Loss) else loss_module.value_network_params


def target_critic_params(loss_module: DDPGLoss | TD3Loss) -> TensorDictBase:
    """Likewise of the target critic."""
    is_td3 = isinstance(loss_module, TD3Loss)
    return loss_module.target_qvalue_network_params if is_td3 else loss_module.target_value_network_params


def named_params(network: TensorDictBase) -> Iterator[tuple[str, Tensor]]:
    """One network's parameters of a loss module with the reference's keys, in the reference's order."""
    items = list(network.items(True, True))
    # ("module", "0", "0", "weight"): the layer's place in its MLP and the parameter's name come last. Of
    # `DdpgMlpQNet` there are two: the second one's places go on behind the ReLU that ends the first.
    first = [int(key[-2]) for key, _ in items if "mlp1" in key]
    for key, value in items:
        place = int(key[-2]) + (max(first) + 2 if "mlp2" in key else 0)
        yield f"{place}.{key[-1]}", value


def params_of(network: TensorDictBase) -> Params:
    """One network's parameters of a loss module, under the reference's keys; views, detached."""
    return {name: value.detach() for name, value in named_params(network)}


def load_params_(network: TensorDictBase, params: Params) -> None:
    """Writes `params` into one network of a loss module, in place, so that whoever shares it sees them."""
    for name, value in params_of(network).items():
        value.copy_(params[name])


def adam_state_of(optimizer: torch.optim.Adam, network: TensorDictBase) -> AdamState:
    """What `torch.optim.Adam` remembers of one network; zeros before its first step."""
    mean, square, step = {}, {}, 0
    for name, parameter in named_params(network):
        memory = optimizer.state.get(parameter, {})
        mean[name] = memory.get("exp_avg", torch.zeros_like(parameter))
        square[name] = memory.get("exp_avg_sq", torch.zeros_like(parameter))
        step = int(memory.get("step", 0))
    return AdamState(mean, square, step)


def load_adam_state_(optimizer: torch.optim.Adam, network: TensorDictBase, state: AdamState) -> None:
    """Writes one network's `AdamState` into its optimiser."""
    for name, parameter in named_params(network):
        optimizer.state[parameter] = {
            "step": torch.tensor(float(state.step)),
            "exp_avg": state.mean[name].clone(),
            "exp_avg_sq": state.square[name].clone(),
        }
