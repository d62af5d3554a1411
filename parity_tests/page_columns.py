"""README.md's block in two columns, each run as it stands on one batch, and what both leave."""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_
from torchrl.objectives import DDPGLoss

from parity_tests.cases import Material
from parity_tests.variants import frames_of
from reference import losses, networks, optim, targets
from reference.state import AdamState, Params
from torchrl_impl import networks as torchrl_networks
from torchrl_impl.state import adam_state_of, load_adam_state_, load_params_, named_params, params_of

RIGHT = "# torchrl_impl/"
"""What the right column begins with."""


class Computed(NamedTuple):
    """What a critic's update computes."""

    target: Tensor
    loss: Tensor
    raw: Params
    norm: Tensor
    clipped: Params
    critic: Params
    adam: AdamState


def divide(text: str) -> tuple[str, str]:
    """Both columns of a block, each as it would stand alone."""
    lines = text.splitlines()
    place = lines[0].index(RIGHT)
    return "\n".join(line[:place].rstrip() for line in lines), "\n".join(line[place:] for line in lines)


def stepped(text: str, names: dict[str, Any]) -> Iterator[str]:
    """Runs a text statement by statement; the source of each, after it ran."""
    for statement in ast.parse(text).body:
        source = ast.unparse(statement)
        exec(source, names)
        yield source


def left(text: str, material: Material) -> Computed:
    """By the functions of `reference/`; `...` stands for the arguments that `update` hands over as well."""
    config, state, batch = material.config, material.state, material.batch
    names: dict[str, Any] = {"state": state, "space": material.space, "gamma": config.gamma}
    names |= {"s": batch.observation, "a": batch.action, "s_next": batch.next_observation}
    names |= {"reward": batch.reward, "terminated": batch.terminated, "max_norm": config.grad_clip_norm}
    names |= {"actor": networks.actor, "critic": networks.critic, "td_target": targets.td_target}
    names |= {"critic_loss": losses.critic_loss, "gradient": optim.gradient, "adam_state": state.critic_adam}
    names |= {"clip_by_global_norm": optim.clip_by_global_norm, "adam": optim.adam, "lr": config.critic_lr}
    raw = None
    for source in stepped(text.replace("...", "adam_state, lr"), names):
        raw = names["grads"] if "gradient(" in source else raw
    found = [names[name] for name in ("norm", "grads", "phi", "critic_adam")]
    return Computed(names["target"], names["loss"], raw, *found)


def right(text: str, material: Material) -> Computed:
    """By TorchRL's classes; networks and Adam's state are loaded as soon as what holds them is made."""
    config, state = material.config, material.state
    names: dict[str, Any] = {"actor": torchrl_networks.actor(config, material.space), "gamma": config.gamma}
    names |= {"critic": torchrl_networks.critic(config, material.space), "batch": frames_of(material)}
    names |= {"DDPGLoss": DDPGLoss, "Adam": torch.optim.Adam, "clip_grad_norm_": clip_grad_norm_}
    names |= {"lr": config.critic_lr, "max_norm": config.grad_clip_norm}
    raw = None
    for source in stepped(text, names):
        if source.startswith("loss_module = "):
            held = names["loss_module"].value_network_params
            names["params"] = list(held.values(True, True))
            load_params_(held, state.critic)
            load_params_(names["loss_module"].target_actor_network_params, state.target_actor)
            load_params_(names["loss_module"].target_value_network_params, state.target_critic)
        if source.startswith("optimizer = "):
            load_adam_state_(names["optimizer"], held, state.critic_adam)
        if source.startswith("loss.backward("):
            raw = _grads(held)
    found = [names["metadata"]["target_value"], names["loss"].detach(), raw, names["norm"], _grads(held)]
    return Computed(*found, params_of(held), adam_state_of(names["optimizer"], held))


def _grads(network) -> Params:
    return {name: parameter.grad.clone() for name, parameter in named_params(network)}
