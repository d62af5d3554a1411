"""Batch <-> TensorDict, parameters <-> Params; the one place where TorchRL's keys are spelt.

Mirror: reference/state.py
"""

import torch
from tensordict import TensorDict, TensorDictBase

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


def params_of(network: TensorDictBase) -> Params:
    """One network's parameters of a loss module, under the reference's keys; views, detached."""
    # ("module", "0", "0", "weight"): the layer's place in its MLP and the parameter's name come last.
    return {".".join(key[-2:]): value.detach() for key, value in network.items(True, True)}


def load_params_(network: TensorDictBase, params: Params) -> None:
    """Writes `params` into one network of a loss module, in place, so that whoever shares it sees them."""
    for name, value in params_of(network).items():
        value.copy_(params[name])


def adam_state_of(optimizer: torch.optim.Adam, network: TensorDictBase) -> AdamState:
    """What `torch.optim.Adam` remembers of one network; zeros before its first step."""
    mean, square, step = {}, {}, 0
    for key, parameter in network.items(True, True):
        name, memory = ".".join(key[-2:]), optimizer.state.get(parameter, {})
        mean[name] = memory.get("exp_avg", torch.zeros_like(parameter))
        square[name] = memory.get("exp_avg_sq", torch.zeros_like(parameter))
        step = int(memory.get("step", 0))
    return AdamState(mean, square, step)


def load_adam_state_(optimizer: torch.optim.Adam, network: TensorDictBase, state: AdamState) -> None:
    """Writes one network's `AdamState` into its optimiser."""
    for key, parameter in network.items(True, True):
        name = ".".join(key[-2:])
        optimizer.state[parameter] = {
            "step": torch.tensor(float(state.step)),
            "exp_avg": state.mean[name].clone(),
            "exp_avg_sq": state.square[name].clone(),
        }
