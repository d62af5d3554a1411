"""`ddpg parity` and `ddpg compare --fault`: the commands that load this suite."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import parity_tests
from harness import parity
from harness.arguments import Parity
from harness.errors import InputError
from harness.parity import execute
from harness.parser import parse

DDPG = str(Path(sys.executable).with_name("ddpg"))


def ddpg(words, cwd):
    return subprocess.run([DDPG, *words.split()], cwd=cwd, capture_output=True, text=True, timeout=300)


def test_no_other_command_loads_the_suite():
    harness = Path(parity.__file__).parent
    loads = re.compile("import.*parity_tests")  # the doctor asks where it is, and loads nothing of it
    assert {path.name for path in harness.glob("*.py") if loads.search(path.read_text())} == {"faults.py", "parity.py"}


# ddpg parity.


def test_every_word_goes_on_to_pytest():
    words = ["-k", "targets", "--candidate", "a.b:C", "--all", "-n", "2"]
    assert parse(["parity", *words]) == Parity(tuple(words))


def test_help_says_what_parity_takes(tmp_path):
    result = ddpg("parity --help", tmp_path)
    assert result.returncode == 0
    assert [word for word in ("--candidate", "--all", "-k NAME", "pytest --help") if word not in result.stdout] == []


@pytest.fixture
def suite(tmp_path, monkeypatch):
    """Two tests on a rung and one on none, in the place of the installed suite."""
    (tmp_path / "test_two.py").write_text(
        'RUNG = "targets"\n\ndef test_good():\n    pass\n\n\ndef test_bad():\n    assert False\n'
    )
    (tmp_path / "test_off.py").write_text("def test_on_no_rung():\n    assert False\n")
    monkeypatch.setattr(parity_tests, "__path__", [str(tmp_path)])


STATUS = {
    "fails": ([], 1),
    "collects_nothing": (["-k", "nothing_of_this_name"], 2),
    "unknown_option": (["--frobnicate"], 2),
}


@pytest.mark.parametrize("options, status", STATUS.values(), ids=STATUS.keys())
def test_the_exit_status_is_1_or_2_where_tests_fail_or_words_are_wrong(options, status, suite):
    assert execute(Parity(("-q", *options))) == status


def test_the_suite_passes_where_it_is_installed(suite, capfd):
    assert execute(Parity(("-v", "-k", "good"))) == 0
    assert "test_two.py::test_good PASSED" in capfd.readouterr().out


def test_what_stands_on_no_rung_is_not_run(suite, capfd):
    assert execute(Parity(("-v",))) == 1
    output = capfd.readouterr().out
    assert "test_bad FAILED" in output and "test_on_no_rung" not in output


def test_an_unknown_candidate_is_refused_in_one_line(suite, capfd):
    assert execute(Parity(("--candidate", "nowhere.of.this_name:Class"))) == 2
    output = capfd.readouterr()
    lines = [line for line in output.err.splitlines() if line]
    assert output.out == "" and len(lines) == 1 and "nowhere.of.this_name:Class" in lines[0], output.err


def test_without_pytest_the_cure_is_named(monkeypatch):
    monkeypatch.setattr("harness.parity.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"pip install 'ddpg-parity\[parity\]'"):
        execute(Parity())


def test_a_candidate_goes_on_the_ladder_alone(tmp_path):
    result = ddpg("parity -v --candidate parity_tests.candidates.reference:Reference -k targets", tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "test_candidate.py::" in result.stdout and "test_targets.py::" not in result.stdout


# ddpg compare --fault.


def test_a_faults_configuration_is_the_default_and_options_have_the_last_word():
    assert parse(["compare", "--fault", "gamma_in_float32"]).config.dtype == "float64"
    assert parse(["compare", "--fault", "gamma_in_float32", "--dtype", "float32"]).config.dtype == "float32"


REFUSED = {
    "misspelt": (["--fault", "gama_ignored"], "gama_ignored.*gamma_ignored"),
    "seen_by_the_ladder_alone": (["--fault", "target_broadcast"], "target_broadcast"),
    "on_one_side_twice": (["torchrl", "torchrl", "--fault", "gamma_ignored"], "needs both implementations"),
}


@pytest.mark.parametrize("words, message", REFUSED.values(), ids=REFUSED.keys())
def test_a_fault_that_cannot_show_is_refused(words, message):
    with pytest.raises(InputError, match=message):
        parse(["compare", *words])


def test_a_seeded_fault_is_found_where_it_is(tmp_path):
    run = "--total-steps 60 --max-steps-per-episode 20 --start-steps 20 --update-after 20 --batch-size 8"
    result = ddpg(f"compare --fault gamma_ignored {run} --hidden-sizes 8 8 --json", tmp_path)
    assert result.returncode == 1, result.stderr
    answer = json.loads(result.stdout)
    assert answer["fault"] == "gamma_ignored"
    assert answer["difference"].startswith("episode 1, update 1 (environment step 20), target: 8 of 8 elements differ")
    assert result.stderr.startswith("Fault gamma_ignored: reference/targets.py")
