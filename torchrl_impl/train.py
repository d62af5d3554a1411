"""The training loop: a generator of episodes. It holds no maths, writes no file and prints nothing.

Mirror: reference/train.py
"""

from collections.abc import Generator, Iterator
from typing import NamedTuple

import torch
from tensordict import TensorDictBase
from tensordict.nn import TensorDictModuleBase
from torch import Tensor
from torchrl.collectors import Collector
from torchrl.data import TensorDictReplayBuffer

from reference.config import Config
from reference.state import EpisodeRecord, Probe, RunState, UpdateMetrics, stack_updates
from torchrl_impl.envs import env_space, episode_return, make_collector, make_env, require_finite
from torchrl_impl.n_step import load_window_, window_of
from torchrl_impl.networks import evaluate_networks
from torchrl_impl.noise import anneal_, load_scale_, scale_of
from torchrl_impl.replay import add_, empty_replay, load_replay_, replay_of, sample
from torchrl_impl.state import batch_of
from torchrl_impl.streams import Generators, lend, open_streams, probe_stream, restore_streams_, stream_states
from torchrl_impl.update import (
    Learner,
    Parts,
    actor_moves,
    default_parts,
    init_networks,
    load_train_state_,
    train_state,
    update_,
)


class Run(NamedTuple):
    """TorchRL's own objects of a run, all of which change in place."""

    learner: Learner
    buffer: TensorDictReplayBuffer
    noise: TensorDictModuleBase
    collector: Collector
    frames: Iterator[TensorDictBase]
    generators: Generators


class Progress(NamedTuple):
    """How far a run has come; the last four fields of `RunState`."""

    episode: int
    step: int
    update: int
    probe_states: Tensor | None


def train(
    config: Config, run_state: RunState | None = None, parts: Parts = default_parts
) -> Generator[tuple[EpisodeRecord, RunState], None, None]:
    """Trains, and yields after every episode; arguments as the reference's `train`.

    What does not fit is refused by `reference.envs.make_env`, which the harness calls first; here it fails in TorchRL.

    Yields:
        What happened in the episode, and the state it ended in: views of TorchRL's own tensors,
        valid until the next episode is asked for.
    """
    progress = Progress(0, 0, 0, None) if run_state is None else Progress(*run_state[-4:])
    run = init_run(config, run_state, progress, parts)
    try:
        while not finished(config, progress):
            # Random actions and noise come from the lent stream; at every yield the caller has its own back.
            with lend(run.generators.explore):
                record, progress, frame = run_episode(run, config, progress)
            yield record, run_state_of(run, config, progress, frame)
    finally:
        run.collector.shutdown()


def init_run(config: Config, run_state: RunState | None, progress: Progress, parts: Parts) -> Run:
    """TorchRL's objects at the start of a run, or where `run_state` stands."""
    generators = open_streams(config.seed)
    env = make_env(config, progress.episode)
    with lend(generators.init):
        learner = init_networks(config, env_space(env, config), parts)
    buffer, noise = parts.replay(config, generators.replay), parts.explore(config, env.action_spec)
    if run_state is not None:
        load_train_state_(learner, run_state.networks)
        load_replay_(buffer, run_state.replay)
        load_window_(buffer, run_state.window)
        load_scale_(noise, run_state.noise_scale)
        restore_streams_(generators, run_state.streams)
    collector = make_collector(env, learner.loss.actor_network, noise, config, progress.step)
    return Run(learner, buffer, noise, collector, iter(collector), generators)


def run_state_of(run: Run, config: Config, progress: Progress, frame: TensorDictBase) -> RunState:
    """Where the run stands, in the reference's form; `frame`, its last, says what shapes an empty ring has."""
    return RunState(
        train_state(run.learner),
        replay_of(run.buffer) if len(run.buffer) else empty_replay(config, frame),
        window_of(run.buffer, config, frame),
        scale_of(run.noise).clone(),
        stream_states(run.generators),
        *progress,
    )


def finished(config: Config, progress: Progress) -> bool:
    """Whether the run is at its end: `episodes` or `total_steps`, whichever comes first."""
    return progress.episode >= config.episodes or (
        config.total_steps is not None and progress.step >= config.total_steps
    )


def run_episode(run: Run, config: Config, progress: Progress) -> tuple[EpisodeRecord, Progress, TensorDictBase]:
    """One episode: act, store, update, until it ends; its last frame comes along."""
    steps = progress.step
    frames: list[TensorDictBase] = []
    updates: list[UpdateMetrics] = []
    ended = False
    while not ended:
        frame = next(run.frames)
        steps += 1
        require_finite_frame(frame, progress.episode + 1, steps, first=not frames)
        add_(run.buffer, frame)
        anneal_(run.noise, config)
        frames.append(frame)
        for _ in range(updates_due(config, steps, len(run.buffer))):
            indices, batch = sample(run.buffer, config.batch_size)
            updates.append(update_(run.learner, indices, batch.to(config.device), config))
            require_finite_update(updates[-1], progress.update + len(updates), steps, config)
        ended = bool(frame["next", "done"]) or steps == config.total_steps
    probe_states = choose_probe_states(progress.probe_states, run.buffer, config)
    progress = Progress(progress.episode + 1, steps, progress.update + len(updates), probe_states)
    return describe(run, progress, frames, updates, config), progress, frame


def updates_due(config: Config, steps: int, stored: int) -> int:
    """Updates to make after environment step number `steps`, with `stored` transitions in replay."""
    if steps < config.update_after or stored < config.batch_size or steps % config.update_every:
        return 0
    return config.updates_per_step * config.update_every


def choose_probe_states(chosen: Tensor | None, buffer: TensorDictReplayBuffer, config: Config) -> Tensor | None:
    """The probe observations [P, O]: drawn once, at the first episode's end at which replay holds enough."""
    if chosen is not None or len(buffer) < max(config.probe_n, config.batch_size):
        return chosen
    rows = torch.randint(0, len(buffer), (config.probe_n,), generator=probe_stream(config.seed))
    return buffer[rows]["observation"]


def describe(
    run: Run, progress: Progress, frames: list[TensorDictBase], updates: list[UpdateMetrics], config: Config
) -> EpisodeRecord:
    """The record of the episode just ended."""
    transitions = batch_of(torch.cat(frames))
    due = progress.episode % config.probe_every_episodes == 0 or finished(config, progress)
    probe = None
    if due and progress.probe_states is not None:
        probe = Probe(*evaluate_networks(run.learner.loss, progress.probe_states.to(config.device)))
    return EpisodeRecord(
        progress.episode,
        progress.step,
        progress.update,
        episode_return(transitions.reward),
        bool(transitions.terminated[-1]),
        bool(transitions.truncated[-1]),
        transitions,
        stack_updates(updates, config),
        probe,
    )


def require_finite_frame(frame: TensorDictBase, episode: int, steps: int, first: bool) -> None:
    """Stops at the first observation or reward that is not finite."""
    if first:
        require_finite("observation", frame["observation"], f"the reset of episode {episode}")
    require_finite("observation", frame["next", "observation"], f"environment step {steps}")
    require_finite("reward", frame["next", "reward"], f"environment step {steps}")


def require_finite_update(metrics: UpdateMetrics, updates: int, steps: int, config: Config) -> None:
    """Stops at the first update whose loss or gradient is not finite."""
    names = ("critic_loss", "critic_grad_norm", "actor_loss", "actor_grad_norm")
    for name in names if actor_moves(updates, config) else names[:2]:
        require_finite(name, getattr(metrics, name), f"update {updates}, environment step {steps}")
