"""The study of the exercises: its arithmetic, against numbers worked by hand and against the environment."""

import numpy as np
import pytest
import torch

from parity_tests.studies.exercises import __main__ as command
from parity_tests.studies.exercises import best_return, build, results, train
from parity_tests.studies.exercises.bootstrap import interval
from parity_tests.studies.exercises.evaluation import accuracy, play, received
from parity_tests.studies.exercises.evaluation import evaluate as study_evaluation
from parity_tests.studies.exercises.readings import place
from parity_tests.studies.exercises.run import measure
from parity_tests.studies.exercises.summaries import Study, against_ddpg, final
from parity_tests.studies.exercises.variants import SEEDS, SETTINGS, STEPS, VARIANTS, Setting, config_of
from reference.envs import env_space, make_env
from reference.evaluate import evaluate
from reference.update import init_networks


def test_received_is_the_discounted_sum_of_what_follows():
    reward = torch.tensor([[1.0, 8.0], [2.0, 0.0], [4.0, 0.0]])
    # By hand, gamma 1/2: 1 + 2/2 + 4/4, 2 + 4/2, 4; and 8, 0, 0.
    assert received(reward, 0.5).tolist() == [[3.0, 8.0], [4.0, 0.0], [4.0, 0.0]]


def test_accuracy_compares_values_with_what_followed_their_own_states():
    reward = torch.tensor([[1.0], [2.0], [4.0]])
    found = accuracy(torch.tensor([[6.0], [5.0]]), reward, 0.5)
    # By hand: received 3 and 4, so the errors are 3 and 1, and the square root of (9 + 1) / 2.
    assert found == {"q": 5.5, "received": 3.5, "bias": 2.0, "rmse": np.sqrt(5.0)}


@pytest.mark.parametrize("values", [[1, 0, 0], [0, 1, 1]])
def test_interval_of_a_mean_has_the_binomials_quantiles(values):
    # By hand: the mean of three is 1, or 0, in (1/3)**3 = 3.7 % of all draws: more than 2.5 %, less than 5 %.
    assert interval(values) == (0.0, 1.0)


def test_interval_draws_a_seeds_curve_whole():
    seeds = np.random.default_rng(3).normal(size=(6, 1))
    low, high = interval(np.hstack([seeds, seeds]))
    assert low[0] == low[1] < high[0] == high[1]


def test_interval_of_one_seed_is_that_seed():
    low, high = interval([[2.0, 3.0]])
    assert (low.tolist(), high.tolist()) == ([2.0, 3.0], [2.0, 3.0])


@pytest.mark.parametrize(
    ("differences", "word"),
    [([1, 2, 3, 2, 1], "higher"), ([-1, -2, -3, -2, -1], "lower"), ([-9, 8, -7, 6, 1], "not told apart")],
)
def test_words_say_where_the_interval_lies(differences, word):
    assert place(np.array(differences)).startswith(word)


def test_final_figures_are_means_of_the_last_five_evaluations_and_paired_by_seed():
    ddpg = np.array([[9.0, 1.0, 2.0, 3.0, 4.0, 5.0], [9.0, 0.0, 0.0, 0.0, 0.0, 10.0]])
    curves = {"ddpg": {"bias": ddpg}, "td3": {"bias": ddpg + np.array([[1.0], [-4.0]])}}
    study = Study([0, 1], curves, best=np.zeros(2))
    assert final(study, "ddpg", "bias").tolist() == [3.0, 2.0]  # by hand: 15 / 5 and 10 / 5
    assert against_ddpg(study, "td3", "bias").tolist() == [1.0, -4.0]


def whole_number_policy(config):
    """Torque against the speed, with one unit: every sum has one term, so that no order of summing can matter."""
    params = {"0.weight": [[0.0, 0.0, 1.0]], "0.bias": [0.0], "2.weight": [[-1.0]], "2.bias": [0.0]}
    return config, {name: torch.tensor(value) for name, value in params.items()}


def test_rewards_in_lockstep_are_those_that_evaluate_sums():
    config, params = whole_number_policy(config_of(Setting("ddpg", 3), hidden_sizes=(1,)))
    # Added one by one in float32, as `evaluate` does; the study's own sums carry more digits.
    total = sum(play(config, params, episodes=5, steps=250).reward[:200], torch.zeros(5))
    assert total.tolist() == evaluate(config, params, 5)


def test_play_goes_on_where_the_environment_would_truncate():
    config, params = whole_number_policy(config_of(Setting("ddpg", 3), hidden_sizes=(1,)))
    played = play(config, params, episodes=2, steps=250)
    assert make_env(config).spec.max_episode_steps == 200
    assert played.reward.shape == (250, 2)
    moved = (played.observation[1:] - played.observation[:-1]).abs().amax(dim=-1)
    assert moved.max() < 2.0  # an angle turns by 0.4 a step at most, a speed by 1.05: no reset lies between


def test_values_are_those_of_the_first_critic():
    config = config_of(Setting("td3", 0))
    networks = init_networks(torch.Generator().manual_seed(0), config, env_space(make_env(config), config))
    broken = {name: torch.stack([value[0], value[1] * torch.nan]) for name, value in networks.critic.items()}
    short = {"episodes": 2, "steps": 201}
    whole = study_evaluation(config, networks, **short)
    assert study_evaluation(config, networks._replace(critic=broken), **short) == whole


def test_a_run_is_evaluated_at_every_thousandth_step():
    rows = measure(Setting("td3", 0), total_steps=2_000, start_steps=1_000, update_after=1_900, batch_size=16)
    assert [row["step"] for row in rows] == [1_000, 2_000]
    assert all(row["variant"] == "td3" and row["seed"] == 0 for row in rows)


def a_run(setting):
    """Rows of a finished run."""
    rest = dict.fromkeys(("return", "worst_return", "q", "received", "bias", "rmse"), -151.7894)
    return [{**setting._asdict(), "step": step, **rest} for step in (1_000, STEPS)]


def test_rows_come_back_as_they_were_written(tmp_path):
    rows = a_run(Setting("ou", 4))
    results.write(tmp_path, rows)
    results.write(tmp_path, a_run(Setting("ou", 5)))
    assert results.read(tmp_path) == [
        {**row, **{name: -151.789 for name in row if name not in ("variant", "seed", "step")}}
        for row in rows + a_run(Setting("ou", 5))
    ]


def test_a_seed_counts_once_every_variant_has_finished_it(tmp_path):
    for setting in [Setting(variant, 0) for variant in VARIANTS] + [Setting("ddpg", 1)]:
        results.write(tmp_path, a_run(setting))
    assert results.whole_seeds(results.read(tmp_path)) == [0]
    first, last, *others = results.read(tmp_path)
    assert results.whole_seeds([last, *others]) == [0]  # the last evaluation is what finishes a run
    assert results.whole_seeds([first, *others]) == []


def test_the_study_goes_seed_by_seed():
    assert [seed for _, seed in SETTINGS] == sorted(seed for _, seed in SETTINGS)
    assert {seed for _, seed in SETTINGS} == {*SEEDS}


def test_results_made_otherwise_are_not_gone_on_with(tmp_path):
    path = tmp_path / "versions.json"
    train.begin(path)
    train.begin(path)
    path.write_text(path.read_text().replace('"total_steps": 20000', '"total_steps": 2000'))
    with pytest.raises(ValueError, match="made with other versions"):
        train.begin(path)


@pytest.mark.parametrize("state", [(0.5, -1.0), (3.0, 7.9), (-2.5, -8.0)])
@pytest.mark.parametrize("torque", [-2.0, 0.0, 1.5])
def test_dynamic_programming_moves_as_the_environment_does(state, torque):
    env = make_env(config_of(Setting("ddpg", 0))).unwrapped
    env.reset(seed=0)
    env.state = np.array(state)
    # In float32, as the environment has the torque and squares it.
    moved = best_return.move(*np.array(state), np.float32(torque))
    earned = env.step(np.array([torque], np.float32))[1]
    assert (*env.state, earned) == moved


def test_dynamic_programming_interpolates_in_both_directions_and_round_the_circle():
    table = np.array([[0.0, 8.0], [2.0, 10.0], [4.0, 12.0]])  # angles -pi, -pi/3 and pi/3; speeds -8 and 8
    third = 2 * np.pi / 3
    found = [best_return.interpolate(table, *at) for at in ((-np.pi + third / 2, 0.0), (np.pi - third / 2, -8.0))]
    assert np.round(found, 12).tolist() == [5.0, 2.0]  # by hand: (0 + 8 + 2 + 10) / 4, and half way from 4 to 0


def test_dynamic_programming_of_one_step_is_that_steps_best_reward():
    found = best_return.solve(angles=8, speeds=5, torques=3, steps=1)
    # By hand: hanging at full speed costs pi squared and 0.1 * 64; no torque is the best of three.
    assert found[0, 0] == -(np.pi**2 + 0.1 * 64.0)
    assert found[4, 2] == 0.0


@pytest.mark.parametrize(("module", "work"), [(command, "prepare"), (build, "build"), (best_return, "solve")])
@pytest.mark.parametrize("arguments", [["no/such/place"], ["2", "3"]])
def test_a_command_refuses_an_argument_it_does_not_know_in_one_line(module, work, arguments, capsys, monkeypatch):
    # Were it not refused, hours of training would begin, and results be written over.
    monkeypatch.setattr(module, work, lambda *_: pytest.fail(f"{arguments} was not refused"))
    assert module.main(arguments) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
