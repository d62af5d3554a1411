"""Other libraries on the ladder, and what turned up about them; skipped where they are not installed.

`make conformance` runs this file where they are installed; TorchRL's own candidates are in test_torchrl_candidates.py.
"""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import gymnasium
import numpy as np
import pytest
import torch

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.candidate import OFFERS
from parity_tests.candidate_cases import problem_for
from parity_tests.conformance_cells import as_ours
from parity_tests.expected import expected
from parity_tests.judge import judge
from parity_tests.oracle_answers import answers
from parity_tests.studies.td_target.rules import FLAGS, RULES, stops
from reference.noise import ornstein_uhlenbeck

CLASSES = {"stable_baselines3": "StableBaselines3", "tianshou": "Tianshou", "skrl": "Skrl"}

NAMES = ("f32-b128-mixed", "f32-b7-mixed-large_rewards-3_actions", "f32-b8-mixed-tight_clipping", "f32-b1-both")

each_library = pytest.mark.parametrize("library", CLASSES)

for _library in CLASSES:
    pytest.importorskip(_library, reason=f"{_library} is not installed: pip install 'ddpg-parity[peers]'")

pytestmark = pytest.mark.filterwarnings("ignore")  # libraries warn of themselves and of each other


@pytest.fixture
def kind(library):
    """The library's candidate."""
    return getattr(import_module(f"parity_tests.candidates.{library}"), CLASSES[library])


def loaded(kind, name):
    problem, batch = problem_for(name, kind.conventions)
    candidate = kind()
    candidate.load(problem)
    return candidate, batch


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rung", OFFERS)
@each_library
def test_a_library_stands_on_every_rung_under_its_conventions(library, kind, rung, name):
    problem, batch = problem_for(name, kind.conventions)
    with unchanged("input", problem.state, batch), torch.random.fork_rng(devices=[]):
        verdict = judge(kind(), rung, problem, batch, kind.conventions)
    assert verdict.kind in ("same bits", "within rounding"), verdict.detail


@pytest.mark.parametrize("library", ["stable_baselines3", "tianshou"])
def test_a_library_without_clipping_differs_under_ours(library, kind):
    conventions = as_ours(kind.conventions)
    problem, batch = problem_for("f32-b8-mixed-tight_clipping", conventions)
    assert judge(kind(), "update", problem, batch, conventions).kind == "differs"


@each_library
def test_watching_a_step_moves_nothing_that_was_loaded(library, kind):
    candidate, batch = loaded(kind, "f32-b8-mixed-tight_clipping")
    before = candidate.networks()
    candidate.target(batch), candidate.losses(batch), candidate.gradients(batch)
    assert_same_bits("networks", before, candidate.networks())


@pytest.mark.parametrize(("library", "draws"), [("stable_baselines3", True), ("tianshou", False), ("skrl", False)])
def test_stable_baselines3_draws_noise_for_its_target_that_it_clips_to_nothing(library, kind, draws):
    candidate, batch = loaded(kind, "f32-b8-mixed-tight_clipping")
    with torch.random.fork_rng(devices=[]):
        before = torch.get_rng_state()
        candidate.update(batch)
        assert torch.equal(before, torch.get_rng_state()) is not draws


def test_stable_baselines3_writes_one_critic_into_arguments_that_td3_then_takes_over():
    library = import_module("stable_baselines3")
    shared = {"net_arch": [8]}
    library.DDPG("MlpPolicy", gymnasium.make("Pendulum-v1"), policy_kwargs=shared)
    assert shared == {"net_arch": [8], "n_critics": 1}
    twins = library.TD3("MlpPolicy", gymnasium.make("Pendulum-v1"), policy_kwargs=shared)
    assert len(twins.critic.q_networks) == 1


def test_skrl_logs_as_q1_what_is_minus_its_policy_loss():
    candidate, batch = loaded(import_module("parity_tests.candidates.skrl").Skrl, "f32-b8-mixed-tight_clipping")
    before = candidate.value(batch.observation, batch.action).mean().item()
    candidate.update(batch)
    logged = {name: values[0] for name, values in candidate.agent.tracking_data.items()}
    assert logged["Q-network / Q1 (mean)"] == -logged["Loss / Policy loss"] != pytest.approx(before)


def test_tianshou_computes_targets_in_float64_and_rounds_once():
    module = import_module("parity_tests.candidates.tianshou")
    problem, batch = problem_for("f32-b128-mixed", module.Tianshou.conventions)
    assert module.stored(batch).rew.dtype == "float64"
    candidate = module.Tianshou()
    candidate.load(problem)
    exact = answers(problem, batch, module.Tianshou.conventions).targets
    theirs, ours = candidate.target(batch), expected(problem, batch, module.Tianshou.conventions).targets
    assert (theirs.double() - exact).abs().sum() < (ours.double() - exact).abs().sum()


def test_stable_baselines3_adds_noise_to_random_actions_too_in_units_of_the_scaled_action():
    library, noise = import_module("stable_baselines3"), import_module("stable_baselines3.common.noise")
    ones = noise.NormalActionNoise(np.ones(1), np.zeros(1))  # half of the box, where actions go from -1 to 1
    with torch.random.fork_rng(devices=[]):
        model = library.DDPG("MlpPolicy", gymnasium.make("Pendulum-v1"), action_noise=ones, learning_starts=60, seed=0)
        model.learn(50)
    actions = model.replay_buffer.actions[:50]
    assert actions.min() >= 0 and (actions == 1).mean() > 0.3  # of -1 to 1, moved by 1 and clipped


def test_stable_baselines3s_ornstein_uhlenbeck_noise_is_ours_in_units_of_the_scaled_action():
    module = import_module("stable_baselines3.common.noise")
    theirs = module.OrnsteinUhlenbeckActionNoise(np.zeros(2), 0.1 * np.ones(2), dtype=np.float64)
    state = np.random.get_state()
    np.random.seed(3)
    draws = np.random.normal(size=(200, 2))
    np.random.seed(3)
    actual = np.stack([theirs() for _ in draws])
    np.random.set_state(state)
    value, ours = torch.zeros(2, dtype=torch.float64), []
    for draw in torch.from_numpy(draws):
        value = ornstein_uhlenbeck(value, draw, theta=0.15, sigma=0.2, dt=0.01)
        ours.append(value)
    assert_same_bits("value", torch.stack(ours), 2 * torch.from_numpy(actual))  # Pendulum's torque goes to 2


@pytest.mark.parametrize("flags", FLAGS)
def test_stable_baselines3_stops_the_bootstrap_where_the_sites_calculator_says(flags):
    environments = import_module("stable_baselines3.common.vec_env")
    buffers = import_module("stable_baselines3.common.buffers")
    env = environments.DummyVecEnv([lambda: Ending(terminated=flags[0] == "1", truncated=flags[1] == "1")])
    buffer = buffers.ReplayBuffer(1, env.observation_space, env.action_space, handle_timeout_termination=True)
    before, action = env.reset(), np.zeros((1, 1), np.float32)
    observation, reward, done, infos = env.step(action)
    buffer.add(before, observation, action, reward, done, infos)
    assert bool(buffer.sample(1).dones) == stops(RULES["sb3"])[flags]


class Ending(gymnasium.Env):
    """Ends its first step with these flags."""

    observation_space = action_space = gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float32)

    def __init__(self, **flags):
        self._flags = flags

    def reset(self, **options):
        return np.zeros(1, np.float32), {}

    def step(self, action):
        return np.zeros(1, np.float32), 0.0, self._flags["terminated"], self._flags["truncated"], {}


def test_the_example_trains_and_evaluates():
    program = Path(__file__).parents[1] / "examples" / "train_stable_baselines3.py"
    words = ["--start-steps", "300", "--update-after", "300", "--total-steps", "400", "--evaluation-episodes", "1"]
    done = subprocess.run([sys.executable, str(program), *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Pendulum-v1, seed 42: 400 steps, 100 updates" in done.stdout
    assert "mean return of 1 greedy episodes: -" in done.stdout


def test_the_example_refuses_bad_input_in_one_line():
    program = Path(__file__).parents[1] / "examples" / "train_stable_baselines3.py"
    done = subprocess.run([sys.executable, str(program), "--tau", "3"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("tau must be in (0, 1]; got 3.0.") and done.stderr.count("\n") == 1
