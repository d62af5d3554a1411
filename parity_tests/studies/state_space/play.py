"""An episode of the policy alone, with what a figure of it needs: angle, speed, torque, reward, Q, return received."""

from typing import NamedTuple

import numpy as np
import torch

from parity_tests.studies.state_space.looks import Look
from reference.config import Config
from reference.envs import env_space, make_env, observe, step
from reference.state import TrainState
from reference.streams import evaluation_seed

EPISODE = 3
"""Which of the evaluation's episodes is played: the first that begins hanging down, see `begins_hanging`."""

SHOWN, FOLLOWED = 200, 1_000
"""Steps that are drawn, a training episode's length; steps over which a return is summed: 0.99^1000 is 4e-5."""


class Played(NamedTuple):
    """T steps, each [T], float64 but for what a network said."""

    angle: np.ndarray  # rad from upright, in [-pi, pi], positive anticlockwise
    speed: np.ndarray  # rad/s
    torque: np.ndarray  # float32, N m; the action
    reward: np.ndarray  # float32
    value: np.ndarray  # float32; Q(s, mu(s))


def play(config: Config, networks: TrainState, look: Look, steps: int = SHOWN, episode: int = EPISODE) -> Played:
    """Plays on past training's time limit, up to `steps`."""
    config = Config(env_id=config.env_id, seed=config.seed, max_steps_per_episode=steps)
    env, rows, ended = make_env(config), [], False
    try:
        space = env_space(env, config)
        observation = observe(env, env.reset(seed=evaluation_seed(config.seed, episode))[0], config)
        while not ended:
            action, value = look(networks, observation.unsqueeze(0))
            # Rounding can put the policy an ulp outside the bounds, as `evaluate` says.
            transition = step(env, observation, action.clamp(space.low, space.high), config)
            rows.append((observation, transition.action.item(), transition.reward.item(), value.item()))
            observation = transition.next_observation
            ended = bool(transition.terminated or transition.truncated)
    finally:
        env.close()
    cosine, sine, speed = torch.stack([row[0] for row in rows]).double().numpy().T
    told = (np.array(column, dtype=np.float32) for column in zip(*(row[1:] for row in rows), strict=True))
    return Played(np.arctan2(sine, cosine), speed, *told)


def returns_received(reward: np.ndarray, gamma: float, shown: int, followed: int) -> np.ndarray:
    r"""[shown]; the discounted sum of the `followed` rewards from each step on.

    .. math:: G_t = \sum_{k=0}^{K-1} \gamma^k r_{t+k}
    """
    weights = gamma ** np.arange(followed)
    return np.array([weights @ reward[t : t + followed].astype(np.float64) for t in range(shown)])
