"""Episodes of the policy alone, without exploration and without learning.

Mirror: reference/evaluate.py
"""

import sys

import torch
from tensordict import TensorDict
from tensordict.nn import TensorDictModule, TensorDictSequential

from reference.config import Config
from reference.state import Params
from torchrl_impl.envs import env_space, episode_return, make_env, require_finite
from torchrl_impl.networks import actor
from torchrl_impl.state import load_params_
from torchrl_impl.streams import evaluation_seed


def evaluate(config: Config, params: Params, episodes: int) -> list[float]:
    """Undiscounted returns of the greedy policy, by `EnvBase.rollout`; arguments and errors as the reference's."""
    env = make_env(config, seeds=evaluation_seed)
    try:
        if env_space(env, config).steps_per_episode is None:
            raise ValueError("evaluate needs episodes that end; give max_steps_per_episode.")
        with torch.random.fork_rng(devices=[]):  # a new module draws weights, which are then written over
            policy = actor(config, env_space(env, config))
        load_params_(TensorDict.from_module(policy), params)
        # Rounding can put the policy an ulp outside the bounds.
        bounded = TensorDictSequential(policy, TensorDictModule(env.action_spec.project, ["action"], ["action"]))
        returns = []
        for episode in range(1, episodes + 1):
            with torch.no_grad():
                frames = env.rollout(sys.maxsize, bounded)
            require_finite("observation", frames["next", "observation"], f"evaluation episode {episode}")
            require_finite("reward", frames["next", "reward"], f"evaluation episode {episode}")
            returns.append(episode_return(frames["next", "reward"].squeeze(-1)).item())
        return returns
    finally:
        env.close()
