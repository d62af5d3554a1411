"""Environments with the interface of `gym` before 0.26, through shimmy: alike on both sides, by every command."""

import json
import subprocess
import sys
from itertools import islice

import gymnasium
import pytest

from harness.watch import watch
from parity_tests.assertions import assert_same_bits, tally
from parity_tests.runs import THREE_ACTIONS, short
from parity_tests.test_command_line import SHORT, ddpg_here  # noqa: F401  (a fixture)
from parity_tests.test_envs import each_implementation, loop
from parity_tests.test_factories import assert_every_command_takes, assert_the_same_run
from parity_tests.test_whole_run import compare
from reference.env_id import has_old_interface
from reference.envs import env_space, make_env
from reference.train import train

for _package in ("gym", "shimmy"):
    pytest.importorskip(_package, reason="needs the extra: pip install 'ddpg-parity[legacy]'")

OLD = "parity_tests.old_environments:"

TWINS = {
    # name: (env_id, max_steps_per_episode, Gymnasium's environment of the same arithmetic and draws)
    "registered_class": (f"gym:{OLD}OldThreeActions-v0", None, THREE_ACTIONS),
    "registered_place": (f"gym:{OLD}ByItsPlace-v0", None, THREE_ACTIONS),
    "factory": (f"factory={OLD}OldThreeActions", 60, THREE_ACTIONS),
    "gym_0.26": (f"factory={OLD}NewThreeActions", 60, THREE_ACTIONS),
    "gyms_own_pendulum": ("gym:Pendulum-v1", None, "Pendulum-v1"),
}


@each_implementation
@pytest.mark.parametrize("env_id, limit, twin", TWINS.values(), ids=TWINS.keys())
def test_an_old_environment_runs_as_its_twin_of_gymnasium(env_id, limit, twin, run):
    assert_the_same_run(run, env_id, limit, twin)


@pytest.mark.parametrize("env_id", [f"gym:{OLD}OldThreeActions-v0", f"factory={OLD}OldThreeActions"])
def test_training_on_an_old_environment_agrees_in_every_bit(env_id):
    config = short(env_id=env_id, total_steps=300, max_steps_per_episode=50, start_steps=60, update_after=61)
    differences, compared = compare(watch("reference", config), watch("torchrl", config), config)
    tally.update(compared=compared, same=0 if differences else compared)
    assert not differences, differences[0]
    assert compared > 1_000


def ends(run, env_id, limit=None):
    """Length, terminated and truncated of a run's whole episodes, which are all alike."""
    records = [record for record, _ in run(loop(f"factory={OLD}{env_id}", limit))]
    return {(len(record.transitions.reward), record.terminated, record.truncated) for record in records[:-1]}


@each_implementation
def test_an_old_end_is_a_termination_unless_its_info_names_the_time_limit(run):
    assert ends(run, "Plain") == {(7, True, False)}
    assert ends(run, "SaysTruncated") == {(7, False, True)}


@each_implementation
def test_our_own_limit_truncates_an_old_environment(run):
    assert ends(run, "Plain", limit=5) == {(5, False, True)}


@each_implementation
def test_an_end_of_an_old_environments_own_on_our_limit_has_both_flags(run):
    assert ends(run, "Plain", limit=7) == {(7, True, True)}


@each_implementation
def test_what_gym_0_22_to_0_25_had_works_through_its_seed_method(run):
    assert ends(run, "OfTheYearsBetween") == {(7, True, False)}


@each_implementation
def test_a_class_whose_import_alone_was_changed_works(run):
    assert ends(run, "Renamed") == {(7, True, False)}


def test_the_limit_that_gym_registered_holds_unless_ours_is_given():
    for ours, expected in ((None, 60), (100, 100)):
        config = loop(f"gym:{OLD}OldThreeActions-v0", ours)
        assert env_space(make_env(config), config).steps_per_episode == expected


def test_every_episode_of_an_old_environment_has_its_own_seed():
    records = [record for record, _ in train(loop(f"factory={OLD}OldThreeActions", 10))]
    starts = {tuple(record.transitions.observation[0].tolist()) for record in records}
    assert len(starts) == len(records) > 3


@each_implementation
def test_a_run_on_an_old_environment_goes_on_where_it_stood(run):
    config = loop(f"factory={OLD}OldThreeActions", 10)
    whole = [record.transitions for record, _ in train(config)]
    _, state = list(islice(train(config), 2))[-1]
    resumed = [record.transitions for record, _ in run(config, state)]
    assert len(resumed) == len(whole) - 2 > 3
    assert_same_bits("transitions after the second episode", dict(enumerate(resumed)), dict(enumerate(whole[2:])))


def test_new_interfaces_are_not_taken_for_old():
    for env_id in ("Pendulum-v1", "CartPole-v1", THREE_ACTIONS):
        assert not has_old_interface(gymnasium.make(env_id))


# The command line.

NAMES = {"registered": f"gym:{OLD}OldThreeActions-v0", "factory": f"factory={OLD}OldThreeActions"}


@pytest.mark.parametrize("impl", ["reference", "torchrl"])
@pytest.mark.parametrize("env_id", NAMES.values(), ids=NAMES.keys())
def test_every_command_takes_an_old_environment(env_id, impl, tmp_path, ddpg_here):  # noqa: F811
    assert_every_command_takes(env_id, impl, tmp_path, ddpg_here)


def test_both_implementations_evaluate_an_old_environment_to_the_same_returns(tmp_path, ddpg_here):  # noqa: F811
    assert ddpg_here(f"compare {SHORT} --env-id gym:Pendulum-v1 --out both", tmp_path).returncode == 0
    answers = [ddpg_here(f"evaluate both/{impl} --episodes 2 --json", tmp_path) for impl in ("reference", "torchrl")]
    returns = [json.loads(answer.stdout)["returns"] for answer in answers]
    assert len(returns[0]) == 2 and returns[0] == returns[1]


REFUSED = {
    # name: (env_id, words that the one line must hold)
    "unknown_id": ("gym:Pendulums-v1", ["registered with gym", "Pendulums"]),
    "unknown_version": ("gym:Pendulum-v7", ["registered with gym", "v7"]),
    "malformed_id": ("gym:a/b/c", ["registered with gym", "a/b/c"]),
    "no_id": ("gym:", ["registered with gym", "gym:"]),
    "unknown_module": ("gym:no_such_module:Old-v0", ["no_such_module", "cannot be imported"]),
    "not_seeded": (f"factory={OLD}WithoutSeed", ["cannot be seeded", "def seed"]),
    "untranslatable_space": (f"factory={OLD}WithDiscreteActions", ["cannot be translated by shimmy", "Discrete"]),
    "discrete_actions": ("gym:CartPole-v1", ["action space", "Discrete"]),
    "old_class_under_gymnasiums_id": (f"{OLD}UnderGymnasiumsId-v0", ["Gym is incompatible", "factory=package.module"]),
    "renamed_under_gymnasiums_id": (f"{OLD}Renamed-v0", ["interface of gym before 0.26", "factory=package.module"]),
}


@pytest.mark.parametrize("env_id, words", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_translated_is_refused_in_one_line(env_id, words, tmp_path, ddpg_here):  # noqa: F811
    result = ddpg_here(f"train --env-id {env_id} --max-steps-per-episode 200", tmp_path)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.stderr
    assert [word for word in words if word not in result.stderr] == [], result.stderr


@pytest.mark.parametrize("missing, env_id", [("gym", "gym:Pendulum-v1"), ("shimmy", f"factory={OLD}Plain")])
def test_without_the_extra_one_line_says_how_to_install_it(missing, env_id, tmp_path, ddpg_here, monkeypatch):  # noqa: F811
    monkeypatch.setitem(sys.modules, missing, None)
    result = ddpg_here(f"train --env-id {env_id} --max-steps-per-episode 200", tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1), result.stderr
    assert f"needs the module {missing}" in result.stderr and "pip install 'ddpg-parity[legacy]'" in result.stderr


def test_an_old_module_without_the_extra_says_the_same(tmp_path, ddpg_here, monkeypatch):  # noqa: F811
    (tmp_path / "written_in_2019.py").write_text("import gym\n")
    monkeypatch.setitem(sys.modules, "gym", None)
    result = ddpg_here("train --env-id factory=written_in_2019:Env", tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1), result.stderr
    assert "pip install 'ddpg-parity[legacy]'" in result.stderr


def test_gyms_notice_does_not_reach_the_terminal():
    code = "from harness.process import prepare_process; prepare_process(); import gym"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
