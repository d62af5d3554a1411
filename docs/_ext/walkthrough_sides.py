"""One transition and the update after it, by both sides' own functions, with every number on the way.

The order is that of `run_episode` and `update` of each side; `check` holds the end against what their `train` yields.
"""

from collections.abc import Callable
from typing import Any

import torch

from harness.difference import first_difference
from reference import noise, optim, replay
from reference import train as reference_train
from reference import update as reference_update
from reference.config import Config
from reference.envs import env_space, make_env, reset
from reference.learner import learner
from reference.losses import actor_loss, critic_loss
from reference.networks import actor, critic
from reference.soft_update import soft_update
from reference.streams import episode_seed, open_streams
from reference.targets import td_target, terminal
from reference.update import default_parts

CONFIG = Config(
    env_id="Pendulum-v1",
    seed=73,
    hidden_sizes=(4, 4),
    batch_size=3,
    replay_size=8,
    start_steps=3,
    update_after=4,
    total_steps=4,
    probe_n=1,
)
"""Three random steps fill replay; the fourth is the policy's own, and the first update follows it."""

Numbers = dict[str, Any]
"""Name of a quantity -> tensors or plain values."""


def reference_numbers(config: Config = CONFIG) -> Numbers:
    """What `reference/` computes."""
    env = make_env(config)
    space = env_space(env, config)
    run = reference_train.Run(
        env, space, config, open_streams(config.seed), default_parts, learner(space, config, default_parts, "autograd")
    )
    state = reference_train.init_run(run)
    networks, ring, still = state.networks, state.replay, noise.init_noise(config, space)
    seen: Numbers = {"episode seed": episode_seed(config.seed, 1), "actor": networks.actor, "critic": networks.critic}
    observation = seen["first observation"] = reset(env, config, 1)
    for step in range(config.total_steps or 0):
        copy = run.generators.explore.clone_state()
        row = ring.cursor
        transition, still = reference_train.interact(run, networks, still, observation, step)
        ring, observation = replay.add_(ring, transition), transition.next_observation
    env.close()
    greedy = actor(networks.actor, transition.observation, space)
    seen |= {"observation": transition.observation, "policy's action": greedy, "action": transition.action}
    seen |= {"draw": torch.randn(1, generator=copy), "transition": transition, "row": row, "rows held": ring.size}
    indices, batch = replay.sample(ring, run.generators.replay, config.batch_size)
    seen |= {"indices": indices, "batch": batch}
    return seen | reference_update_numbers(networks, batch, space, config)


def reference_update_numbers(state: Any, batch: Any, space: Any, config: Config) -> Numbers:
    """The update of `reference/update.py`, taken apart."""
    next_action = actor(state.target_actor, batch.next_observation, space)
    next_value = critic(state.target_critic, batch.next_observation, next_action)
    target = td_target(batch.reward, terminal(batch, False), next_value, config.gamma)
    seen: Numbers = {"next action": next_action, "next value": next_value, "target": target}

    grads, loss, value, _ = reference_update.critic_gradient(state, batch, space, config)
    assert loss == critic_loss(value, target)
    clipped, norm = optim.clip_by_global_norm(grads, config.grad_clip_norm)
    phi, memory = optim.adam(state.critic, clipped, state.critic_adam, config.critic_lr)
    seen |= {"value": value, "td_error": value - target, "critic loss": loss, "critic gradient": grads}
    seen |= {"critic norm": norm, "critic clipped": clipped, "critic mean": memory.mean, "critic square": memory.square}

    grads, loss, value = reference_update.actor_gradient(state.actor, phi, batch, space)
    assert loss == actor_loss(value)
    clipped, norm = optim.clip_by_global_norm(grads, config.grad_clip_norm)
    theta, memory = optim.adam(state.actor, clipped, state.actor_adam, config.actor_lr)
    seen |= {"new critic": phi, "actor loss": loss, "actor gradient": grads, "actor norm": norm}
    seen |= {"actor clipped": clipped, "actor mean": memory.mean, "actor square": memory.square, "new actor": theta}

    tau = 1.0 - (1.0 - config.tau)
    seen["new target actor"] = soft_update(state.target_actor, theta, tau)
    return seen | {"new target critic": soft_update(state.target_critic, phi, tau)}


def recorded(train: Callable[[Config], Any], config: Config = CONFIG) -> Numbers:
    """What a side's own `train` yields of the same run."""
    episodes = train(config)
    record, state = next(episodes)
    episodes.close()
    networks = state.networks
    return {
        "return": record.episode_return,
        "last step": record.last_step,
        "last update": record.last_update,
        "terminated at the end": record.terminated,
        "truncated at the end": record.truncated,
        "updates": record.updates,
        "new actor": networks.actor,
        "new critic": networks.critic,
        "new target actor": networks.target_actor,
        "new target critic": networks.target_critic,
    }


def check(side: str, seen: Numbers, record: Numbers) -> None:
    """Refuses a walk that did not end where the side's own run ends.

    Raises:
        ValueError: naming the first quantity that differs.
    """
    for name in ("new actor", "new critic", "new target actor", "new target critic"):
        found = first_difference(name, seen[name], record[name])
        if found is not None:
            raise ValueError(f"the walkthrough of {side} is not its run: {found}")
