"""The training loop: a generator of episodes. It holds no maths, writes no file and prints nothing."""

from collections.abc import Generator
from typing import Any, NamedTuple

import gymnasium
import torch
from torch import Tensor

from reference import n_step
from reference import replay as ring
from reference.config import Config, Update
from reference.envs import env_space, make_env, require_finite, reset, step
from reference.learner import Learner, learner
from reference.networks import actor, critic, first_critic
from reference.noise import anneal, init_noise, uniform
from reference.state import (
    Batch,
    EpisodeRecord,
    Extra,
    Noise,
    Probe,
    Replay,
    RunState,
    Space,
    UpdateMetrics,
    stack_updates,
)
from reference.streams import Generators, open_streams, probe_stream, restore_streams_, stream_states
from reference.update import Parts, actor_moves, default_parts, init_networks


class Run(NamedTuple):
    """What a run works with, the same from its first episode to its last."""

    env: gymnasium.Env
    space: Space
    config: Config
    generators: Generators  # move with every draw
    parts: Parts
    learner: Learner


def train(
    config: Config, run_state: RunState | None = None, parts: Parts = default_parts, update: Update = "autograd"
) -> Generator[tuple[EpisodeRecord, RunState], None, None]:
    """Trains, and yields after every episode.

    Mirror: torchrl_impl/train.py, train

    Args:
        config: the run.
        run_state: where to go on from; None: from the beginning. Its replay is written to.
        parts: the functions to use in place of DDPG's own.
        update: who computes gradients; where `learner.fallback` has a reason, autograd does.

    Yields:
        What happened in the episode, and the state it ended in, valid until the next one is asked for.

    Raises:
        ValueError: the environment does not fit.
        FloatingPointError: an observation, reward, loss or gradient is not finite.
    """
    env = make_env(config)
    try:
        space = env_space(env, config)
        run = Run(env, space, config, open_streams(config.seed), parts, learner(space, config, parts, update))
        state = run_state if run_state is not None else init_run(run)
        restore_streams_(run.generators, state.streams)
        while not finished(config, state):
            record, state = run_episode(run, state)
            yield record, state
    finally:
        env.close()


def init_run(run: Run) -> RunState:
    """The state before the first episode."""
    space, config = run.space, run.config
    networks = init_networks(run.generators.init, config, space)
    sizes = (config.replay_size, space.observation_size, space.action_size)
    replay = ring.init(*sizes, config.torch_dtype, config.n_step)
    window = None if config.n_step == 1 else ring.init(0, *sizes[1:], config.torch_dtype).rows
    scale, streams = init_noise(config, space).scale, stream_states(run.generators)
    return RunState(networks, replay, window, scale, streams, episode=0, step=0, update=0, probe_states=None)


def finished(config: Config, state: RunState) -> bool:
    """Whether the run is at its end: `episodes` or `total_steps`, whichever comes first."""
    return state.episode >= config.episodes or (config.total_steps is not None and state.step >= config.total_steps)


def run_episode(run: Run, state: RunState) -> tuple[EpisodeRecord, RunState]:
    """One episode: act, store, update, until it ends."""
    networks, replay, window, steps = run.learner.load(state.networks), state.replay, state.window, state.step
    noise = init_noise(run.config, run.space)._replace(scale=state.noise_scale)
    transitions: list[Batch] = []
    updates: list[UpdateMetrics] = []
    observation = reset(run.env, run.config, state.episode + 1)
    require_finite("observation", observation, f"the reset of episode {state.episode + 1}")
    ended = False
    while not ended:
        transition, noise = interact(run, networks, noise, observation, steps)
        steps, observation = steps + 1, transition.next_observation
        replay, window = store_(run, replay, window, transition)
        noise = anneal(noise, run.config)
        transitions.append(transition)
        for _ in range(updates_due(run.config, steps, replay.size)):
            indices, batch = run.parts.sample(replay, run.generators.replay, run.config.batch_size)
            networks, metrics = run.learner.update(networks, indices, batch, extra(run, replay, indices))
            updates.append(metrics)
            require_finite_update(metrics, state.update + len(updates), steps, run.config)
        ended = bool(transition.terminated or transition.truncated) or steps == run.config.total_steps
    reached = state._replace(replay=replay, window=window, noise_scale=noise.scale, step=steps)
    return end_episode(run, reached._replace(networks=run.learner.state(networks)), transitions, updates)


def end_episode(
    run: Run, state: RunState, transitions: list[Batch], updates: list[UpdateMetrics]
) -> tuple[EpisodeRecord, RunState]:
    """The record of an episode that ended, and the state it ended in.

    Args:
        run: its streams are where the episode left them.
        state: networks, replay, window, scale and step as the episode left them; the rest from the one before.
        transitions: the episode's.
        updates: the episode's.
    """
    probe_states = choose_probe_states(state.probe_states, state.replay, run.config)
    streams, made = stream_states(run.generators), state.update + len(updates)
    state = state._replace(streams=streams, episode=state.episode + 1, update=made, probe_states=probe_states)
    return describe(run, state, transitions, updates), state


def interact(run: Run, networks: Any, noise: Noise, observation: Tensor, steps: int) -> tuple[Batch, Noise]:
    """One transition: at random while fewer than `start_steps` steps were made, then by the noisy policy."""
    space, config, stream = run.space, run.config, run.generators.explore
    if steps < config.start_steps:
        draw = torch.rand(space.action_size, generator=stream, dtype=config.torch_dtype)
        action = uniform(draw.to(config.device), space.low, space.high)
    else:
        # The draw is float32 in every precision, as TorchRL's is.
        draw = torch.randn(space.action_size, generator=stream, dtype=torch.float32).to(config.device)
        greedy = run.learner.act(networks, observation)
        action, noise = run.parts.explore(greedy, draw, noise, config, space)
    transition = step(run.env, observation, action, config)
    require_finite("observation", transition.next_observation, f"environment step {steps + 1}")
    require_finite("reward", transition.reward, f"environment step {steps + 1}")
    return transition, noise


def store_(run: Run, replay: Replay, window: Batch | None, transition: Batch) -> tuple[Replay, Batch | None]:
    """Replay and window with a transition in them; `replay` is written to."""
    if window is None:
        return run.parts.add_(replay, transition), None
    window, ready = n_step.push(window, transition, run.config.n_step, run.config.gamma)
    return (replay if ready is None else run.parts.add_(replay, *ready)), window


def extra(run: Run, replay: Replay, indices: Tensor) -> Extra:
    """What the configured variant reads beside the batch.

    `TD3Loss` draws for the target's action, from the stream of exploration, with no noise configured too.
    """
    config, steps, draw = run.config, None, None
    if replay.steps is not None:
        steps = replay.steps[indices].to(config.device)
    if config.critics is not None:
        shape = (config.batch_size, run.space.action_size)
        draw = torch.randn(shape, generator=run.generators.explore, dtype=config.torch_dtype).to(config.device)
    return Extra(steps=steps, draw=draw)


def updates_due(config: Config, steps: int, stored: int) -> int:
    """Updates to make after environment step number `steps`, with `stored` transitions in replay."""
    if steps < config.update_after or stored < config.batch_size or steps % config.update_every:
        return 0
    return config.updates_per_step * config.update_every


def choose_probe_states(chosen: Tensor | None, replay: Replay, config: Config) -> Tensor | None:
    """The probe observations [P, O]: drawn once, at the first episode's end at which replay holds enough."""
    if chosen is not None or replay.size < max(config.probe_n, config.batch_size):
        return chosen
    rows = ring.indices(probe_stream(config.seed), replay.size, config.probe_n)
    return ring.gather(replay, rows).observation


def describe(run: Run, state: RunState, transitions: list[Batch], updates: list[UpdateMetrics]) -> EpisodeRecord:
    """The record of the episode that `state` ended."""
    episode_return = torch.zeros((), dtype=torch.float32)
    for transition in transitions:
        episode_return = episode_return + transition.reward
    config = run.config
    due = state.episode % config.probe_every_episodes == 0 or finished(config, state)
    probe = None
    if due and state.probe_states is not None:
        observation = state.probe_states.to(config.device)
        action = actor(state.networks.actor, observation, run.space)
        probe = Probe(action, critic(first_critic(state.networks.critic), observation, action))
    return EpisodeRecord(
        state.episode,
        state.step,
        state.update,
        episode_return,
        bool(transitions[-1].terminated),
        bool(transitions[-1].truncated),
        Batch(*map(torch.stack, zip(*transitions, strict=True))),
        stack_updates(updates, config),
        probe,
    )


def require_finite_update(metrics: UpdateMetrics, updates: int, steps: int, config: Config) -> None:
    """Stops at the first update whose loss or gradient is not finite."""
    names = ("critic_loss", "critic_grad_norm", "actor_loss", "actor_grad_norm")
    for name in names if actor_moves(updates, config) else names[:2]:
        require_finite(name, getattr(metrics, name), f"update {updates}, environment step {steps}")
