"""`ddpg bench --peers`: every library's loop is timed by steps of the paced environment; no claim about time.

Libraries that are not installed are skipped; `make conformance` runs this file where they are.
"""

import json
import sys
from importlib.util import find_spec

import gymnasium
import pytest

from harness.bench.interleave import interleave
from harness.bench.peers.cleanrl import OldSyncVectorEnv, words
from harness.bench.work import ENV_ID, PEERS, Cell, Job, config_of

MARKS = (1002, 1003, 1004)
TINY = Cell(batch_size=8, width=8)

SCRIPT = """
import sys
import gymnasium as gym

envs = gym.vector.SyncVectorEnv([lambda: gym.wrappers.RecordEpisodeStatistics(gym.make(sys.argv[2]))])
envs.reset(seed=0)
for step in range(1100):
    *_, infos = envs.step(envs.action_space.sample())
    if "final_info" in infos:
        print("return", *(info["episode"]["r"] for info in infos["final_info"]))
"""


def timed_counts(job):
    [timed] = interleave([job], python=sys.executable, repeats=2, say=print)
    assert timed.missing is None
    return [each.count for each in timed.slices]


@pytest.mark.parametrize("name", [name for name in PEERS if name != "cleanrl"])
def test_a_peers_loop_is_timed_step_by_step(name):
    if name != "torchrl_recipe" and find_spec(name) is None:
        pytest.skip(f"{name} is not installed: pip install 'ddpg-parity[peers]'")
    assert timed_counts(Job(name, "steps", TINY, MARKS, clips=False)) == [1, 1]


def test_a_script_is_timed_at_the_path_that_it_is_given(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    assert timed_counts(Job("cleanrl", "steps", Cell(), MARKS, clips=False, cleanrl=path)) == [1, 1]


def test_a_vector_environment_says_under_its_old_names_how_an_episode_ended():
    made = [lambda: gymnasium.wrappers.RecordEpisodeStatistics(gymnasium.make("Pendulum-v1", max_episode_steps=3))]
    env = OldSyncVectorEnv(made)
    env.reset(seed=0)
    for _ in range(3):
        observation, *_, truncated, infos = env.step(env.action_space.sample())
    assert truncated.all() and infos["final_info"][0]["episode"]["l"] == 3
    assert infos["final_observation"][0].shape == (3,) and (infos["final_observation"][0] != observation[0]).any()


def test_the_script_gets_our_settings_as_its_options():
    config = config_of(Job("cleanrl", "steps", Cell(), (3000, 3400), clips=False))
    options = words(config)
    given = dict(zip(options[::2], options[1::2], strict=False))
    assert given["--env-id"] == ENV_ID and given["--policy-frequency"] == "1" and given["--learning-starts"] == "1000"
    assert given["--exploration-noise"] == "0.05" and options[-1] == "--no-cuda"
    assert json.loads(given["--learning-rate"]) == config.actor_lr == config.critic_lr
