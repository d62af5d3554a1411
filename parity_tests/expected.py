"""What the reference computes under a candidate's conventions: the answers of every rung."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from parity_tests.candidate import Gradients, Losses, Problem
from parity_tests.conventions import Conventions
from reference import losses, optim
from reference.networks import actor
from reference.soft_update import soft_update
from reference.state import AdamState, Batch, Params, TrainState
from reference.update import Parts, actor_gradient, critic_gradient, update

NETWORKS = ("actor", "critic", "target_actor", "target_critic")


class Expected(NamedTuple):
    """Answers by rung, each as its candidate's methods give it."""

    networks: dict[str, Tensor]
    targets: Tensor
    losses: Losses
    gradients: Gradients
    soft_update: dict[str, Params]
    update: dict[str, dict[str, Params]]  # after the first and after the second of two updates in a row

    def of(self, rung: str) -> Any:
        """The answer of one rung."""
        return getattr(self, rung.replace(" ", "_"))


def expected(problem: Problem, batch: Batch, conventions: Conventions) -> Expected:
    """Every rung's answer by the functions of `reference/`, put together as the conventions say."""
    problem, parts = under(problem, conventions), parts_under(problem, conventions)
    state, space, config = problem.state, problem.space, problem.config
    bootstrap = state if conventions.target_actor else state._replace(target_actor=state.actor)
    critic_grads, critic_loss, value, target = critic_gradient(bootstrap, batch, space, config, parts)
    actor_grads, actor_loss, _ = actor_gradient(state.actor, state.critic, batch, space, parts)
    first = updated(problem, batch, conventions, parts)
    second = updated(problem._replace(state=first), batch, conventions, parts)
    return Expected(
        {"action": actor(state.actor, batch.observation, space), "value": value},
        target,
        Losses(critic_loss, actor_loss),
        Gradients(critic_grads, actor_grads),
        networks_of(moved(state, state, config.tau)),
        {"first": networks_of(first), "second": networks_of(second)},
    )


def under(problem: Problem, conventions: Conventions) -> Problem:
    """The problem with the `Config` fields that conventions decide."""
    config = replace(
        problem.config,
        update_order="simultaneous" if conventions.order == "simultaneous" else "sequential",
        truncation_is_terminal=conventions.truncation_is_terminal,
        grad_clip_norm=problem.config.grad_clip_norm if conventions.clips_gradients else None,
    )
    return problem._replace(config=config)


def parts_under(problem: Problem, conventions: Conventions) -> Parts:
    """The functions that conventions change."""

    def adam(params: Params, grads: Params, state: AdamState, lr: float, *_: float) -> tuple[Params, AdamState]:
        if conventions.weight_decay:  # of both networks; the critic's own, which comes last, is none here
            grads = {k: grads[k].add(params[k], alpha=conventions.weight_decay) for k in params}
        return step(params, grads, state, lr)

    step: Callable = optim.adam if conventions.adam_epsilon == "outside" else adam_epsilon_inside
    factor = conventions.critic_loss_factor
    scaled = losses.critic_loss if factor == 1 else lambda *args: factor * losses.critic_loss(*args)
    return Parts(critic_loss=scaled, adam=adam)


def updated(problem: Problem, batch: Batch, conventions: Conventions, parts: Parts) -> TrainState:
    """The state after one update."""
    state, config = problem.state, problem.config
    bootstrap = state if conventions.target_actor else state._replace(target_actor=state.actor)
    if conventions.clips_together:
        parts = parts._replace(clip_by_global_norm=clip_together(problem._replace(state=bootstrap), batch, parts))
    new, _ = update(bootstrap, torch.arange(0), batch, problem.space, config, parts)
    # The actor's own step reads no target, so only what the target actor follows depends on when it moves.
    followed = state.actor if conventions.order == "targets_first" else new.actor
    target_actor = soft_update(state.target_actor, followed, 1.0 - (1.0 - config.tau))
    return new._replace(target_actor=target_actor)


def clip_together(problem: Problem, batch: Batch, parts: Parts) -> Callable:
    """Clipping by the one norm of both networks' gradients, each at the old parameters, in place of a norm for each."""
    config, space, state = problem
    of_actor, *_ = actor_gradient(state.actor, state.critic, batch, space, parts)
    of_critic, *_ = critic_gradient(state, batch, space, config, parts)
    _, together = optim.clip_by_global_norm(dict(enumerate([*of_actor.values(), *of_critic.values()])), None)

    def clip(grads: Params, max_norm: float | None) -> tuple[Params, Tensor]:
        scale = 1.0 if max_norm is None else (max_norm / (together + 1e-6)).clamp(max=1.0)
        return {name: grad * scale for name, grad in grads.items()}, together

    return clip


def moved(state: TrainState, online: TrainState, tau: float) -> TrainState:
    """Both targets one soft update further."""
    tau = 1.0 - (1.0 - tau)
    return state._replace(
        target_actor=soft_update(state.target_actor, online.actor, tau),
        target_critic=soft_update(state.target_critic, online.critic, tau),
    )


def networks_of(state: TrainState) -> dict[str, Params]:
    """The four networks by name."""
    return {name: getattr(state, name) for name in NETWORKS}


def adam_epsilon_inside(params: Params, grads: Params, state: AdamState, lr: float) -> tuple[Params, AdamState]:
    r"""Adam with epsilon before the correction: lr sqrt(1 - beta2^t)/(1 - beta1^t) m / (sqrt(v) + epsilon).

    Source: Kingma and Ba 2015, end of section 2, https://arxiv.org/abs/1412.6980; TensorFlow's and baselines' Adam
    """
    _, new = optim.adam(params, grads, state, lr)
    size = lr * (1 - 0.999**new.step) ** 0.5 / (1 - 0.9**new.step)
    return {k: params[k].addcdiv(new.mean[k], new.square[k].sqrt() + 1e-8, value=-size) for k in params}, new
