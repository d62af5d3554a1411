"""tianshou's `DDPG` and its trainer on the same work."""

import gymnasium
from tianshou.algorithm import DDPG
from tianshou.algorithm.modelfree.ddpg import ContinuousDeterministicPolicy
from tianshou.algorithm.optim import AdamOptimizerFactory
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.exploration import GaussianNoise
from tianshou.trainer import OffPolicyTrainerParams
from tianshou.utils.net.common import Net
from tianshou.utils.net.continuous import ContinuousActorDeterministic, ContinuousCritic

from harness.bench.work import Job
from reference.config import Config


def loop(config: Config, job: Job) -> None:
    """Trains; its trainer collects one step, then updates once."""
    env = DummyVectorEnv([lambda: gymnasium.make(config.env_id)])
    algorithm = make_algorithm(config, gymnasium.make("Pendulum-v1"))
    buffer = VectorReplayBuffer(config.replay_size, 1)
    collector = Collector(algorithm, env, buffer, exploration_noise=True)
    collector.reset()
    collector.collect(n_step=config.start_steps, random=True)
    assert config.total_steps is not None
    parameters = OffPolicyTrainerParams(
        training_collector=collector,
        max_epochs=1,
        epoch_num_steps=config.total_steps - config.start_steps,
        collection_step_num_env_steps=1,
        batch_size=config.batch_size,
        update_step_num_gradient_steps_per_sample=1.0,
        show_progress=False,
        verbose=False,
    )
    algorithm.run_training(parameters)


def make_algorithm(config: Config, env: gymnasium.Env) -> DDPG:
    """Networks and optimisers of our sizes and rates."""
    sizes, hidden = (env.observation_space.shape, env.action_space.shape), config.hidden_sizes
    body = Net(state_shape=sizes[0], hidden_sizes=hidden)
    joined = Net(state_shape=sizes[0], action_shape=sizes[1], hidden_sizes=hidden, concat=True)
    # Its policy scales from [-1, 1] to the bounds, and adds noise before that.
    policy = ContinuousDeterministicPolicy(
        actor=ContinuousActorDeterministic(preprocess_net=body, action_shape=sizes[1]),
        action_space=env.action_space,
        exploration_noise=GaussianNoise(sigma=config.noise_sigma / 2),
    )
    return DDPG(
        policy=policy,
        policy_optim=AdamOptimizerFactory(lr=config.actor_lr),
        critic=ContinuousCritic(preprocess_net=joined),
        critic_optim=AdamOptimizerFactory(lr=config.critic_lr),
        tau=config.tau,
        gamma=config.gamma,
    )
