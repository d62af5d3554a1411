"""docs/rewrites.md: its tables and its figures say what the kept runs say, and the arithmetic behind them is right."""

import json
from pathlib import Path

import gymnasium
import numpy as np
import pytest
import torch

from parity_tests.as_drawn import as_drawn
from parity_tests.rewrites.keep import KEEP
from parity_tests.rewrites.lose import LOSE
from parity_tests.studies import rewrites
from parity_tests.studies.one_bit import drawn, page, results, starts, still, summary, twins
from parity_tests.studies.page import between_markers
from reference.optim import adam, init_adam

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def from_the_root(monkeypatch):
    """The studies find their folders from there."""
    monkeypatch.chdir(ROOT)


def test_one_bit_is_flipped_in_one_weight_of_the_actor_and_in_one_update():
    params = {"0.weight": torch.linspace(-1.0, 1.0, 6).view(2, 3), "0.bias": torch.ones(2)}
    grads = {name: torch.full_like(value, 0.5) for name, value in params.items()}
    step = {"state": init_adam(params), "lr": 1e-3}
    flipping, apart = twins.flipping(4), []
    for _ in range(4):  # critic, actor, critic, actor
        (plain, _), (twin, _) = (apply(params, grads, **step) for apply in (adam, flipping))
        differs = {
            name: torch.bitwise_xor(plain[name].view(torch.int32), twin[name].view(torch.int32)) for name in plain
        }
        apart.append({name: bits.flatten().nonzero().flatten().tolist() for name, bits in differs.items()})
        assert all(bits.max() <= 1 for bits in differs.values())
    nothing = {"0.weight": [], "0.bias": []}
    assert apart == [nothing, {"0.weight": [4], "0.bias": []}, nothing, nothing]


def test_an_e_fold_is_found_where_the_distance_grows_by_e_every_ten_updates():
    updates = np.arange(0, 200)
    distances = np.where(updates < 5, 0.0, 1e-6 * np.exp(updates / 10.0))
    assert summary._fold(updates, distances) == pytest.approx(10.0)


def test_an_e_fold_of_twins_that_stay_together_is_no_number():
    assert np.isnan(summary._fold(np.arange(10), np.full(10, 1e-7)))


def test_a_distance_is_the_largest_over_the_state_space():
    plain = np.zeros((2, 3, 4), np.float32)
    other = plain.copy()
    other[1, 2, 3], other[1, 0, 0] = -0.5, 0.25
    both = [twins.Trace([1, 2], values, [], []) for values in (other, plain)]
    assert list(twins.distances(*both)) == [0.0, 0.5]


def test_a_spread_is_the_deviation_over_runs_averaged_over_episodes():
    returns = np.tile([[0.0, 10.0], [2.0, 14.0]], (5, 1))
    of_ten = (10 / 9) ** 0.5  # five times the same two have the deviation of a population, but for one run less
    assert summary.spread(returns).value == pytest.approx((1.0 + 2.0) / 2 * of_ten)


def test_a_spread_that_one_run_makes_is_shown_as_that():
    many = np.arange(10.0)[:, None]
    assert "by one run (" in page._spread(np.where(many == 9.0, 1_000.0, many))
    assert "by one run" not in page._spread(many)


@pytest.mark.parametrize("count", summary.STUDENT)
def test_the_interval_of_a_spread_holds_the_truth_as_often_as_it_says(count):
    generator = np.random.default_rng(0)
    found = [summary.spread(generator.normal(0.0, 3.0, (count, 1))) for _ in range(1_000)]
    assert 0.92 < np.mean([one.low < 3.0 < one.high for one in found]) < 0.98


def test_a_policy_is_judged_as_the_environment_would_judge_it(monkeypatch):
    monkeypatch.setattr(starts, "STARTS", 3)
    generator = np.random.default_rng(0)
    begins = np.stack([generator.uniform(-np.pi, np.pi, 3), generator.uniform(-1.0, 1.0, 3)], axis=1)
    env, returns = gymnasium.make("Pendulum-v1"), []
    for state in begins:
        env.reset()
        env.unwrapped.state, rewards, over = state, [], False
        while not over:
            torque = np.array([-0.3 * env.unwrapped.state[1]])
            _, reward, _, over, _ = env.step(torque)
            rewards.append(float(reward))
        returns.append(sum(rewards))
    assert starts.greedy_return(lambda angle, speed: -0.3 * speed) == pytest.approx(np.mean(returns), rel=1e-9)


TABLES = {"parting": page.parting_table, "spread": page.spread_table, "judged": page.judged_table}


@pytest.mark.parametrize("name, table", TABLES.items(), ids=TABLES)
def test_the_pages_tables_are_those_of_the_kept_runs(name, table):
    shown = between_markers(page.PAGE, name)
    if shown == "Not measured yet.":
        pytest.skip("these runs have not been made")
    assert shown == table()


def test_twins_spread_as_widely_as_seeds_while_the_policy_is_learnt():
    """As the page says, of 2,000 updates; later they do not."""
    seeds, *groups = (summary.judged(group) for group in page.GROUPS.values())
    learning, late = (twins.JUDGED.index(update) for update in (2_000, 7_000))
    for group in groups:
        of_seeds, of_twins = (summary.spread(values[:, [learning]]) for values in (seeds, group))
        assert of_seeds.low < of_twins.value and of_twins.high > of_seeds.value
        assert group[:, late].std(ddof=1) < seeds[:, late].std(ddof=1)


def test_the_figures_numbers_are_those_of_the_kept_runs():
    assert json.loads((results.FOLDER / drawn.DATA).read_text()) == json.loads(json.dumps(drawn.contents()))


def test_the_figure_has_for_each_change_a_policy_at_each_update_and_a_distance_that_fits_it():
    kept = results.policies()
    size = len(kept["updates"]), len(kept["speeds"]), len(kept["angles"])
    for change in drawn.contents()["changes"]:
        policy = kept["policies"][change["name"]]
        assert policy.shape == size
        (of_seed_0,) = (twin for twin in change["twins"] if twin["seed"] == 0)
        far = dict(zip(of_seed_0["updates"], of_seed_0["distances"], strict=True))
        seen = np.abs(policy - kept["policies"][""]).max(axis=(1, 2))
        wanted = [far.get(update, 0.0) for update in kept["updates"]]
        assert np.abs(seen - wanted).max() <= results.STEP  # a policy is kept in whole steps


@as_drawn
def test_the_still_picture_is_drawn_from_the_kept_runs():
    assert (results.FOLDER / "one_bit.svg").read_text() == still.picture()


def test_the_page_lists_every_rewrite_with_what_its_runs_came_to():
    found = rewrites.kept()
    for name, listed in {"kept": KEEP, "lost": LOSE}.items():
        assert between_markers(rewrites.PAGE, name) == rewrites.table(listed, found)
        assert {rewrite.name for rewrite in listed} <= {rewrite for rewrite, _ in found}
    assert not rewrites.contradicted(found)


def test_a_rewrite_that_does_not_as_it_is_listed_is_named():
    lost, same = rewrites.Outcome(5, "critic_loss"), rewrites.Outcome(2_001, None)
    keeps, loses = KEEP[0].name, LOSE[0].name
    assert rewrites.contradicted({(keeps, "float32"): lost}) == [keeps]
    assert rewrites.contradicted({(loses, "float32"): same}) == [loses]
    assert rewrites.contradicted({(keeps, "float32"): same, (loses, "float32"): same, (loses, "float64"): lost}) == []
