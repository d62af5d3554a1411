"""The line of `metrics.jsonl` that an episode becomes: its numbers by hand, and the same from either implementation."""

import json

import numpy as np
import pytest
import torch

from harness.diagnostics import SECTIONS
from harness.implementations import train_function
from harness.metrics import METRICS, distance, summarise, update_figures
from harness.report import report
from harness.run_folder import create, read_run
from harness.train import recorded, run_space
from parity_tests.assertions import assert_same_bits
from reference.config import Config
from reference.state import UpdateMetrics

IMPLS = ("reference", "torchrl")
SMALL = {
    "total_steps": 70, "max_steps_per_episode": 20, "start_steps": 20, "update_after": 20, "batch_size": 8,
    "hidden_sizes": (8, 8), "gamma": 0.9, "probe_n": 8,
}  # fmt: skip
TD3 = {"twin_critics": True, "target_noise": 0.4, "policy_delay": 2}
VARIANTS = {"ddpg": {}, "td3": TD3, "n_step": {"n_step": 3}}


def lines_of(impl, config):
    """The lines of one implementation's run, as they are written."""
    space = run_space(config)
    return [json.dumps(summarise(*some, space, config, 0.0), allow_nan=False) for some in train_function(impl)(config)]


def updates_of(value, target, actor_loss=0.5):
    """One update on a batch of these values [B] or [n, B] and targets [B]."""
    one, scalar = torch.tensor([actor_loss]), torch.tensor([0.25])
    value, target = torch.tensor([value]), torch.tensor([target])
    return UpdateMetrics(torch.zeros(1, len(target[0]), dtype=torch.int64), target, value, scalar, scalar, one, one)


def test_td_errors_are_shown_by_their_quantiles():
    figures = update_figures(updates_of([10.0, 11.0, 12.0, 13.0, 34.0], [10.0] * 5))
    # By hand: of the errors 0, 1, 2, 3, 24, a quantile q lies at place 4q, between its neighbours: 0.2 and 3.8.
    found = [figures[f"td_error_{percent}"][0] for percent in (5, 25, 50, 75, 95)]
    assert found == pytest.approx([0.2, 1.0, 2.0, 3.0, 3 + 0.8 * 21], rel=1e-6)


def test_td_errors_of_two_critics_are_those_of_the_first():
    figures = update_figures(updates_of([[1.0, 1.0], [7.0, 7.0]], [0.0, 0.0]))
    assert figures["td_error_50"] == [1.0] and figures["value_mean"] == [1.0]


def test_the_gap_of_two_critics_is_their_mean_difference():
    figures = update_figures(updates_of([[1.0, 5.0], [4.0, 3.0]], [0.0, 0.0]))
    assert figures["critics_gap"] == [2.5]  # by hand: (3 + 2) / 2


@pytest.mark.parametrize("value", [[1.0, 2.0], [[1.0, 2.0]]], ids=["plain", "stacked"])
def test_one_critic_has_no_gap(value):
    assert update_figures(updates_of(value, [0.0, 0.0]))["critics_gap"] is None


def test_the_largest_value_counts_either_sign_and_both_critics():
    assert update_figures(updates_of([[1.0, -3.0], [2.0, -4.0]], [0.0, 9.0]))["value_largest"] == [4.0]


def test_an_update_that_leaves_the_actor_alone_has_no_actor_loss():
    assert update_figures(updates_of([1.0], [1.0], actor_loss=float("nan")))["actor_loss"] == [None]


def test_distance_is_relative_to_the_online_network():
    online = {"0.weight": torch.tensor([[3.0, 0.0]]), "0.bias": torch.tensor([4.0])}
    target = {"0.weight": torch.tensor([[3.0, 1.0]]), "0.bias": torch.tensor([2.0])}
    assert distance(online, target) == pytest.approx(5**0.5 / 5)  # by hand: sqrt(0 + 1 + 4) of sqrt(9 + 16)


@pytest.mark.parametrize("fields", VARIANTS.values(), ids=VARIANTS)
def test_both_implementations_write_the_same_lines(fields):
    config = Config(**SMALL | fields)
    ours, theirs = (lines_of(impl, config) for impl in IMPLS)
    assert len(ours) == 4 and ours == theirs
    last = json.loads(ours[-1])
    # The run ends in mid-episode, with a half of the discount behind it in some states all the same.
    assert None not in [value for key, value in last.items() if key != "probe"]
    assert (last["updates"]["critics_gap"] is None) == (fields is not TD3)


@pytest.mark.parametrize("impl", IMPLS)
def test_writing_lines_changes_no_bit_of_a_run(impl):
    config = Config(**SMALL | TD3, replay_size=70)  # every row is written: others may hold anything
    space = run_space(config)
    state = torch.get_rng_state()
    last = None
    for record, run_state in train_function(impl)(config):
        summarise(record, run_state, space, config, 0.0)
        last = record, run_state
    *_, untouched = train_function(impl)(config)
    assert_same_bits("record", untouched[0], last[0])
    assert_same_bits("state", untouched[1], last[1])
    assert_same_bits("global generator", state, torch.get_rng_state())


def test_a_run_of_td3_fills_every_figure_of_its_report(tmp_path):
    config = Config(**SMALL | TD3)
    create(tmp_path / "run", config, "reference")
    for _ in recorded(train_function("reference")(config), tmp_path / "run", run_space(config), config):
        pass
    log = read_run(tmp_path / "run")
    assert all(set(line) > METRICS for line in log.episodes)
    assert report([log]).count('<div class="figure"') == len(SECTIONS)


def test_a_run_whose_values_grow_beyond_its_rewards_warns_once(tmp_path, capfd):
    config = Config(**SMALL | {"critic_lr": 1.0, "tau": 1.0, "grad_clip_norm": None, "total_steps": 120})
    create(tmp_path / "wild", config, "reference")
    for _ in recorded(train_function("reference")(config), tmp_path / "wild", run_space(config), config):
        pass
    errors = capfd.readouterr().err.splitlines()
    assert len(errors) == 1 and errors[0].startswith("ddpg: warning: in wild |Q| reached ")
    assert "<b>Warning.</b>" in report([read_run(tmp_path / "wild")])


def test_a_usual_run_does_not_warn(tmp_path, capfd):
    config = Config(**SMALL)
    create(tmp_path / "run", config, "reference")
    for _ in recorded(train_function("reference")(config), tmp_path / "run", run_space(config), config):
        pass
    assert capfd.readouterr().err == ""


def test_the_largest_value_of_a_run_is_that_of_its_updates():
    config = Config(**SMALL)
    space = run_space(config)
    for record, state in train_function("reference")(config):
        line = summarise(record, state, space, config, 0.0)
        expected = [np.abs(batch).max() for batch in record.updates.value.numpy()]
        assert line["updates"]["value_largest"] == expected
        assert line["largest_reward"] == np.abs(record.transitions.reward.numpy()).max()
