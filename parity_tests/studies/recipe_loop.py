"""TorchRL's own DDPG recipe at one frame a batch, as a loop that can be timed.

The recipe is a script outside of the installed package. Here its parts are built with its arguments, and called in its
order, for the sizes of a `Config`. Left out is what does no work of a step: progress bar, timers, logger and the
evaluation every 25,000 frames. `parity_tests/candidates/torchrl_recipe.py` has its update on the parity ladder.

Source: https://github.com/pytorch/rl/tree/v0.14.1/sota-implementations/ddpg, ddpg.py, utils.py and config.yaml
"""

import warnings
from collections.abc import Iterator
from typing import NamedTuple

import torch
from tensordict import TensorDict, TensorDictBase
from tensordict.nn import TensorDictModule, TensorDictSequential
from torch import nn
from torchrl.collectors import Collector
from torchrl.data import LazyMemmapStorage, TensorDictReplayBuffer
from torchrl.envs import (
    Compose,
    DoubleToFloat,
    EnvBase,
    EnvCreator,
    GymEnv,
    InitTracker,
    ParallelEnv,
    RewardSum,
    StepCounter,
    TransformedEnv,
)
from torchrl.modules import MLP, OrnsteinUhlenbeckProcessModule, TanhModule, ValueOperator
from torchrl.objectives import DDPGLoss, SoftUpdate, group_optimizers

from reference.config import Config


class Recipe(NamedTuple):
    """The recipe's objects, which change in place."""

    noise: OrnsteinUhlenbeckProcessModule
    collector: Collector
    buffer: TensorDictReplayBuffer
    loss: DDPGLoss
    updater: SoftUpdate
    optimizer: torch.optim.Optimizer


def recipe_loop(config: Config) -> Iterator[None]:
    """Trains as the recipe does, and yields after every environment step and its update.

    Seeds torch's global generator, as the recipe does. Of `config` it reads the environment, seed, sizes, rates,
    `start_steps` (its `init_random_frames`, at which its updates begin, too) and `total_steps`.
    """
    torch.manual_seed(config.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        recipe = make_recipe(config)
    collected = 0
    try:
        for frames in recipe.collector:
            recipe.noise.step(frames.numel())
            recipe.collector.update_policy_weights_()
            frames = frames.reshape(-1)
            recipe.buffer.extend(frames)
            collected += frames.numel()
            losses = None
            if collected >= config.start_steps:
                updates = frames.numel() * config.updates_per_step
                losses = [update(recipe, recipe.buffer.sample().to("cpu")).clone() for _ in range(updates)]
            figures(frames, losses)
            yield
    finally:
        recipe.collector.shutdown()


def update(recipe: Recipe, batch: TensorDictBase) -> TensorDictBase:
    """One update of both networks and their targets; what the loss answered."""
    recipe.optimizer.zero_grad(set_to_none=True)
    answer = recipe.loss(batch)
    answer.sum(reduce=True).backward()
    recipe.optimizer.step()
    recipe.updater.step()
    return answer.detach()


def figures(frames: TensorDictBase, losses: list[TensorDictBase] | None) -> dict[str, float]:
    """What the recipe works out after every batch of frames, with a logger or without."""
    ended = frames["next", "done"] if frames["next", "done"].any() else frames["next", "truncated"]
    returns, found = frames["next", "episode_reward"][ended], {}
    if len(returns):
        found["train/reward"] = returns.mean().item()
        found["train/episode_length"] = frames["next", "step_count"][ended].sum().item() / len(returns)
    if losses is not None:
        found |= TensorDict(train=torch.stack(losses)).flatten_keys("/").mean().to_dict()
    return found


def make_recipe(config: Config) -> Recipe:
    """The recipe's objects: its arguments, our sizes, seed and rates."""
    env = make_env(config)
    actor, critic = make_networks(config, env)
    loss = DDPGLoss(actor_network=actor, value_network=critic, loss_function="l2", delay_actor=True, delay_value=True)
    loss.make_value_estimator(gamma=config.gamma)
    adams = [
        torch.optim.Adam(list(network.flatten_keys().values()), lr=lr, weight_decay=1e-4)
        for network, lr in (
            (loss.actor_network_params, config.actor_lr),
            (loss.value_network_params, config.critic_lr),
        )
    ]
    noise = OrnsteinUhlenbeckProcessModule(env.action_spec_unbatched, annealing_num_steps=1_000_000, safe=False)
    collector = Collector(
        env,
        TensorDictSequential(actor, noise),
        frames_per_batch=1,
        init_random_frames=config.start_steps,
        total_frames=config.total_steps or -1,
        device="cpu",
    )
    collector.set_seed(config.seed)
    storage = LazyMemmapStorage(config.replay_size)
    buffer = TensorDictReplayBuffer(storage=storage, prefetch=3, batch_size=config.batch_size)
    return Recipe(noise, collector, buffer, loss, SoftUpdate(loss, eps=1 - config.tau), group_optimizers(*adams))


def make_env(config: Config) -> EnvBase:
    """One environment behind `ParallelEnv`, as the recipe has it."""
    maker = EnvCreator(lambda: GymEnv(config.env_id, device="cpu"))
    parallel = ParallelEnv(1, maker, serial_for_single=True)
    parallel.set_seed(config.seed)
    return TransformedEnv(parallel, Compose(InitTracker(), StepCounter(1_000), DoubleToFloat(), RewardSum()))


def make_networks(config: Config, env: EnvBase) -> tuple[TensorDictSequential, ValueOperator]:
    """Actor and critic; both learn their input sizes from a first observation."""
    sizes, activation = list(config.hidden_sizes), nn.ReLU
    network = MLP(out_features=env.action_spec_unbatched.shape[-1], num_cells=sizes, activation_class=activation)
    actor = TensorDictSequential(
        TensorDictModule(network, in_keys=["observation"], out_keys=["param"]),
        TanhModule(in_keys=["param"], out_keys=["action"]),
    )
    critic = ValueOperator(
        MLP(out_features=1, num_cells=sizes, activation_class=activation), in_keys=["action", "observation"]
    )
    with torch.no_grad():
        critic(actor(env.reset()))
    return actor, critic
