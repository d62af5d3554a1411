"""The pytest plugin of the ladder, loaded wherever this package is installed.

It puts tests on rungs in order, stops at the first broken one, and adds `--candidate` and `--all`.
Nothing of torch is imported here: other people's test runs load this file too.
"""

import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path

import pytest

from parity_tests.rungs import ORDER, RUNGS, rung_of, that_repeat

_state = pytest.StashKey[Path]()


def pytest_addoption(parser):
    group = parser.getgroup("ddpg-parity")
    group.addoption(
        "--candidate",
        action="append",
        default=[],
        metavar="PACKAGE.MODULE:CLASS",
        help="put this implementation on the ladder, and run nothing else; may be given more than once",
    )
    group.addoption("--ladder", action="store_true", help="run the tests that stand on a rung, and nothing else")
    group.addoption(
        "--all", action="store_true", dest="all_rungs", help="go on above the first broken rung of the ladder"
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "rung(name): the rung of the ladder that a test belongs to")
    handed = getattr(config, "workerinput", {}).get("ddpg_broken_rung")
    config.stash[_state] = Path(handed) if handed else Path(tempfile.mkdtemp(prefix="ddpg-parity-")) / "broken"
    for path in config.option.candidate:
        _check(path)
    if config.option.candidate and config.option.tbstyle == "auto":
        config.option.tbstyle = "line"  # one cause breaks many cases, and the closing table says it once


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(config.stash[_state].parent, ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Workers of pytest-xdist learn of each other's broken rungs through one file."""
    node.workerinput["ddpg_broken_rung"] = str(node.config.stash[_state])


def pytest_ignore_collect(collection_path, config):
    """With `--candidate`, the rest of this suite need not even be imported."""
    ours = collection_path.parent == Path(__file__).parent and collection_path.name.startswith("test_")
    return True if config.option.candidate and ours and collection_path.name != "test_candidate.py" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Lowest rung first; with `--candidate`, the candidates' tests alone, with `--ladder` those on rungs."""
    items.sort(key=lambda item: ORDER.get(rung_of(item), len(ORDER)))
    unwanted = [item for item in items if not _is_wanted(item, config)]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if _is_wanted(item, config)]


def pytest_runtest_setup(item):
    """Above a broken rung nothing is run."""
    broken = _broken(item.config)
    rung = rung_of(item)
    if broken is not None and rung is not None and ORDER[rung] > ORDER[broken]:
        pytest.skip(f"the ladder broke at {broken!r}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report, rung = outcome.get_result(), rung_of(item)
    if rung is not None:
        report.rung = rung
        if call.when == "setup":
            item.user_properties.append(("rung", rung))  # for the reports that pytest writes to files
    if report.failed and rung is not None and not item.config.option.all_rungs:
        broken = _broken(item.config)
        if broken is None or ORDER[rung] < ORDER[broken]:
            _write(item.config.stash[_state], rung)


def pytest_terminal_summary(terminalreporter, config):
    """How candidates fared; the first broken rung, what that usually means, and what was not run for it."""
    climbed = import_module("parity_tests.candidate_summary") if config.option.candidate else None
    if climbed:
        climbed.write(terminalreporter)
    failed = {report.rung for report in terminalreporter.stats.get("failed", []) if hasattr(report, "rung")}
    if not failed:
        return
    first = min(failed, key=ORDER.__getitem__)
    terminalreporter.section(f"the ladder broke at: {first}")
    if climbed and climbed.could_not_be_compared(terminalreporter, first):
        terminalreporter.write_line("The candidate's answer could not be compared; the table says why.")
    else:
        _write_causes(terminalreporter, first)
    if not config.option.all_rungs:
        _write_not_run(terminalreporter, first, climbed.OFFERS if climbed else ORDER)


def _write_causes(terminalreporter, first):
    terminalreporter.write_line("It usually means one of:")
    for cause in RUNGS[ORDER[first]].likely_causes:
        terminalreporter.write_line(f"  - {cause}")
    if terminalreporter.config.option.candidate:
        terminalreporter.write_line("What is done on purpose is declared in `conventions`.")


def _write_not_run(terminalreporter, first, rungs):
    """The rungs above the break, of those that could have been run."""
    higher = [rung.name for rung in RUNGS[ORDER[first] + 1 :] if rung.name in rungs]
    repeat = [name for name in higher if name in that_repeat(first)]
    rest = [name for name in higher if name not in repeat]
    if repeat:
        terminalreporter.write_line(f"Not run, since they build on it and can only repeat it: {', '.join(repeat)}.")
    if rest:
        terminalreporter.write_line(f"Not run, though they do not build on it: {', '.join(rest)}.")
    if higher:
        terminalreporter.write_line("--all runs every rung.")


def _is_wanted(item, config):
    if config.option.candidate and "candidate" not in item.fixturenames:
        return False
    return rung_of(item) is not None or not config.option.ladder


def _check(path):
    """Refuses a candidate that cannot be loaded before anything else is, in one line."""
    try:
        import_module("parity_tests.candidate").load_candidate(path)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _broken(config):
    """The lowest rung known to be broken; None: none is."""
    path = config.stash[_state]
    return path.read_text() if path.exists() else None


def _write(path, rung):
    """Whole or not at all, since other workers may read it at any moment."""
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(rung)
    part.replace(path)
