"""CleanRL's own script ddpg_continuous_action.py, run from the path that the user gives.

Its `policy_frequency` is 1, so that the actor learns at every update as everywhere else. Its networks are 256, 256.
"""

import runpy
import sys
from typing import Any

import gymnasium
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from harness.bench.work import Job
from reference.config import Config


class OldSyncVectorEnv(SyncVectorEnv):
    """Gymnasium's vector environment as it was before release 1.0, which the script is written for."""

    def __init__(self, env_fns: Any) -> None:
        super().__init__(env_fns, autoreset_mode=AutoresetMode.SAME_STEP)

    def step(self, actions: Any) -> tuple[Any, ...]:
        """What an episode ended in stands under the old names."""
        *rest, infos = super().step(actions)
        if "final_obs" in infos:
            infos["final_observation"] = infos.pop("final_obs")
            episode = infos["final_info"]["episode"]
            infos["final_info"] = [{"episode": {name: values[0] for name, values in episode.items()}}]
        return (*rest, infos)


def loop(config: Config, job: Job) -> None:
    """Runs the script, which writes its logs below the working directory."""
    assert job.cleanrl is not None
    if config.hidden_sizes != (256, 256):
        raise ValueError("its networks are 256, 256")
    gymnasium.vector.SyncVectorEnv = OldSyncVectorEnv  # type: ignore[assignment, misc]
    path = job.cleanrl
    sys.path[:0] = [str(path.parent), str(path.parents[1])]  # cleanrl_utils lies beside the script's folder
    sys.argv = [str(path), *words(config)]
    runpy.run_path(str(path), run_name="__main__")


def words(config: Config) -> list[str]:
    """Our fields as its options."""
    options = {
        "env-id": config.env_id,
        "seed": config.seed,
        "total-timesteps": config.total_steps,
        "learning-rate": config.critic_lr,
        "buffer-size": config.replay_size,
        "gamma": config.gamma,
        "tau": config.tau,
        "batch-size": config.batch_size,
        "exploration-noise": config.noise_sigma / 2,  # in units of the torque's bound
        "learning-starts": config.start_steps,
        "policy-frequency": 1,
    }
    return [*(word for name, value in options.items() for word in (f"--{name}", str(value))), "--no-cuda"]
