"""One run of a group of TorchRL's tests, in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from parity_tests.upstream.replacements import original_id

PACKAGES = Path(__file__).resolve().parents[2]


class Outcomes(NamedTuple):
    """What became of each test, under the id that it has without replacements."""

    tests: dict[str, str]  # id -> passed, failed or skipped
    messages: dict[str, str]  # id -> the end of what a failed test said
    replaced: list[str]  # TorchRL's names that the test files imported, and that stood for drop-ins
    seconds: float  # of the tests, added up
    ended: str  # empty, or why pytest did not come to its end


def run_group(checkout, group, replace, processes, limit, timeout):
    """Runs a group's tests; those that a timeout left out are not among the outcomes.

    Tests run with an empty folder as their working directory, so that `torchrl` is the installed one.
    """
    with tempfile.TemporaryDirectory() as folder:
        settings, report = Path(folder) / "pytest.ini", Path(folder) / "outcomes.jsonl"
        settings.write_text("[pytest]\nxfail_strict = True\nmarkers =\n    slow\n    gpu\n    unity_editor\n")
        options = ["-q", "-p", "parity_tests.upstream.plugin", "-p", "no:ddpg_parity", "-p", "no:cacheprovider"]
        options += ["-c", settings, f"--rootdir={checkout}", f"--outcomes={report}", f"--limit={limit}"]
        options += ["--replace"] if replace else []
        options += ["-n", processes] if processes else []
        options += [checkout / "test" / test for test in group.tests]
        ended = _run([sys.executable, "-m", "pytest", *map(str, options)], folder, timeout)
        lines = [json.loads(line) for line in report.read_text().splitlines()] if report.exists() else []
    return _summed_up(lines, ended)


def _run(command, folder, timeout):
    path = os.pathsep.join(filter(None, [str(PACKAGES), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    # A session of its own, so that processes which the tests started can be ended with it.
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "start_new_session": True}
    with subprocess.Popen(command, cwd=folder, env=environment, **pipes) as process:
        try:
            said, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return f"stopped after {timeout} s"
    # 0: all passed, 1: some failed.
    return "" if process.returncode in (0, 1) else said.strip()[-400:] or f"exit status {process.returncode}"


def _summed_up(lines, ended):
    tests, messages = {}, {}
    for line in lines:
        test = original_id(line["test"])
        # A test that passed may still fail as it is torn down.
        if tests.get(test) != "failed":
            tests[test] = line["outcome"]
        if line["said"]:
            messages[test] = line["said"]
    replaced = sorted({name for line in lines for name in line["replaced"]})
    return Outcomes(tests, messages, replaced, sum(line["seconds"] for line in lines), ended)
