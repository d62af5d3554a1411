"""`make torchrl-matrix`: the ladder and the known differences over several releases of TorchRL, as a table.

Each release is installed without its dependencies into a folder that is put before the installed one on
Python's path, so that torch and everything else are the same for all.
"""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from parity_tests.rungs import RUNGS
from parity_tests.studies.page import write_between_markers

RELEASES = {
    "0.13.1": ("torchrl==0.13.1", "tensordict==0.13.0"),
    "0.13.2": ("torchrl==0.13.2", "tensordict==0.13.0"),
    "0.14.0": ("torchrl==0.14.0", "tensordict==0.14.2"),
    "0.14.1": (),
    "nightly": ("torchrl-nightly", "tensordict-nightly"),
}
"""Release -> what to install over the pinned versions."""

OVERLAYS = Path(".torchrl")
PAGE = Path("docs/torchrl_versions.md")
TESTS = Path("parity_tests")


class Outcome(NamedTuple):
    """How one release fared."""

    versions: str  # of torchrl and tensordict, as installed
    passed: Counter[str]  # tests by rung; known differences under KNOWN
    failed: Counter[str]
    skipped: Counter[str]
    first: dict[str, str]  # by rung, the first failing test and its message


KNOWN = "known differences"


def overlay(release: str) -> dict[str, str]:
    """The environment variables under which Python finds that release; installs it if it is not there."""
    wanted = RELEASES[release]
    if not wanted:
        return dict(os.environ)
    folder = (OVERLAYS / release).resolve()
    if release == "nightly":  # tomorrow's is another
        shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        part = folder.with_name(f"{release}.part")
        shutil.rmtree(part, ignore_errors=True)
        words = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(part), *wanted]
        subprocess.run(words, check=True)
        part.rename(folder)
    return {**os.environ, "PYTHONPATH": str(folder)}


def run(release: str) -> Outcome:
    """Runs the ladder's files and the known differences under one release."""
    variables = overlay(release)
    result = (OVERLAYS / f"{release}.xml").resolve()
    result.parent.mkdir(exist_ok=True)
    result.unlink(missing_ok=True)
    options = ["-q", "--all", "-n", "2", "--dist", "worksteal", "-p", "no:cacheprovider", f"--junitxml={result}"]
    # A release may warn of what it deprecates; that is no difference.
    words = [sys.executable, "-m", "pytest", *options, "-W", "ignore", *map(str, files())]
    subprocess.run(words, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return read(result, _versions(variables))


def files() -> list[Path]:
    """The test files that stand on the ladder or pin a known difference, but for those that try the same on more."""
    more = ("test_properties_", "test_probe_", "test_vectors", "test_candidate")
    candidates = [path for path in sorted(TESTS.glob("test_*.py")) if not path.name.startswith(more)]
    return [path for path in candidates if "RUNG = " in path.read_text() or "known_differences" in path.name]


def read(result: Path, versions: str) -> Outcome:
    """What pytest's own report of one run says; one that is missing counts as a failed import."""
    outcome = Outcome(versions, Counter(), Counter(), Counter(), {})
    if not result.exists():
        return outcome._replace(failed=Counter(collection=1), first={"collection": "pytest ended without a report"})
    for case in ElementTree.parse(result).iter("testcase"):
        rung = next((item.get("value", "") for item in case.iter("property") if item.get("name") == "rung"), KNOWN)
        rung = KNOWN if "known_differences" in case.get("classname", "") else rung
        trouble = case.find("failure") if case.find("failure") is not None else case.find("error")
        if trouble is not None:
            outcome.failed[rung] += 1
            outcome.first.setdefault(
                rung, f"{case.get('name')}: {(trouble.get('message') or '').splitlines()[0][:200]}"
            )
        else:
            (outcome.skipped if case.find("skipped") is not None else outcome.passed)[rung] += 1
    return outcome


def cell(outcome: Outcome, rung: str) -> str:
    """One rung of one release in a few words."""
    words = [f"{outcome.passed[rung]} passed"] if outcome.passed[rung] else []
    words += [f"**{outcome.failed[rung]} failed**"] if outcome.failed[rung] else []
    words += [f"{outcome.skipped[rung]} not there"] if outcome.skipped[rung] and rung == KNOWN else []
    return ", ".join(words) or "-"


def table(outcomes: dict[str, Outcome]) -> str:
    """All releases as Markdown: a row a rung, and what failed below."""
    rows = ["collection", *(rung.name for rung in RUNGS), KNOWN]
    rows = [row for row in rows if any(o.passed[row] + o.failed[row] + o.skipped[row] for o in outcomes.values())]
    lines = ["| rung | " + " | ".join(outcomes) + " |", "|---" * (len(outcomes) + 1) + "|"]
    lines += ["| installed | " + " | ".join(outcome.versions for outcome in outcomes.values()) + " |"]
    lines += ["| " + " | ".join([row, *(cell(outcome, row) for outcome in outcomes.values())]) + " |" for row in rows]
    found = [f"- {name}, {rung}: `{text}`" for name, o in outcomes.items() for rung, text in o.first.items()]
    return "\n".join([*lines, "", *(["First failures:", "", *found] if found else ["Nothing failed."])])


def _versions(variables: dict[str, str]) -> str:
    code = (
        "from importlib.metadata import distributions as d\n"
        "found = {}\n"
        "for x in d():\n"
        "    n = x.metadata['Name'].replace('_', '-')\n"
        "    if n.split('-')[0] in ('torchrl', 'tensordict'): found.setdefault(n.split('-')[0], x.version)\n"
        "print('torchrl', found['torchrl'] + ', tensordict', found['tensordict'])"
    )
    return subprocess.run(
        [sys.executable, "-c", code], env=variables, check=True, capture_output=True, text=True
    ).stdout.strip()


def main(names: list[str]) -> int:
    """Runs the releases named, or all, and prints the table; all of them also write the page."""
    unknown = [name for name in names if name not in RELEASES]
    if unknown:
        print(f"release must be one of {', '.join(RELEASES)}; got {', '.join(unknown)}.", file=sys.stderr)
        return 2
    outcomes = {}
    for name in names or RELEASES:
        outcomes[name] = run(name)
        print(f"{name}: {sum(outcomes[name].passed.values())} passed, {sum(outcomes[name].failed.values())} failed")
    show(outcomes)
    if not names:
        write_between_markers(PAGE, table(outcomes))
    return 0


def show(outcomes: dict[str, Outcome]) -> None:
    """The table for the terminal."""
    shown = Table(title="TorchRL releases on the ladder", title_justify="left")
    for heading in ("rung", *outcomes):
        shown.add_column(heading)
    for rung in ("collection", *(rung.name for rung in RUNGS), KNOWN):
        shown.add_row(rung, *(cell(outcome, rung).replace("**", "") for outcome in outcomes.values()))
    Console().print(shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
