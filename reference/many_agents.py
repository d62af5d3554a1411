"""One of several runs side by side: its own environment, replay and streams; the networks are the stack's."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import NamedTuple, NoReturn

from torch import Tensor

from reference.config import Config
from reference.envs import env_space, make_env, require_finite, reset
from reference.learner import Learner
from reference.noise import anneal, init_noise
from reference.state import Batch, EpisodeRecord, Extra, Noise, RunState, TrainState, UpdateMetrics
from reference.streams import open_streams
from reference.train import Run, end_episode, extra, interact, require_finite_update, store_
from reference.update import default_parts


class Agent(NamedTuple):
    """One of the runs, in the middle of an episode."""

    run: Run
    state: RunState  # replay, window and step as they are now; the rest as the episode before left it
    noise: Noise
    observation: Tensor  # [O]
    transitions: list[Batch]  # of this episode so far
    updates: list[UpdateMetrics]  # of this episode so far
    ended: bool  # the episode


def open_run(config: Config, envs: ExitStack) -> Run:
    """A run whose learner is the stack; `envs` closes its environment."""
    env = envs.enter_context(closing(make_env(config)))
    return Run(env, env_space(env, config), config, open_streams(config.seed), default_parts, _ACTION_KNOWN)


def _by_the_stack(*_: object) -> NoReturn:
    raise NotImplementedError("A stack of agents is loaded and updated as a whole, by train_many.")


# What `interact` is handed as an agent's networks is the action that they chose in the stack.
_ACTION_KNOWN = Learner(_by_the_stack, lambda action, _: action, _by_the_stack, _by_the_stack)


def begin_episode(run: Run, state: RunState) -> Agent:
    """An agent before the first step of its next episode."""
    noise = init_noise(run.config, run.space)._replace(scale=state.noise_scale)
    with seed_named(run.config.seed):
        observation = reset(run.env, run.config, state.episode + 1)
        require_finite("observation", observation, f"the reset of episode {state.episode + 1}")
    return Agent(run, state, noise, observation, transitions=[], updates=[], ended=False)


def step_one(agent: Agent, action: Tensor | None) -> Agent:
    """One environment step of one agent, stored.

    Args:
        agent: its environment, replay and lists of transitions are written to.
        action: [A], its policy's; None: warm-up, which needs none.
    """
    run, state = agent.run, agent.state
    with seed_named(run.config.seed):
        transition, noise = interact(run, action, agent.noise, agent.observation, state.step)
    replay, window = store_(run, state.replay, state.window, transition)
    noise, step = anneal(noise, run.config), state.step + 1
    agent.transitions.append(transition)
    return agent._replace(
        state=state._replace(replay=replay, window=window, noise_scale=noise.scale, step=step),
        noise=noise,
        observation=transition.next_observation,
        ended=bool(transition.terminated or transition.truncated) or step == run.config.total_steps,
    )


def draw(agent: Agent) -> tuple[Tensor, Batch, Extra]:
    """Rows, batch, and what the variant reads beside it, from the agent's replay and streams."""
    run, replay = agent.run, agent.state.replay
    indices, batch = run.parts.sample(replay, run.generators.replay, run.config.batch_size)
    return indices, batch, extra(run, replay, indices)


def note_update(agent: Agent, metrics: UpdateMetrics) -> None:
    """Puts what an update computed into the agent's list, and stops where it is not finite."""
    run, state = agent.run, agent.state
    agent.updates.append(metrics)
    with seed_named(run.config.seed):
        require_finite_update(metrics, state.update + len(agent.updates), state.step, run.config)


def end(agent: Agent, networks: TrainState) -> tuple[EpisodeRecord, RunState]:
    """The record of an agent's episode, and the state it ended in."""
    return end_episode(agent.run, agent.state._replace(networks=networks), agent.transitions, agent.updates)


@contextmanager
def seed_named(seed: int) -> Iterator[None]:
    """Whatever goes wrong within says in which of the runs."""
    try:
        yield
    except FloatingPointError as error:
        raise FloatingPointError(f"seed {seed}: {error}") from error
    except Exception as error:
        error.add_note(f"This was the run of seed {seed}.")
        raise
