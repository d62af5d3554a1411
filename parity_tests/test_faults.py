"""The seeded faults: that each can be put in, that no two are one, and that the ladder catches some of them here.

`python -m parity_tests.faults.run` tries all of them; it takes minutes.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from parity_tests.faults import ladder
from parity_tests.faults.all_faults import EVERY, FAULTS
from parity_tests.faults.apply import (
    apply_fault,
    changed_functions,
    describe_fault,
    edit,
    fault_config,
    fault_names,
    source_of,
)
from parity_tests.faults.ladder import Failure
from parity_tests.faults.table import BEGIN, END, PAGE, print_table
from parity_tests.faults.trial import Verdict
from parity_tests.once import once
from parity_tests.rungs import ORDER
from reference.config import Config

each_fault = pytest.mark.parametrize("fault", EVERY, ids=FAULTS)


@each_fault
def test_a_fault_changes_functions_that_are_there_and_nothing_else(fault):
    source = source_of(fault)
    assert changed_functions(source, edit(source, fault))


@each_fault
def test_a_fault_says_where_it_shows(fault):
    assert fault.rung in ORDER
    if fault.config is not None:
        assert Config(**fault_config(fault.name)).total_steps <= 1_100, "seconds, not minutes"


@each_fault
def test_a_fault_says_who_makes_it(fault):
    assert fault.place and fault.kind and fault.who
    assert fault.who[-1] not in ".,;", "describe_fault ends the sentence"


def test_no_two_faults_share_name_or_mechanism():
    assert len(FAULTS) == len(EVERY)
    mechanisms = Counter((fault.place, fault.kind) for fault in EVERY)
    assert max(mechanisms.values()) == 1, mechanisms.most_common(1)


def test_there_are_sixty_faults_of_forty_mechanisms_and_more():
    assert len(EVERY) >= 60
    assert len({(fault.place, fault.kind) for fault in EVERY}) >= 40


def test_both_sides_have_faults():
    assert {fault.side for fault in EVERY} == {"reference", "torchrl_impl"}


def test_every_rung_but_the_mirrors_has_a_fault():
    assert {fault.rung for fault in EVERY} == set(ORDER) - {"mirror"}


def test_the_ladders_files_are_there():
    assert all((ladder.HERE / file).exists() for file in ladder.FILES)


SOURCE = '"""A module."""\n\nX = 1\n\n\ndef f(x):\n    return x + X\n'

EDITS = {
    "outside_of_functions": ("X = 1", "X = 2"),
    "nowhere": ("return x + X", "return x + X  # the same"),
    "the_name_of_a_function": ("def f", "def g"),
}


@pytest.mark.parametrize("before, after", EDITS.values(), ids=EDITS.keys())
def test_an_edit_that_changes_no_functions_insides_is_refused(before, after):
    with pytest.raises(ValueError, match="insides of functions that are there"):
        changed_functions(SOURCE, SOURCE.replace(before, after))


def test_an_edit_of_a_function_is_told_by_its_name():
    assert changed_functions(SOURCE, SOURCE.replace("x + X", "x - X")) == ["f"]


@pytest.mark.parametrize("text, times", [("return 0\n", 0), ("return 1\nreturn 1\n", 2)], ids=["gone", "twice"])
def test_a_fault_whose_text_is_not_there_once_is_refused(text, times):
    fault = EVERY[0]._replace(before="return 1", after="return 2")
    with pytest.raises(ValueError, match=f"needs its `before` once in {fault.file}; found it {times} times"):
        edit(text, fault)


def test_an_unknown_fault_is_refused_with_what_is_near():
    with pytest.raises(ValueError, match=r"^fault must be one of \d+; got 'mask_droped'\. Did you mean mask_dropped"):
        apply_fault("mask_droped")


def test_an_unknown_fault_with_nothing_near_is_refused_with_where_the_names_are():
    with pytest.raises(ValueError, match="--list names them"):
        apply_fault("?")


def test_a_fault_that_no_fresh_run_shows_says_so():
    with pytest.raises(ValueError, match=r"'step_forgotten_on_load', in .* shows on the ladder alone"):
        fault_config("step_forgotten_on_load")


def test_a_fault_is_described_in_a_line():
    assert describe_fault("bias_twice") == (
        "reference/networks.py, actor's scaling: bias added twice. Really made by: CleanRL #298."
    )


def python(*words):
    return subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, cwd=Path(__file__).parents[1])


BAD = {"name": ["nonsense"], "option": ["--nonsense"], "page_of_one": ["mask_dropped", "--write"]}


@pytest.mark.parametrize("words", BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_line_and_status_2(words):
    result = python("parity_tests.faults.run", *words)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_the_names_are_listed():
    assert sorted(python("parity_tests.faults.run", "--list").stdout.split()) == sorted(fault_names())


IN_PLACE = """
from reference.targets import td_target
from parity_tests.faults.apply import apply_fault
import torch

assert apply_fault("mask_inverted") == ["td_target"]
print(td_target(torch.ones(2), torch.tensor([False, True]), torch.full((2,), 10.0), 0.5).tolist())
"""


def test_a_fault_reaches_those_who_imported_the_function_before():
    result = subprocess.run([sys.executable, "-c", IN_PLACE], capture_output=True, text=True, check=True)
    assert result.stdout == "[1.0, 6.0]\n"  # by hand: the reward alone, and 1 + 0.5 * 10


SPIED_ON = """
from parity_tests.faults import entered
from parity_tests.faults.all_faults import EVERY
from reference.config import Config

config = Config(twin_critics=True)
entered.spy_on({fault.module for fault in EVERY} | {"reference.config"})
assert config.critics == 2
print(*entered.taken())
"""


def test_every_module_of_a_fault_can_be_spied_on_properties_too():
    result = subprocess.run([sys.executable, "-c", SPIED_ON], capture_output=True, text=True, check=True)
    assert result.stdout == "reference.config:Config.critics\n"


def failing(text, filename):
    """How the ladder sees a test that fails in that file."""
    with pytest.raises(Exception) as caught:
        exec(compile(text, filename, "exec"))
    return caught


FAILURES = {
    "a_test": ("assert 1 == 2", "test_targets.py", True),
    "an_assertion_of_the_suite": ("assert 1 == 2", "parity_tests/assertions.py", True),
    "an_assertion_of_closeness": ("assert 1 == 2", "parity_tests/closeness.py", True),
    "an_assertion_elsewhere": ("assert 1 == 2", "reference/envs.py", False),
    "an_error_in_a_test": ("1 / 0", "test_targets.py", False),
}


@pytest.mark.parametrize("text, filename, expected", FAILURES.values(), ids=FAILURES.keys())
def test_only_the_suites_own_assertions_are_comparisons(request, text, filename, expected):
    assert ladder.failure_of(request.node, failing(text, filename)).by_comparison is expected


FAULT = EVERY[0]

FATES = {
    "caught": (Failure(FAULT.rung, "t", "AssertionError", "m", True), True, "caught at networks: t: m"),
    "survived": (None, False, "SURVIVED"),
    "crashed": (Failure(FAULT.rung, "t", "KeyError", "m", False), False, "CRASHED (KeyError) at networks: t: m"),
    "caught_too_high": (
        Failure("whole run", "t", "AssertionError", "m", True), False, "CAUGHT ELSEWHERE, at whole run: t: m",
    ),
}  # fmt: skip


@pytest.mark.parametrize("failure, good, told", FATES.values(), ids=FATES.keys())
def test_only_a_comparison_on_the_faults_own_rung_is_good(failure, good, told):
    verdict = Verdict(FAULT, failure)
    assert (verdict.good, verdict.told) == (good, told)


def test_the_table_shows_messages_as_they_are(capsys):
    print_table([Verdict(FAULT, Failure(FAULT.rung, "t", "AssertionError", "state[actor]", True))], 1.0)
    assert "state[actor]" in capsys.readouterr().out


CAUGHT = {
    "bias_twice": "action",
    "sum_of_all_that_ddpg_loss_returns": "critic gradient",
}
"""A fault of either side on cheap rungs, and the quantity that its message begins with."""


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    def make():
        result = python("parity_tests.faults.run", *CAUGHT, "--json", "--every-test")
        assert result.returncode == 0, result.stderr
        return {fault["name"]: fault for fault in json.loads(result.stdout)["faults"]}

    return once(tmp_path_factory, "faults", make)


@pytest.mark.parametrize("name", CAUGHT)
def test_the_ladder_catches_a_fault_on_its_rung_and_names_the_quantity(tried, name):
    assert tried[name]["good"] and tried[name]["failure"]["rung"] == FAULTS[name].rung
    assert tried[name]["failure"]["message"].startswith(CAUGHT[name])


@pytest.mark.skipif(not PAGE.is_file(), reason="the page is in the repository, not in the package")
def test_the_page_tells_of_every_fault():
    table = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    missing = [name for name in FAULTS if f"`{name}`" not in table]
    assert not missing, f"{missing}: python -m parity_tests.faults.run --write"
