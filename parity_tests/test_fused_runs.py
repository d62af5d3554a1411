"""Rung: whole runs by the fused update: they end, twice alike, go on where they stopped, and begin as autograd's."""

from itertools import islice

import pytest

from parity_tests.assertions import assert_same_bits
from parity_tests.closeness import assert_close_to_oracle
from parity_tests.combinations import tiny
from parity_tests.test_fused import tensors
from reference.state import UpdateMetrics
from reference.train import train

RUNG = "fused"

RUNS = {
    "plain": {},
    "ou-annealed": {"noise": "ou", "annealing": "annealed", "replay": "wraps"},
    "layer_norm-3_actions": {"layer_norm": "both", "environment": "three_actions", "rounds": "twice"},
    "td3": {"critics": "twins", "target_noise": "smoothed", "delay": "delayed", "ends": "time_limit_ends"},
    "paper-3_step": {"networks": "paper", "n_step": "3-step", "loss": "smooth_l1", "order": "simultaneous"},
    "one_critic-smoothed": {"target_noise": "smoothed", "loss": "l1", "clipping": "unclipped", "rounds": "rounds"},
}

each_run = pytest.mark.parametrize("name", RUNS)


def config_of(name, **fields):
    return tiny(RUNS[name], **{"total_steps": 300, **fields})


def run(config, **arguments):
    """Records and the last state."""
    found = list(train(config, update="fused", **arguments))
    return [record for record, _ in found], found[-1][1]


@each_run
def test_a_fused_run_is_the_same_bits_twice(name):
    (records, state), (again, state_again) = run(config_of(name)), run(config_of(name))
    assert records[-1].last_step == 300 and records[-1].last_update > 200
    assert_same_bits("records", dict(enumerate(records)), dict(enumerate(again)))
    assert_same_bits("networks", state.networks, state_again.networks)


@each_run
def test_a_fused_run_goes_on_from_an_episodes_end_to_the_same_bits(name):
    config = config_of(name)
    whole, last = run(config)
    *_, (_, state) = islice(train(config, update="fused"), 8)  # updates begin in the third episode or so
    assert 0 < state.update < last.update
    rest, reached = run(config, run_state=state)
    assert_same_bits("records", dict(enumerate(rest)), dict(enumerate(whole[8:])))
    assert_same_bits("networks", reached.networks, last.networks)


@each_run
def test_a_fused_run_uses_no_autograd(name, monkeypatch):
    def raising(*_, **__):
        raise AssertionError("this update was not to be asked")

    monkeypatch.setattr("reference.update.update", raising)
    assert run(config_of(name))[1].update > 200


def both(name, **fields):
    config = config_of(name, **fields)
    return run(config)[0], [record for record, _ in train(config)]


@each_run
def test_in_warm_up_a_fused_run_is_autograds_to_the_bit(name):
    # And no longer: the first action that a policy chooses may differ in its last bit.
    warm_up = [
        pair for pair in zip(*both(name, start_steps=100, total_steps=60), strict=False) if pair[0].last_step < 50
    ]
    assert warm_up
    for ours, theirs in warm_up:
        assert_same_bits(f"episode {ours.episode}", ours, theirs)


@each_run
def test_the_first_update_of_a_fused_run_is_autograds(name):
    first, expected = (
        next(record.updates for record in records if len(record.updates.indices))
        for records in both(name, dtype="float64", policy_delay=1, total_steps=70)
    )
    assert_same_bits("rows of replay", first.indices[0], expected.indices[0])
    firsts = (UpdateMetrics(*(part[0] for part in updates))._asdict() for updates in (first, expected))
    assert_close_to_oracle("update 1", *firsts)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@each_run
def test_records_of_a_fused_run_have_autograds_shapes_and_dtypes(name, dtype):
    ours, theirs = both(name, dtype=dtype, total_steps=110)
    # Episodes of three_actions end by chance and its action, so that only the first ones are equally long.
    for record, expected in list(zip(ours, theirs, strict=False))[:4]:
        assert forms(record) == forms(expected)
    assert any(len(record.updates.indices) for record in ours[:4])


def forms(record):
    return [(tensor.shape, tensor.dtype) for tensor in tensors(record)]
