"""The ladder inside one process: its files in order, until the first test that fails."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from parity_tests.faults.fault import IN_ANY_RUN
from parity_tests.rungs import ORDER, rung_of
from parity_tests.runs import RUNS

HERE = Path(__file__).parents[1]
FILES = (
    "test_networks.py", "test_variant_networks.py", "test_variant_forward_passes.py",
    "test_noise.py", "test_ornstein_uhlenbeck.py", "test_annealing.py",
    "test_replay.py", "test_n_step.py", "test_n_step_bits.py", "test_n_step_window.py",
    "test_targets.py", "test_n_step_targets.py", "test_td3_smoothing.py",
    "test_losses.py", "test_loss_choices.py", "test_td3_critics.py",
    "test_gradients.py", "test_clipping.py", "test_optim.py", "test_weight_decay.py", "test_soft_update.py",
    "test_update.py", "test_td3_delay.py", "test_variants.py",
    "test_fused.py", "test_fused_agents.py", "test_fused_learner.py",
    "test_streams.py", "test_envs.py", "test_loop.py", "test_noise_in_runs.py", "test_one_file.py",
    "test_n_step_runs.py", "test_whole_run.py",
)  # fmt: skip
"""The rungs' own files, lowest first; other tests repeat what these say, at more length."""


_COMPARING = {"assertions.py", "closeness.py"}


class Failure(NamedTuple):
    """The first test that failed."""

    rung: str
    test: str  # "test_targets.py::test_td_target_is_torchrls[f32-b1-none]"
    exception: str
    message: str  # its first line
    by_comparison: bool  # an assertion of the suite, not an error on the way to one


class Watcher:
    """A pytest plugin: picks the tests, notes the first that fails, and says when each is over.

    Args:
        picked: which tests are run.
        config: of a fault; whole runs that are set up so come first on their rung, where the order is free.
        over: called with each test that was run.
    """

    def __init__(
        self,
        picked: Callable[[str], bool],
        config: Mapping[str, Any] = IN_ANY_RUN,
        over: Callable[[str], None] = lambda test: None,
    ) -> None:
        self.picked, self.config, self.over = picked, config, over
        self.failure: Failure | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        picked = [item for item in items if self.picked(name_of(item))]
        items[:] = sorted(picked, key=lambda item: (ORDER.get(rung_of(item), len(ORDER)), not self._is_likely(item)))

    def _is_likely(self, item):
        run = item.callspec.params.get("name") if hasattr(item, "callspec") else None
        return bool(RUNS.get(run, {}).items() & self.config.items())

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        yield
        if call.when == "teardown":
            self.over(name_of(item))
        if call.excinfo is not None and self.failure is None and not call.excinfo.errisinstance(pytest.skip.Exception):
            self.failure = failure_of(item, call.excinfo)


def failure_of(item: pytest.Item, excinfo: pytest.ExceptionInfo) -> Failure:
    """What is told of a test that failed."""
    last = Path(excinfo.traceback[-1].path).name
    by_comparison = excinfo.type is AssertionError and (last in _COMPARING or last.startswith("test_"))
    message = (str(excinfo.value).splitlines() or [""])[0]
    return Failure(rung_of(item) or "none", name_of(item), excinfo.typename, message, by_comparison)


def name_of(item: pytest.Item) -> str:
    """File and test, wherever pytest was started."""
    return f"{item.path.name}::{item.nodeid.partition('::')[2]}"


def climb(watcher: Watcher, files: tuple[str, ...] = FILES) -> None:
    """Runs what the watcher picks, silently, up to the first failure."""
    # Some modules of the suite are imported by now; they assert nothing that pytest would have to rewrite.
    quiet = ["-q", "-x", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with silence():
        pytest.main([*quiet, *(str(HERE / file) for file in files)], plugins=[watcher])


def load() -> None:
    """Imports all that the ladder needs, so that processes forked from this one have it."""
    climb(Watcher(lambda test: False))


@contextmanager
def silence():
    """Nothing that is written to standard output or error is seen."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for number in (1, 2):
            os.dup2(nowhere, number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, number)
            os.close(copy)
        os.close(nowhere)
