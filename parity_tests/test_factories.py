"""`env_id="factory=..."` and `module:Id`: what they name is made alike on both sides, by every command."""

import json

import pytest

from harness.run_folder import read_run
from parity_tests.assertions import assert_same_bits
from parity_tests.environments import ThreeActions
from parity_tests.runs import THREE_ACTIONS
from parity_tests.test_command_line import ENVIRONMENT, SHORT, ddpg_here  # noqa: F401  (a fixture)
from parity_tests.test_envs import each_implementation, in_steps, loop, transitions
from reference.env_id import gymnasium_id
from reference.envs import env_space, make_env
from reference.train import train
from torchrl_impl.envs import make_env as torchrl_make_env

FACTORY = "factory=parity_tests.factories:"


def assert_the_same_run(run, env_id, limit, oracle):
    """`run` on `env_id` makes the transitions of the reference on the `oracle`, an id of Gymnasium's."""
    found, expected = transitions(run, loop(env_id, limit)), transitions(train, loop(oracle, limit))
    for number, rows in enumerate(zip(in_steps(found), in_steps(expected), strict=True), start=1):
        assert_same_bits(f"transition of step {number}", *rows)


@each_implementation
def test_a_factory_makes_what_its_id_would(run):
    assert_the_same_run(run, FACTORY + "three_actions", 10, THREE_ACTIONS)


@each_implementation
def test_a_class_is_a_factory(run):
    assert_the_same_run(run, "factory=parity_tests.environments:ThreeActions", 10, THREE_ACTIONS)


@each_implementation
def test_a_factory_may_wrap_what_gymnasium_made(run):
    # RescaleAction gives the whole box as [-1, 1]: of warm-up's draws, other actions, and one and the same force.
    found, plain = transitions(run, loop(FACTORY + "rescaled", 50)), transitions(train, loop("Pendulum-v1", 50))
    assert found.action.abs().max() <= 1 < plain.action.abs().max()
    assert_same_bits("first observations", found.observation[0], plain.observation[0])


@each_implementation
def test_a_limit_of_the_factorys_own_truncates(run):
    lengths = [len(record.transitions.reward) for record, _ in run(loop(FACTORY + "limited", None)) if record.truncated]
    assert lengths and set(lengths) == {20}


def test_a_limit_of_the_factorys_own_is_known_before_the_run():
    config = loop(FACTORY + "limited", None)
    assert env_space(make_env(config), config).steps_per_episode == 20


@pytest.mark.parametrize("make", [make_env, torchrl_make_env], ids=["reference", "torchrl"])
def test_a_factory_is_called_once_for_each_environment(make, monkeypatch):
    calls = []
    monkeypatch.setattr("parity_tests.factories.three_actions", lambda: calls.append(1) or ThreeActions())
    make(loop(FACTORY + "three_actions", 40))
    assert calls == [1]


def test_ids_of_gymnasiums_are_left_alone():
    for env_id in ("Pendulum-v1", THREE_ACTIONS, "phys2d/Pendulum-v0"):
        assert gymnasium_id(env_id) == env_id


REFUSED = {
    # name: (env_id, words that the one line must hold)
    "no_colon": ("factory=parity_tests.factories", ["must be", "factory=package.module:function"]),
    "nothing": ("factory=", ["must be", "factory=package.module:function"]),
    "two_colons": ("factory=a:b:c", ["must be", "factory=package.module:function"]),
    "slash": ("factory=a/b:c", ["must be", "factory=package.module:function"]),
    "unknown_module": ("factory=no_such_module:make", ["no_such_module", "cannot be imported", "spelling"]),
    "relative_module": ("factory=.x:make", [".x", "cannot be imported"]),
    "unknown_function": (FACTORY + "no_such", ["no_such", "nothing of that name"]),
    "no_function": (FACTORY + "number", ["number", "found an object of type int"]),
    "raises": (FACTORY + "raises", ["raised KeyError: 'key'"]),
    "wants_arguments": (FACTORY + "wants_more", ["raised TypeError", "'size'"]),
    "returns_nothing": (FACTORY + "nothing", ["must give an environment", "an object of type NoneType"]),
    "returns_a_class": (FACTORY + "a_class", ["must give an environment", "the class Still"]),
    "not_of_gymnasium": (FACTORY + "duck", ["must give a gymnasium.Env", "Duck"]),
    "discrete_actions": ("factory=gymnasium.envs.classic_control:CartPoleEnv", ["action space", "Discrete"]),
    "endless": (FACTORY + "three_actions", ["time limit", "max_steps_per_episode"]),
    "module_alone": ("parity_tests.environments:", ["env_id", "spelling"]),
}


@pytest.mark.parametrize("env_id, words", REFUSED.values(), ids=REFUSED.keys())
def test_what_makes_no_environment_is_refused_in_one_line(env_id, words, tmp_path, ddpg_here):  # noqa: F811
    result = ddpg_here(f"train --env-id {env_id}", tmp_path)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.stderr
    assert [word for word in words if word not in result.stderr] == [], result.stderr


def test_a_module_that_fails_as_it_is_imported_is_refused_in_one_line(tmp_path, ddpg_here):  # noqa: F811
    (tmp_path / "broken_factory.py").write_text("def make(:\n")
    result = ddpg_here("train --env-id factory=broken_factory:make", tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1), result.stderr
    assert "broken_factory, which cannot be imported (SyntaxError: invalid syntax" in result.stderr


NAMES = {
    "module_and_id": f"{ENVIRONMENT}ThreeActions-v0",
    "factory": FACTORY + "three_actions",
}


def assert_every_command_takes(env_id, impl, tmp_path, ddpg_here):  # noqa: F811
    """`train`, `evaluate`, `report`, `record` and `compare`, on an environment of this name."""
    assert ddpg_here(f"train {SHORT} --env-id {env_id} --impl {impl} --out run", tmp_path).returncode == 0
    assert json.loads((tmp_path / "run" / "config.json").read_text())["env_id"] == env_id
    assert read_run(tmp_path / "run").config.env_id == env_id
    evaluated = ddpg_here(f"evaluate run --episodes 1 --env-id {env_id} --json", tmp_path)
    assert evaluated.returncode == 0 and len(json.loads(evaluated.stdout)["returns"]) == 1, evaluated.stderr
    assert ddpg_here("report run --out page.html", tmp_path).returncode == 0
    assert env_id in (tmp_path / "page.html").read_text()
    recorded = ddpg_here(f"record {SHORT} --env-id {env_id} --impl {impl} --out run.jsonl", tmp_path)
    assert recorded.returncode == 0, recorded.stderr
    compared = ddpg_here(f"compare torchrl run.jsonl --env-id {env_id} --json", tmp_path)
    assert compared.returncode == 0 and json.loads(compared.stdout)["env_id"] == env_id, compared.stderr


@pytest.mark.parametrize("impl", ["reference", "torchrl"])
@pytest.mark.parametrize("env_id", NAMES.values(), ids=NAMES.keys())
def test_every_command_takes_it(env_id, impl, tmp_path, ddpg_here):  # noqa: F811
    assert_every_command_takes(env_id, impl, tmp_path, ddpg_here)


def test_a_factory_in_the_working_directory_is_found(tmp_path, ddpg_here):  # noqa: F811
    (tmp_path / "my_own_environment.py").write_text("from parity_tests.factories import three_actions\n")
    words = f"train {SHORT} --env-id factory=my_own_environment:three_actions"
    result = ddpg_here(words, tmp_path)
    assert result.returncode == 0, result.stderr
    folders = [path.name for path in (tmp_path / "runs").iterdir()]  # where a run goes that was told no place
    assert folders[0].endswith("reference-factory=my_own_environment:three_actions-42")
