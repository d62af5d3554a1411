"""Known differences of TorchRL in environments and collectors."""

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium.spaces import Box
from tensordict.nn import TensorDictModule, TensorDictSequential
from torch import nn
from torchrl.collectors import Collector
from torchrl.data import MultiStep
from torchrl.envs import GymEnv
from torchrl.modules import AdditiveGaussianModule

from parity_tests.assertions import assert_same_bits
from parity_tests.known_differences import known_difference

# It announces what 0.15 will do with a policy that reads is_init, which none of these does.
pytestmark = pytest.mark.filterwarnings("ignore:The env passed to Collector is missing transforms:FutureWarning")


def starts(count, seed):
    """The first observations that Gymnasium gives after a seeded reset and further ones: [count, 3]."""
    env = gymnasium.make("Pendulum-v1")
    first, _ = env.reset(seed=seed)
    return torch.tensor(np.stack([first, *(env.reset()[0] for _ in range(count - 1))]))


@known_difference("set-seed-resets")
def test_the_reset_after_set_seed_gives_the_second_initial_state():
    env = GymEnv("Pendulum-v1")
    env.set_seed(0)
    began = env.reset()["observation"]
    assert_same_bits("observation", starts(2, seed=0)[1], began)
    return [torch.equal(start, began) for start in starts(3, seed=0)].index(True)


class CountedPolicy(nn.Module):
    """A policy that counts its calls."""

    def __init__(self):
        super().__init__()
        self.layer, self.calls = nn.Linear(3, 1), 0

    def forward(self, observation):
        self.calls += 1
        return self.layer(observation)


def collector(policy, frames=1, **arguments):
    module = TensorDictModule(policy, in_keys=["observation"], out_keys=["action"])
    return Collector(GymEnv("Pendulum-v1"), module, frames_per_batch=frames, total_frames=4 * frames, **arguments)


@known_difference("collector-set-seed-too-late")
def test_seeding_a_collector_leaves_its_first_episode_as_it_was():
    collected = collector(CountedPolicy())
    collected.set_seed(0)
    began = next(iter(collected))["observation"]
    collected.shutdown()
    same = sum(torch.equal(start, began[0]) for start in starts(3, seed=0))
    return 1 - same


@known_difference("collector-draws-when-built")
def test_building_a_collector_moves_the_global_generator():
    env = GymEnv("Pendulum-v1")
    actor = TensorDictModule(nn.Linear(3, 1), in_keys=["observation"], out_keys=["action"])
    policy = TensorDictSequential(actor, AdditiveGaussianModule(spec=env.action_spec.clone()))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        Collector(env, policy, frames_per_batch=1, total_frames=1, init_random_frames=1).shutdown()
        after, draws = torch.get_rng_state(), 0
        torch.manual_seed(0)
        while draws < 10 and not torch.equal(torch.get_rng_state(), after):
            torch.normal(torch.zeros(1), torch.ones(1))
            draws += 1
        assert_same_bits("global generator", torch.get_rng_state(), after)
    return draws


@known_difference("init-random-frames-rounds-up")
def test_random_frames_are_rounded_up_to_whole_batches():
    policy = CountedPolicy()
    with pytest.warns(UserWarning, match=r"init_random_frames \(15\) is not exactly a multiple"):
        collected = collector(policy, frames=10, init_random_frames=15)
    built = policy.calls
    frames = sum(batch.numel() for batch in collected)
    collected.shutdown()
    assert frames == 40
    return frames - (policy.calls - built) - 15


@known_difference("multi-step-one-frame")
def test_multi_step_after_a_collector_of_one_frame_a_batch_sums_nothing():
    def steps_of(frames):
        collected = collector(CountedPolicy(), frames=frames, postproc=MultiStep(gamma=0.5, n_steps=3))
        steps = torch.cat([batch["steps_to_next_obs"] for batch in collected])
        collected.shutdown()
        return steps.tolist()

    assert steps_of(5) == [3, 3, 3, 2, 1] * 4  # by hand: as far as the batch goes
    ones = steps_of(1)
    assert ones == [1, 1, 1, 1]
    return len(ones)


class NoConstructor(gymnasium.Env):
    """The least that Gymnasium takes."""

    observation_space = action_space = Box(-1.0, 1.0, (1,))


gymnasium.register("NoConstructor-v0", NoConstructor)


@known_difference("gym-env-needs-constructor")
def test_gym_env_fails_on_an_environment_class_without_a_constructor():
    failed = 0
    for env_id in ("parity_tests.environments:Endless-v0", "NoConstructor-v0"):
        gymnasium.make(env_id)  # which builds both
        try:
            GymEnv(env_id)
        except TypeError as error:
            assert env_id == "NoConstructor-v0" and "NoConstructor() takes no arguments" in str(error)
            failed += 1
    return failed
