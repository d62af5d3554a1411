"""Damaged run folders, checkpoints, logs and traces: 300 cases; `make fuzz` has 10,000."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from parity_tests.fuzzing import CASES, Ground

COUNT = 300


@pytest.fixture(scope="module")
def ground():
    made = Ground(draw=False)
    yield made
    made.close()


def test_whatever_is_damaged_a_command_ends_in_a_line_and_goes_on_only_to_the_right_bits(ground):
    judged = []

    @settings(
        max_examples=COUNT, deadline=None, database=None, derandomize=True, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(CASES)
    def judge(case):
        judged.append((case.signed, ground.judge(case).status))

    judge()
    assert len(judged) >= COUNT
    assert 2 * sum(signed for signed, _ in judged) >= len(judged)
    # Some damages are none, and some are mended by an older checkpoint; most are refused.
    statuses = {status for _, status in judged}
    assert statuses >= {0, 2} and sum(status == 2 for _, status in judged) > COUNT / 5
