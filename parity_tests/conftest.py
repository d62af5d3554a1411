"""One thread, a header that says on what the bits depend, a closing count of what was compared."""

import os
import signal
from pathlib import Path

import pytest
import torch

os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")  # before anything imports torchrl
torch.set_num_threads(1)

from harness.fingerprint import versions  # noqa: E402
from parity_tests.assertions import tally  # noqa: E402
from parity_tests.cases import build  # noqa: E402
from parity_tests.long import long_ones  # noqa: E402
from parity_tests.rungs import rung_of  # noqa: E402

_totals = pytest.StashKey[dict]()

collect_ignore = ["browser"]  # collected where it is named, as `make browser` does: it needs the built site
if not (Path(__file__).parent.parent / "vectors").is_dir():
    # Installed without the repository around it: these read its pages and files.
    collect_ignore_glob = ["test_by_hand.py", "test_vector*.py", "test_upstream*.py", "test_*page*.py", "test_docs*.py"]


@pytest.fixture(autouse=True)
def signals_are_heeded():
    """By this process and its children, as at a terminal, whatever the test before left.

    A shell's background job, as the suite may be one, ignores SIGINT; commands and notebooks set handlers of their own.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def denormal_numbers_are_kept():
    """`ddpg`, which some tests call in this process, flushes them for good; the next test gets them back."""
    yield
    torch.set_flush_denormal(False)


@pytest.fixture
def material(request):
    """The tensors of one of `cases.CASES`."""
    return build(request.param)


def pytest_report_header(config):
    """Versions and the numerics fingerprint."""
    found = versions()
    packages = ", ".join(f"{name} {number}" for name, number in found["packages"].items())
    numerics = ", ".join(f"{name} {value}" for name, value in found["numerics"].items())
    return [f"python {found['python']}, {packages}", f"numerics: {numerics}"]


def pytest_configure(config):
    config.addinivalue_line("markers", "long: left by `make test` to `make test-long`; see parity_tests/long.py")
    config.stash[_totals] = {"compared": 0, "same": 0, "close": 0, "rungs": 0}


@pytest.hookimpl(tryfirst=True)  # before `-m` is asked
def pytest_collection_modifyitems(config, items):
    """How many tests stand on the ladder; which are long."""
    long = long_ones(item.nodeid for item in items)
    for item in items:
        if item.nodeid in long:
            item.add_marker("long")
    config.stash[_totals]["rungs"] = sum(rung_of(item) is not None for item in items)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """A worker of pytest-xdist hands in its count."""
    for key, value in getattr(node, "workeroutput", {}).get("ddpg_parity", {}).items():
        totals = node.config.stash[_totals]
        totals[key] = max(totals[key], value) if key == "rungs" else totals[key] + value


def pytest_sessionfinish(session, exitstatus):
    """Hands this process's count in; a run of the ladder that compared nothing has failed."""
    totals = session.config.stash[_totals]
    for key in ("compared", "same", "close"):
        totals[key] += tally[key]
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["ddpg_parity"] = totals
        return
    nothing = totals["rungs"] and not totals["compared"] + totals["close"]
    if nothing and exitstatus == 0 and not session.config.option.collectonly:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    """The closing line."""
    totals = config.stash[_totals]
    if totals["rungs"]:
        text = f"compared {totals['compared']:,} quantities, {totals['same']:,} of them the same to the bit"
        if totals["close"]:
            text += f"; {totals['close']:,} more within the tolerance of their kind (docs/exactness.md)"
        good = totals["compared"] and totals["compared"] == totals["same"]
        terminalreporter.write_line(text, green=bool(good), red=not good)
