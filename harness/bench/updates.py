"""Updates alone, without a loop around them: each contender's own, on batches that are drawn beforehand."""

from collections.abc import Callable
from itertools import cycle, islice

import torch

from harness.bench.floor import floor_updates
from reference import replay
from reference.config import Config, Update
from reference.envs import env_space, make_env, reset, step
from reference.learner import learner
from reference.state import Batch, Extra, Space
from reference.update import default_parts, init_networks

_BATCHES = 8  # taken in turns, so that no update sees the one before it again


def updates_of(contender: str, config: Config) -> Callable[[int], None]:
    """A function that makes so many updates, each on the state that the last one left."""
    match contender:
        case "floor":
            return floor_updates(config)
        case "torchrl":
            return _torchrl(config)
        case "autograd" | "fused":
            return _reference(config, "fused" if contender == "fused" else "autograd")
    raise ValueError(f"updates_of needs a contender of ours, or floor; got {contender!r}.")


def _reference(config: Config, kind: Update) -> Callable[[int], None]:
    space, drawn = _material(config)
    shape, generator = (config.batch_size, space.action_size), torch.Generator().manual_seed(2)
    smoothed = config.critics is not None
    extras = [Extra(draw=torch.randn(shape, generator=generator) if smoothed else None) for _ in drawn]
    turns = cycle([(*pair, extra) for pair, extra in zip(drawn, extras, strict=True)])
    chosen = learner(space, config, default_parts, kind)
    networks = chosen.load(init_networks(torch.Generator().manual_seed(0), config, space))

    def run(updates: int) -> None:
        nonlocal networks
        for indices, batch, extra in islice(turns, updates):
            networks, _ = chosen.update(networks, indices, batch, extra)

    return run


def _torchrl(config: Config) -> Callable[[int], None]:
    from torchrl_impl.state import tensordict_of  # takes seconds to import
    from torchrl_impl.update import init_networks, update_

    space, drawn = _material(config)
    turns = cycle([(indices, tensordict_of(batch)) for indices, batch in drawn])
    trained = init_networks(config, space)

    def run(updates: int) -> None:
        for indices, batch in islice(turns, updates):
            update_(trained, indices, batch, config)

    return run


def _material(config: Config) -> tuple[Space, list[tuple[torch.Tensor, Batch]]]:
    """The environment's sizes, and batches of transitions under random actions."""
    env, generator = make_env(config), torch.Generator().manual_seed(1)
    space = env_space(env, config)
    ring = replay.init(400, space.observation_size, space.action_size, config.torch_dtype)
    for episode in (1, 2):
        observation = reset(env, config, episode)
        for _ in range(200):
            share = torch.rand(space.action_size, generator=generator)
            transition = step(env, observation, space.low + share * (space.high - space.low), config)
            ring, observation = replay.add_(ring, transition), transition.next_observation
    env.close()
    return space, [replay.sample(ring, generator, config.batch_size) for _ in range(_BATCHES)]
