"""The same transition and update by `torchrl_impl/`: TorchRL's own objects, stopped at each line of their update."""

from typing import Any

import torch
from walkthrough_sides import CONFIG, Numbers

from reference.config import Config
from torchrl_impl import train as torchrl_train
from torchrl_impl.losses import actor_loss, critic_loss
from torchrl_impl.networks import evaluate_networks
from torchrl_impl.optim import clip_by_global_norm_
from torchrl_impl.replay import add_, replay_of, sample
from torchrl_impl.soft_update import soft_update_
from torchrl_impl.state import adam_state_of, batch_of, critic_params, named_params, params_of
from torchrl_impl.streams import episode_seed, lend
from torchrl_impl.update import Learner, default_parts


def torchrl_numbers(config: Config = CONFIG) -> Numbers:
    """What `torchrl_impl/` computes."""
    run = torchrl_train.init_run(config, None, torchrl_train.Progress(0, 0, 0, None), default_parts)
    loss = run.learner.loss
    seen: Numbers = {"episode seed": episode_seed(config.seed, 1)}
    seen |= {"actor": copied(loss.actor_network_params), "critic": copied(critic_params(loss))}
    with lend(run.generators.explore):
        for step in range(config.total_steps or 0):
            copy = torch.Generator()
            copy.set_state(torch.get_rng_state())
            row = len(run.buffer)
            frame = next(run.frames)
            if step == 0:
                seen["first observation"] = frame["observation"][0].clone()
            add_(run.buffer, frame)
    run.collector.shutdown()
    transition = type(batch_of(frame))(*(column[0] for column in batch_of(frame)))
    greedy, _ = evaluate_networks(loss, transition.observation)
    draw = torch.normal(torch.zeros(1), torch.ones(1), generator=copy)
    seen |= {"observation": transition.observation, "policy's action": greedy, "draw": draw}
    seen |= {"action": transition.action, "transition": transition, "row": row, "rows held": replay_of(run.buffer).size}
    indices, batch = sample(run.buffer, config.batch_size)
    seen |= {"indices": indices, "batch": batch_of(batch)}
    return seen | torchrl_update_numbers(run.learner, batch, config)


def torchrl_update_numbers(learner: Learner, batch: Any, config: Config) -> Numbers:
    """The update of `torchrl_impl/update.py`, taken apart."""
    loss = learner.loss
    seen = target_numbers(loss, batch)
    cost, value, target = critic_loss(loss, batch)
    learner.critic_adam.zero_grad()
    cost.backward()
    seen |= {"target": target, "value": value, "td_error": value - target, "critic loss": cost.detach()}
    seen |= step("critic", critic_params(loss), learner.critic_adam, config)

    cost = actor_loss(loss, batch)
    learner.actor_adam.zero_grad()
    cost.backward()
    seen |= {"actor loss": cost.detach(), **step("actor", loss.actor_network_params, learner.actor_adam, config)}

    soft_update_(learner.updater)
    seen["new target actor"] = params_of(loss.target_actor_network_params)
    return seen | {"new target critic": params_of(loss.target_value_network_params)}


def target_numbers(loss: Any, batch: Any) -> Numbers:
    """The target networks' answers, which `DDPGLoss` computes and keeps to itself."""
    following = batch["next"].select("observation")
    with torch.no_grad():
        with loss.target_actor_network_params.to_module(loss.actor_network):
            following = loss.actor_network(following)
        with loss.target_value_network_params.to_module(loss.value_network):
            following = loss.value_network(following)
    return {"next action": following["action"], "next value": following["state_action_value"].squeeze(-1)}


def step(name: str, network: Any, optimizer: torch.optim.Adam, config: Config) -> Numbers:
    """Clips and steps one network, whose gradient lies in `.grad`."""
    raw = {key: value.grad.clone() for key, value in named_params(network)}
    norm = clip_by_global_norm_(network, config.grad_clip_norm)
    clipped = {key: value.grad.clone() for key, value in named_params(network)}
    optimizer.step()
    memory = adam_state_of(optimizer, network)
    found = {f"{name} gradient": raw, f"{name} norm": norm, f"{name} clipped": clipped}
    return found | {f"{name} mean": memory.mean, f"{name} square": memory.square, f"new {name}": copied(network)}


def copied(network: Any) -> dict[str, torch.Tensor]:
    """A network's parameters as they are now."""
    return {name: value.clone() for name, value in params_of(network).items()}
