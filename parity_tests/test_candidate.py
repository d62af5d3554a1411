"""The ladder for any implementation: `--candidate package.module:Class`; without it, for both of ours."""

import pytest
import torch

from parity_tests.assertions import tally, unchanged
from parity_tests.candidate import OFFERS, load_candidate, offers
from parity_tests.candidate_cases import names_for, problem_for
from parity_tests.judge import judge
from parity_tests.rungs import ORDER, rung

OURS = ("parity_tests.candidates.reference:Reference", "parity_tests.candidates.torchrl:TorchRL")
"""Held to the same bits; a candidate from elsewhere may round differently."""


@pytest.fixture
def candidate(path):
    """A new one for every test."""
    return load_candidate(path)


def pytest_generate_tests(metafunc):
    if "candidate" in metafunc.fixturenames:
        found = metafunc.config.option.candidate or OURS
        metafunc.parametrize(("path", "name", "case"), [row for path in found for row in rows(path)])


def rows(path):
    """One test for each rung and case; one in all for a rung that is not offered."""
    candidate = load_candidate(path)
    for name in sorted(OFFERS, key=ORDER.__getitem__):
        for case in names_for(candidate.conventions) if offers(candidate, name) else [None]:
            words = f"{path.rpartition(':')[2]}-{name.replace(' ', '_')}-{case or 'not_offered'}"
            yield pytest.param(path, name, case, marks=rung(name), id=words)


def test_a_candidate_stands_on_the_rung(candidate, path, name, case, record_property):
    if case is None:
        lacking = [method for method in OFFERS[name] if not callable(getattr(candidate, method, None))]
        record_property("verdict", (path, name, "not offered", f"it has no {', '.join(lacking)}", 0.0, ""))
        pytest.skip("not offered")
    problem, batch = problem_for(case, candidate.conventions)
    try:
        with unchanged("problem.state", problem.state), unchanged("batch", batch), torch.random.fork_rng(devices=[]):
            verdict = judge(candidate, name, problem, batch, candidate.conventions)
    except Exception as error:
        first, *_ = (str(error) or "no message").splitlines()  # pytest writes the expression below
        words = first if isinstance(error, AssertionError) else f"{type(error).__name__}: {first}"
        record_property("verdict", (path, name, "failed", words, 0.0, case))
        raise
    tally.update(compared=verdict.compared, same=verdict.same)
    record_property("verdict", (path, name, verdict.kind, verdict.detail, verdict.excess, case))
    assert verdict.kind in (("same bits",) if path in OURS else ("same bits", "within rounding")), verdict.detail
