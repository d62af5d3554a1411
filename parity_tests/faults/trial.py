"""The ladder against each fault."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from parity_tests.faults import entered, ladder
from parity_tests.faults.apply import apply_fault
from parity_tests.faults.fault import Fault
from parity_tests.faults.ladder import Failure
from parity_tests.faults.processes import Lost, each

WHOLE_RUN = "test_whole_run.py"
"""Its tests enter everything, and take too long to be spied on."""

Entered = dict[str, set[str]]
"""By test: the functions that it enters, as `entered.note` names them."""


class Verdict(NamedTuple):
    """How one fault fared."""

    fault: Fault
    failure: Failure | None  # None: no test failed

    @property
    def good(self) -> bool:
        """Whether a comparison caught it, on the rung that it names."""
        failure = self.failure
        return failure is not None and failure.by_comparison and failure.rung == self.fault.rung

    @property
    def told(self) -> str:
        """What came of it, in a line."""
        failure = self.failure
        if failure is None:
            return "SURVIVED"
        where = f"{failure.rung}: {failure.test}: {failure.message}"
        if not failure.by_comparison:
            return f"CRASHED ({failure.exception}) at {where}"
        return f"caught at {where}" if self.good else f"CAUGHT ELSEWHERE, at {where}"


def enter_all(faults: list[Fault]) -> tuple[Failure | None, Entered]:
    """Climbs the ladder once without a fault, but for its whole runs, and spies on what each test enters.

    Args:
        faults: whose modules are spied on.

    Returns:
        What failed, if anything did; the functions by test.
    """
    ladder.load()
    ((_, answer),) = each(_spied, [sorted({fault.module for fault in faults})])
    return (_lost(answer), {}) if isinstance(answer, Lost) else answer


def try_faults(faults: list[Fault], tests: Entered | None) -> Iterator[Verdict]:
    """Applies each fault in a process of its own, and climbs the ladder there.

    Args:
        faults: which.
        tests: what each test enters; None: run all of them, also those that cannot see the fault.

    Yields:
        A verdict as soon as it is there.
    """
    for fault, answer in each(partial(_faulty, tests), faults):
        yield Verdict(fault, _lost(answer) if isinstance(answer, Lost) else answer)


def _lost(answer: Lost) -> Failure:
    return Failure("none", "no test", "Lost", str(answer), False)


def _faulty(tests: Entered | None, fault: Fault) -> Failure | None:
    """The ladder under one fault."""
    changed = {f"{fault.module}:{name}" for name in apply_fault(fault.name)}
    can_see = None if tests is None else {test for test, functions in tests.items() if functions & changed}
    watcher = ladder.Watcher(
        lambda test: can_see is None or test in can_see or test.startswith(WHOLE_RUN), fault.config or {}
    )
    files = {WHOLE_RUN, *(test.partition("::")[0] for test in can_see)} if can_see is not None else set(ladder.FILES)
    ladder.climb(watcher, tuple(file for file in ladder.FILES if file in files))
    return watcher.failure


def _spied(modules: list[str]) -> tuple[Failure | None, Entered]:
    """The ladder without a fault, spied on."""
    tests: Entered = {}
    entered.spy_on(modules)
    watcher = ladder.Watcher(
        lambda test: not test.startswith(WHOLE_RUN), over=lambda test: tests.update({test: entered.taken()})
    )
    ladder.climb(watcher)
    return watcher.failure, tests
