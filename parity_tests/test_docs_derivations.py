"""Numbers of docs/derivations, as the site computes them: what the pages say of them holds."""

import sys
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).parent.parent / "docs"
pytest.importorskip("sphinx", reason="the pages' numbers are computed by Sphinx extensions: pip install '.[docs]'")
pytest.importorskip("myst_parser")


@pytest.fixture(scope="module")
def worked():
    """The extensions' modules; they lie where only Sphinx looks."""
    sys.path.insert(0, str(DOCS / "_ext"))
    import worked_replay
    import worked_target_networks
    import worked_time_limits

    yield {"replay": worked_replay, "targets": worked_target_networks, "limits": worked_time_limits}
    sys.path.remove(str(DOCS / "_ext"))


def test_a_slow_target_mends_an_overshoot_and_nothing_mends_answers_that_run_away(worked):
    growth = worked["targets"].growth
    assert growth(-1.0, 1.0) > 1 > growth(-1.0, 0.01)
    assert growth(0.9, 1.0) < growth(0.9, 0.01) < 1
    assert all(growth(1.5, tau) > 1 for tau in worked["targets"].TAUS)
    assert growth(1.5, 0.01) < growth(1.5, 1.0)


def test_growth_without_a_slow_target_is_the_formula_of_the_page(worked):
    module = worked["targets"]
    for feature in module.FEATURES.values():
        assert module.growth(feature, 1.0) == pytest.approx(abs(1 - module.RATE * (1 - module.GAMMA * feature)))


def test_growth_with_a_target_that_hardly_moves_is_the_formula_of_the_page(worked):
    module, tau = worked["targets"], 1e-6
    for feature in module.FEATURES.values():
        assert (module.growth(feature, tau) - 1) / tau == pytest.approx(-(1 - module.GAMMA * feature), rel=1e-3)


def test_the_weight_goes_where_the_matrix_says(worked):
    module = worked["targets"]
    for feature in module.FEATURES.values():
        fixed = module.REWARD / (1 - module.GAMMA * feature)
        away = np.linalg.matrix_power(module.matrix(feature, 0.1), 30) @ np.full(2, 0.0 - fixed)
        assert module.followed(feature, 0.1, 30) == pytest.approx(fixed + away[0])


def test_a_truncated_row_has_the_target_of_one_that_goes_on(worked):
    by_code = worked["limits"].by_code
    assert [by_code(*flags) for flags in worked["limits"].FLAGS.values()] == [-101.0, -101.0, -2.0, -2.0]  # by hand


def test_a_limit_taken_for_an_end_is_as_a_smaller_gamma(worked):
    right, wrong = worked["limits"].learnt(0.99, 200)
    assert right == pytest.approx(-100.0)
    value = 0.0
    for _ in range(5_000):  # the critic's regression, over and over: one row in 200 has no bootstrap
        value = (199 * (-1.0 + 0.99 * value) + 1 * -1.0) / 200
    assert wrong == pytest.approx(value)


def test_the_mean_of_rows_drawn_from_replay_varies_as_the_page_says(worked):
    module, generator = worked["replay"], np.random.default_rng(1)
    values = module.series()[:, :, 3]
    drawn = generator.choice(values.ravel(), size=(20_000, module.BATCH)).mean(axis=1).std()
    assert module.deviations(values)[1] == pytest.approx(drawn, rel=0.02)


def test_neighbours_are_worth_few_rows_but_where_they_swing(worked):
    module = worked["replay"]
    worth = {}
    for name, values in zip(module.QUANTITIES, np.moveaxis(module.series(), -1, 0), strict=True):
        row, drawn = module.deviations(values)
        worth[name] = module.BATCH * (drawn / row) ** 2
    assert worth.pop("sine of the angle") > 64
    assert max(worth.values()) < module.BATCH / 8
