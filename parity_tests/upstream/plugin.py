"""For pytest, on a checkout of TorchRL: `pytest -p parity_tests.upstream.plugin --replace test/objectives`.

With `--replace`, the tests get the classes of `torchrl_impl.drop_in` under the names that they import. With
`--outcomes FILE`, each test's outcome is a line of that file as soon as it is known.
"""

import builtins
import json
import signal
from pathlib import Path

import pytest

from parity_tests.upstream.replacements import Importer


def pytest_addoption(parser):
    """The three options."""
    group = parser.getgroup("drop-ins")
    group.addoption("--replace", action="store_true", help="TorchRL's names stand for the drop-ins")
    group.addoption("--outcomes", metavar="FILE", help="write a line of JSON for each test")
    group.addoption("--limit", type=int, default=0, metavar="SECONDS", help="a test that takes longer fails; 0: none")


def pytest_configure(config):
    """Before the first test file is imported."""
    config.drop_in_importer = importer = Importer(config.rootpath)
    if config.option.replace:
        before, builtins.__import__ = builtins.__import__, importer
        config.add_cleanup(lambda: setattr(builtins, "__import__", before))


def pytest_collection_modifyitems(config, items):
    """Each test's report says which names were replaced by then."""
    for item in items:
        item.user_properties.append(("replaced", sorted(config.drop_in_importer.found)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """A test that hangs fails after its time."""

    def stop(*_):
        raise TimeoutError(f"took longer than {item.config.option.limit} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(item.config.option.limit)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Outcomes:
    """Writes the file, in the process that sees all reports."""

    def __init__(self, path):
        self.path = Path(path)

    def pytest_runtest_logreport(self, report):
        """A line for each of set-up, call and tear-down that says something."""
        if report.when != "call" and report.passed:
            return
        line = {
            "test": report.nodeid,
            "outcome": report.outcome,
            "seconds": report.duration,
            "said": str(report.longrepr)[-2000:] if report.failed else "",
            "replaced": dict(report.user_properties).get("replaced", []),
        }
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session):
    """Workers of pytest-xdist hand their reports to the process that started them."""
    if session.config.option.outcomes and not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Outcomes(session.config.option.outcomes))
