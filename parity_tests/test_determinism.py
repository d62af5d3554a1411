"""The same bits whatever else is so: conditions within this process, and one process that meets many at once.

`python -m parity_tests.studies.conditions` tries each alone, at the defaults' sizes.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache

import pytest

from parity_tests.assertions import assert_same_bits
from parity_tests.conditions import disturbances
from parity_tests.conditions.child import meet
from parity_tests.conditions.digests import digests, first_apart
from parity_tests.conditions.listed import CONDITIONS
from parity_tests.conditions.outcome import ROOT
from parity_tests.runs import short

FIELDS = {
    "total_steps": 55,
    "max_steps_per_episode": 20,
    "start_steps": 25,
    "update_after": 26,
    "batch_size": 16,
    "hidden_sizes": (24, 24),
    "replay_size": 40,
    "noise": "ornstein-uhlenbeck",
    "layer_norm": "both",
}
"""Warm-up, noise that remembers, a replay that wraps, a run that ends in mid-episode."""

WITHIN = [
    condition.disturbance
    for condition in CONDITIONS.values()
    if condition.promised and condition.disturbance not in ("undisturbed", "denormals_kept")
]
"""The promised conditions that this process can meet."""


@cache
def plain():
    return meet("undisturbed", FIELDS)


@pytest.mark.parametrize("side", ["reference", "torchrl"])
@pytest.mark.parametrize("disturbance", WITHIN)
def test_a_run_keeps_its_bits_under(disturbance, side):
    assert_same_bits(f"{side} under {disturbance}", plain()[side], meet(disturbance, FIELDS, [side])[side])


def test_both_sides_have_the_same_digests():
    assert_same_bits("digests of both sides", plain()["reference"], plain()["torchrl"])


EVERYTHING = {
    "PYTHONHASHSEED": "123",
    "TZ": "Asia/Kathmandu",
    "LC_ALL": "C",
    "LANG": "C",
    "OMP_NUM_THREADS": "2",
    "MKL_NUM_THREADS": "2",
    "MALLOC_PERTURB_": "85",
    "PYTHONPATH": str(ROOT),
}


def test_another_process_folder_hash_seed_locale_and_zone_keep_the_bits(tmp_path):
    words = [sys.executable, "-m", "parity_tests.conditions.child", "generators", json.dumps(FIELDS)]
    done = subprocess.run(words, cwd=tmp_path, env=os.environ | EVERYTHING, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = {side: [tuple(each) for each in made] for side, made in json.loads(done.stdout).items()}
    assert_same_bits("digests here and there", plain(), found)


# What the digests can see.


def test_digests_name_the_first_place_that_differs():
    config = short(total_steps=120, max_steps_per_episode=40, start_steps=50, update_after=60, batch_size=16)
    ours = digests("reference", config)
    other = digests("reference", replace(config, critic_lr=1.1e-3))
    assert first_apart(ours, ours) is None
    assert first_apart(ours, other) == "update 1 (step 60)"  # its actor meets the critic that was just updated
    assert first_apart(ours, ours[:-1]) == "its length"


@pytest.mark.parametrize("disturbance", WITHIN)
def test_a_disturbance_leaves_the_process_as_it_found_it(disturbance):
    def settings():
        return (
            disturbances.torch.get_default_dtype(),
            disturbances.torch.get_num_threads(),
            disturbances.torch.is_grad_enabled(),
            disturbances.torch.are_deterministic_algorithms_enabled(),
            disturbances.torch.is_anomaly_enabled(),
            disturbances.gc.isenabled(),
            os.getcwd(),
            os.environ.get("TZ"),
        )

    before = settings()
    getattr(disturbances, disturbance)(lambda between: between())
    assert settings() == before


def test_global_generators_are_disturbed_indeed():
    seen = []

    def run(between):
        for _ in range(3):
            seen.append(disturbances.torch.get_rng_state().sum().item())
            between()

    disturbances.global_generators(run)
    assert len(set(seen)) == 3
