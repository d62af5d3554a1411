"""Episodes of the policy alone, without exploration and without learning."""

import torch

from reference.config import Config
from reference.envs import env_space, make_env, observe, require_finite, step
from reference.networks import actor
from reference.state import Params
from reference.streams import evaluation_seed


def evaluate(config: Config, params: Params, episodes: int) -> list[float]:
    """Undiscounted returns of the greedy policy.

    Mirror: torchrl_impl/evaluate.py, evaluate

    Args:
        config: the run that trained `params`; its seed decides the episodes, none of which training saw.
        params: the actor.
        episodes: how many.

    Returns:
        One return an episode, summed in float32 as training's are.

    Raises:
        ValueError: the environment does not fit, or has no time limit.
        FloatingPointError: an observation or reward is not finite.
    """
    env = make_env(config)
    try:
        space = env_space(env, config)
        if space.steps_per_episode is None:
            raise ValueError("evaluate needs episodes that end; give max_steps_per_episode.")
        params = {name: value.to(config.device) for name, value in params.items()}
        returns = []
        for episode in range(1, episodes + 1):
            observation = observe(env, env.reset(seed=evaluation_seed(config.seed, episode))[0], config)
            total, ended = torch.zeros((), dtype=torch.float32), False
            while not ended:
                # Rounding can put the policy an ulp outside the bounds.
                action = actor(params, observation.to(config.device), space).clamp(space.low, space.high)
                transition = step(env, observation, action, config)
                require_finite("observation", transition.next_observation, f"evaluation episode {episode}")
                require_finite("reward", transition.reward, f"evaluation episode {episode}")
                observation, total = transition.next_observation, total + transition.reward
                ended = bool(transition.terminated or transition.truncated)
            returns.append(total.item())
        return returns
    finally:
        env.close()
