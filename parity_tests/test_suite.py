"""The suite's own promises: a header, a closing count, and no green run that compared nothing."""

import subprocess
import sys
from pathlib import Path

from parity_tests.long import ALONE, THINNED, long_ones

EMPTY_RUNG = 'RUNG = "targets"\n\n\ndef test_nothing():\n    pass\n'
CONFTEST = "from parity_tests.conftest import *  # noqa: F403\n"


def run(folder, *options):
    """A ladder of one rung, in a folder of its own."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_rung.py").write_text(EMPTY_RUNG)
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, str(folder)]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True)


def test_a_ladder_that_compared_nothing_fails_under_a_header(tmp_path):
    result = run(tmp_path)
    assert "1 passed" in result.stdout and "compared 0 quantities" in result.stdout
    assert "numerics: hash" in result.stdout and "threads 1" in result.stdout
    assert result.returncode == 1


def test_a_ladder_that_compared_nothing_fails_in_workers_too(tmp_path):
    assert run(tmp_path, "-n", "1").returncode == 1


def test_of_thinned_cases_every_nth_stays_and_the_named_are_long():
    cases = [f"parity_tests/test_variants.py::test_it[a/{case}]" for case in range(5)]
    others = ["parity_tests/test_ladder.py::test_other", "parity_tests/test_upstream.py::test_any[x]"]
    assert long_ones([*cases, *others]) == {cases[1], cases[3], others[1]}


def test_every_name_of_a_long_test_is_that_of_one():
    here = Path(__file__).parent
    for name in (*ALONE, *THINNED):
        file, _, function = name.partition("::")
        text = (here / file).read_text()
        assert not function or f"def {function.partition('[')[0]}" in text, name
