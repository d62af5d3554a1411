"""Other ways to write the update: those said to keep every bit keep it over some updates, the others lose one."""

import math
from dataclasses import replace

import pytest
import torch

from harness.watch import watch
from parity_tests.faults.processes import Lost
from parity_tests.once import once
from parity_tests.rewrites.keep import KEEP
from parity_tests.rewrites.lose import LOSE
from parity_tests.rewrites.trial import REWRITES, outcomes
from reference.config import Config

CONFIG = Config(total_steps=150, start_steps=100, update_after=128, hidden_sizes=(64, 64))
"""One episode, so that the run beside can be kept."""

LATE = {"root_by_math", "clamp_at_zero", "product_then_bias"}
"""Lost after some hundred updates, when a short run has ended, or in wider networks than its."""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return once(tmp_path_factory, "rewrites", tried)


def tried():
    kept = {dtype: list(watch("reference", replace(CONFIG, dtype=dtype))) for dtype in ("float32", "float64")}
    answers = outcomes(
        CONFIG, [one for one in REWRITES.values() if one.name not in LATE], lambda config: kept[config.dtype]
    )
    return {rewrite.name: answer for rewrite, answer in answers}


@pytest.mark.parametrize("name", [rewrite.name for rewrite in KEEP])
def test_a_rewrite_that_keeps_every_bit(name, found):
    assert found[name] == (23, None)


@pytest.mark.parametrize("name", [rewrite.name for rewrite in LOSE if rewrite.name not in LATE])
def test_a_rewrite_that_loses_a_bit(name, found):
    assert not isinstance(found[name], Lost)
    assert found[name].parted is not None


def test_a_root_that_rounds_otherwise_once_in_a_thousand_steps():
    unlike = [step for step in range(1, 3_000) if (1 - 0.999**step) ** 0.5 != math.sqrt(1 - 0.999**step)]
    assert unlike[0] == 1270


def test_a_clamp_has_another_derivative_than_a_relu_at_zero_alone():
    x = torch.tensor([-1.0, 0.0, 1.0], requires_grad=True)
    (relu,) = torch.autograd.grad(torch.relu(x).sum(), x)
    (clamp,) = torch.autograd.grad(torch.clamp(x, min=0.0).sum(), x)
    assert relu.tolist() == [0.0, 0.0, 1.0]
    assert clamp.tolist() == [0.0, 1.0, 1.0]
