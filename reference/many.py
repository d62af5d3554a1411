"""Several runs of one configuration side by side, each with its own seed; their networks act and learn as one stack.

Each run has an environment, a replay, three random streams, noise and probe of its own, and takes from them what it
would take alone. All make each environment step together, so that acting is one forward pass and learning one
update of S stacked agents.
"""

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import replace

import torch
from torch import Tensor

from reference import fused
from reference.config import Config
from reference.fused import Fused
from reference.fused_agents import agent_state, init_fused
from reference.learner import fallback
from reference.many_agents import Agent, begin_episode, draw, end, note_update, open_run, step_one
from reference.state import Batch, EpisodeRecord, Extra, RunState, UpdateMetrics
from reference.streams import restore_streams_
from reference.train import finished, init_run, updates_due


def train_many(
    config: Config, seeds: Sequence[int], run_states: Sequence[RunState] | None = None
) -> Generator[tuple[int, EpisodeRecord, RunState], None, None]:
    """Trains one agent for each seed, all at once, by the fused update.

    An agent whose run is at its end leaves the stack; the others go on.

    Args:
        config: of all runs but for `seed`, which is not read.
        seeds: one for each run.
        run_states: where to go on from, one for each seed; None: from the beginning. Their replays are written to.

    Yields:
        Whenever an episode of a run ends: the run's seed, and what `train` yields.

    Raises:
        ValueError: the environment does not fit, the fused update cannot do the run, or the states differ in step.
        FloatingPointError: a number of a run is not finite; the message begins with its seed.
    """
    reason = fallback(config)
    if reason is not None:
        raise ValueError(f"train_many needs what the fused update can do; {reason}. Train the seeds one by one.")
    with ExitStack() as envs:
        runs = [open_run(replace(config, seed=seed), envs) for seed in seeds]
        states = [init_run(run) for run in runs] if run_states is None else list(run_states)
        pairs = [pair for pair in zip(runs, states, strict=True) if not finished(config, pair[1])]
        require_lockstep([state for _, state in pairs])
        for run, state in pairs:
            restore_streams_(run.generators, state.streams)
        agents = [begin_episode(run, state) for run, state in pairs]
        while agents:
            agents = yield from train_stack(agents)


def require_lockstep(states: Sequence[RunState]) -> None:
    """Refuses agents that stand at different steps."""
    places = sorted({(state.step, state.update) for state in states})
    if len(places) > 1:
        raise ValueError(
            f"train_many needs runs that stand at one step and update; got (step, update) {places}. "
            "Go on with each of them alone."
        )


def train_stack(agents: list[Agent]) -> Generator[tuple[int, EpisodeRecord, RunState], None, list[Agent]]:
    """Trains until at least one agent's run is at its end.

    Returns:
        The others.
    """
    run = agents[0].run
    with torch.no_grad():
        stack = init_fused([agent.state.networks for agent in agents], run.space, run.config)
    left: set[int] = set()
    while not left:
        agents = step_all(stack, agents)
        for k, agent in enumerate(agents):
            if not agent.ended:
                continue
            record, state = end(agent, agent_state(stack, k))
            yield agent.run.config.seed, record, state
            if finished(agent.run.config, state):
                left.add(k)
            else:
                agents[k] = begin_episode(agent.run, state)
    return [unstacked(stack, k, agent) for k, agent in enumerate(agents) if k not in left]


def unstacked(stack: Fused, k: int, agent: Agent) -> Agent:
    """An agent in mid-episode with its networks taken out of their place k in the stack."""
    return agent._replace(state=agent.state._replace(networks=agent_state(stack, k)))


def step_all(stack: Fused, agents: list[Agent]) -> list[Agent]:
    """One environment step of each agent, and the updates due after it."""
    config, state = agents[0].run.config, agents[0].state
    actions = act(stack, agents) if state.step >= config.start_steps else [None] * len(agents)
    agents = [step_one(agent, action) for agent, action in zip(agents, actions, strict=True)]
    state = agents[0].state
    for _ in range(updates_due(config, state.step, state.replay.size)):
        update_all(stack, agents)
    return agents


@torch.inference_mode()
def act(stack: Fused, agents: list[Agent]) -> Sequence[Tensor]:
    """What each agent's policy does, [A] each: one forward pass."""
    observations = torch.stack([agent.observation for agent in agents]).unsqueeze(1)
    return fused.policy_(stack, stack.actor.params.layers, stack.acting, observations).squeeze(1).unbind()


def update_all(stack: Fused, agents: list[Agent]) -> None:
    """One update of each agent on a batch from its own replay; its metrics go into its list."""
    drawn = [draw(agent) for agent in agents]
    indices = torch.stack([rows for rows, _, _ in drawn])
    batch = Batch(*map(torch.stack, zip(*(batch for _, batch, _ in drawn), strict=True)))
    beside = Extra(*map(stacked, zip(*(beside for _, _, beside in drawn), strict=True)))
    with torch.inference_mode():
        metrics = fused.update_(stack, indices, batch, beside)
    for agent, *of_agent in zip(agents, *metrics, strict=True):
        note_update(agent, UpdateMetrics(*of_agent))


def stacked(parts: tuple[Tensor | None, ...]) -> Tensor | None:
    """[S, ...]; None where an update needs no such thing."""
    tensors = [part for part in parts if part is not None]
    return torch.stack(tensors) if tensors else None
