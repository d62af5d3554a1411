"""`make upstream`, on a checkout that holds one small file of tests."""

import textwrap

import pytest

import parity_tests.upstream.run as run
from parity_tests.once import once
from parity_tests.upstream.groups import GROUPS, Group
from parity_tests.upstream.outcomes import Outcomes, run_group
from parity_tests.upstream.replacements import DEFINED_IN, original_id, replacement
from parity_tests.upstream.table import Row, as_markdown

FILE = """
    import time

    import pytest
    import torchrl.objectives.ddpg
    from torchrl.objectives import DDPGLoss, ValueEstimators

    def test_passes():
        assert ValueEstimators.TD0

    def test_wants_the_original():
        assert DDPGLoss.__name__ == "DDPGLoss", "another class"

    def test_imports_inside():
        from torchrl.objectives import DDPGLoss as inner
        assert inner is DDPGLoss

    def test_torchrl_keeps_its_own():
        assert torchrl.objectives.ddpg.DDPGLoss.__name__ == "DDPGLoss"

    @pytest.mark.parametrize("cls", [DDPGLoss])
    def test_takes(cls):
        pass

    @pytest.fixture
    def broken_in_the_end():
        yield
        raise RuntimeError

    def test_tears_down(broken_in_the_end):
        pass

    def test_hangs():
        time.sleep(60)

    @pytest.mark.skip
    def test_skipped():
        pass
"""
GROUP = Group("small", ("test_small.py",), names=("DDPGLoss",))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A folder like a checkout of pytorch/rl."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "test").mkdir()
    (folder / "test" / "test_small.py").write_text(textwrap.dedent(FILE))
    return folder


@pytest.fixture(scope="module")
def row(checkout, tmp_path_factory):
    """The small file's tests, with the original and with the drop-in; the latter by two processes."""

    def make():
        return Row("small", *(run_group(checkout, GROUP, replace, 2 * replace, 3, 300) for replace in (False, True)))

    return once(tmp_path_factory, "upstream", make)


def outcome(side, name):
    """Of one test."""
    (found,) = [how for test, how in side.tests.items() if test.startswith(f"test/test_small.py::{name}")]
    return found


@pytest.mark.parametrize(
    "name, original, replaced",
    [
        ("test_passes", "passed", "passed"),
        ("test_wants_the_original", "passed", "failed"),
        ("test_imports_inside", "passed", "passed"),
        ("test_torchrl_keeps_its_own", "passed", "passed"),
        ("test_takes[DDPGLoss]", "passed", "passed"),
        ("test_tears_down", "failed", "failed"),
        ("test_hangs", "failed", "failed"),
        ("test_skipped", "skipped", "skipped"),
    ],
)
def test_each_test_is_judged_by_its_own_name(row, name, original, replaced):
    assert (outcome(row.original, name), outcome(row.replacement, name)) == (original, replaced)


def test_only_what_passes_with_the_original_can_be_lost(row):
    assert row.lost == ["test/test_small.py::test_wants_the_original"]


def test_message_of_a_lost_test_is_kept(row):
    assert "another class" in row.replacement.messages[row.lost[0]]


def test_replaced_names_are_those_that_the_tests_import(row):
    assert (row.original.replaced, row.replacement.replaced) == ([], ["DDPGLoss"])


def test_markdown_holds_the_counts_of_both_sides(row):
    assert as_markdown([row]).splitlines()[-1] == "| small | `DDPGLoss` | 5 / 2 / 1 | 4 / 3 / 1 | 1 |"


def test_test_that_was_not_run_is_lost():
    ran, not_run = (Outcomes(tests, {}, [], 0.0, "") for tests in ({"a": "passed"}, {}))
    assert Row("small", ran, not_run).lost == ["a"]


def test_group_that_takes_too_long_is_stopped(checkout):
    assert run_group(checkout, GROUP, False, 0, 60, 1).ended == "stopped after 1 s"


def test_command_fails_where_a_test_is_lost(row, checkout, monkeypatch, capsys):
    assert command(row, checkout, monkeypatch) == 1
    assert "passes with the original alone: test/test_small.py::test_wants_the_original" in capsys.readouterr().out


def test_command_succeeds_where_none_is_lost(row, checkout, monkeypatch):
    assert (
        command(row._replace(replacement=row.replacement._replace(tests=row.original.tests)), checkout, monkeypatch)
        == 0
    )


def test_command_refuses_a_run_that_replaced_nothing(row, checkout, monkeypatch, capsys):
    nothing = row._replace(replacement=row.replacement._replace(replaced=[]))
    assert command(nothing, checkout, monkeypatch) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("upstream: 'small' replaced no DDPGLoss")


def command(row, checkout, monkeypatch):
    """The exit status over one group, whose runs gave `row`."""
    monkeypatch.setattr(run, "GROUPS", {"small": GROUP})
    monkeypatch.setattr(run, "run_group", lambda _, __, replace, *rest: row.replacement if replace else row.original)
    return run.main([str(checkout)])


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["nowhere"], "needs the path of a checkout of pytorch/rl"),
        ([], "the following arguments are required: checkout"),
        ([".", "--only", "nonsense"], "invalid choice: 'nonsense'"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments, message, capsys):
    with pytest.raises(SystemExit) as caught:
        run.main(arguments)
    said = capsys.readouterr().err
    assert caught.value.code == 2 and message in said and said.count("\n") == 1


@pytest.mark.parametrize("name", DEFINED_IN)
def test_drop_in_is_a_subclass_of_what_it_replaces(name):
    assert name in [base.__name__ for base in replacement(name).__mro__]


@pytest.mark.parametrize("name", DEFINED_IN)
def test_name_of_a_drop_in_in_an_id_is_read_as_the_originals(name):
    assert original_id(f"test_a[{replacement(name).__name__}-1]") == f"test_a[{name}-1]"


def test_each_group_names_what_it_must_find():
    assert all(group.names and set(group.names) <= set(DEFINED_IN) for group in GROUPS.values())
