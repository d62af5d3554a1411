"""A `GymEnv` of whatever `Config.env_id` names.

Mirror: reference/env_id.py
"""

from collections.abc import Callable

from torchrl.envs import GymEnv

from reference.config import Config
from reference.env_id import gymnasium_id


def gym_env(config: Config, build: Callable[..., GymEnv] = GymEnv) -> GymEnv:
    """`GymEnv`, or what derives from it, with the time limit.

    It makes environments by id alone, so a factory stands in Gymnasium's registry under one. TorchRL
    has a way of its own to `gym`'s, `GymEnv(id, backend="gym")`. It tells the interface by the version
    of `gym` that is installed, and so fails on an environment written for an older one.

    Args:
        config: the run.
        build: called as `GymEnv` is, with an id and arguments for `gymnasium.make`.

    Raises:
        ValueError: the environment's class has no constructor that could refuse a `frameskip`, or a factory fails.
    """
    limit = {} if config.max_steps_per_episode is None else {"max_episode_steps": config.max_steps_per_episode}
    try:
        return build(gymnasium_id(config.env_id), **limit)
    except TypeError as error:
        # GymEnv offers every environment a `frameskip`, and takes it back where Python's complaint names
        # it. A class without __init__ "takes no arguments", which GymEnv does not recognise.
        if "takes no arguments" not in str(error):
            raise
        raise ValueError(
            f"env_id {config.env_id!r} names a class without a constructor, on which TorchRL's GymEnv fails. "
            "Usual cure: give it an __init__(self), or write factory=package.module:Class."
        ) from error
