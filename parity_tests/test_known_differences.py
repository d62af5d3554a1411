"""The list of known differences: every entry is whole, in its place, and measured by one test."""

from importlib import import_module
from pathlib import Path

import pytest
from packaging.version import Version

from parity_tests.known_differences import CLASSES, Difference, absence, check, known_difference, load, main

FILES = sorted(Path(__file__).parent.glob("test_known_differences_*.py"))
ENTRIES = load()
each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)


def measuring():
    """Every test that an entry could name, with the entry that it carries."""
    for path in FILES:
        for name, value in vars(import_module(f"parity_tests.{path.stem}")).items():
            if hasattr(value, "difference"):
                yield f"parity_tests/{path.name}::{name}", value.difference.id


def test_every_entry_has_exactly_one_test_and_names_it():
    assert sorted(measuring()) == sorted((entry.measured_how, entry.id) for entry in ENTRIES)


def test_ids_are_unique():
    assert len({entry.id for entry in ENTRIES}) == len(ENTRIES) > 0


def test_entries_are_sorted_by_component():
    places = [(entry.component, entry.id) for entry in ENTRIES]
    assert places == sorted(places)


@each_entry
def test_an_entry_is_well_formed(entry):
    assert entry.class_ in CLASSES
    assert set(entry.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert entry.since == "unknown" or Version(entry.since) <= Version("0.14.1")
    assert not entry.until or Version(entry.until)
    assert all(value for value in (entry.component, entry.what, entry.unit))
    assert entry.link.startswith("https://github.com/pytorch/rl/")


def an_entry(**fields):
    texts = dict.fromkeys(Difference._fields, "some")
    return Difference(**{**texts, "since": "0.2.0", "until": "", "by_how_much": 0.25, **fields})


@pytest.mark.parametrize("without", ["since", "class", "by_how_much"])
def test_an_entry_that_lacks_a_field_is_refused(tmp_path, without):
    lines = [f'{field.rstrip("_")} = "x"' for field in Difference._fields if field.rstrip("_") != without]
    path = tmp_path / "list.toml"
    path.write_text("\n".join(["[[difference]]", *lines]))
    with pytest.raises(ValueError, match=rf"list\.toml: entry 1, 'x', lacks or should not have: {without}\."):
        load(path)


def test_an_unknown_id_is_refused():
    with pytest.raises(ValueError, match=r"needs an id of known_differences\.toml; got 'no-such-thing'"):
        known_difference("no-such-thing")


def another_number():
    return 3.0


def another_answer():
    assert another_number() == 4.0


def another_error():
    raise KeyError("counter")


def no_error():
    with pytest.raises(KeyError):
        another_number()


@pytest.mark.parametrize("changed", [another_number, another_answer, another_error, no_error])
def test_a_changed_difference_says_what_to_do(changed):
    with pytest.raises(
        AssertionError, match=r"^known difference hard-update-period has changed: .+; update known_differences\.toml$"
    ):
        known_difference("hard-update-period")(changed)()


@pytest.mark.parametrize("measured", [0.25, 0.250001, 0.24999])
def test_a_number_is_held_to_four_significant_digits(measured):
    check(an_entry(), measured)


@pytest.mark.parametrize("measured", [0.2501, 0.2499, -0.25, float("nan")])
def test_another_number_is_a_change(measured):
    with pytest.raises(AssertionError, match=r"where 0\.25 is listed"):
        check(an_entry(), measured)


@pytest.mark.parametrize("release", ["0.2.0", "0.2.0+cpu", "0.14.1", "2026.9.1"])
def test_a_difference_is_expected_from_its_first_release_on(release):
    assert absence(an_entry(), Version(release)) is None


def test_a_difference_is_not_expected_before_its_first_release():
    assert absence(an_entry(), Version("0.1.1")) == "not there yet: since 0.2.0, and this is 0.1.1"


def test_a_difference_is_not_expected_after_it_was_mended():
    assert absence(an_entry(until="0.3.0"), Version("0.2.1")) is None
    assert absence(an_entry(until="0.3.0"), Version("0.3.0")) == "no longer there: until 0.3.0, and this is 0.3.0"


@pytest.mark.parametrize("release, skipped", [("0.3.1", True), ("0.4.0", False)])
def test_the_test_of_a_difference_that_is_not_expected_is_skipped(monkeypatch, release, skipped):
    monkeypatch.setattr("parity_tests.known_differences.installed", lambda: Version(release))
    marked = known_difference("pred-value-gradient")(another_number).pytestmark  # since 0.4.0
    assert [mark.args[0] for mark in marked if mark.name == "skipif"] == [skipped]


def test_a_difference_of_unknown_age_is_always_expected():
    assert absence(an_entry(since="unknown"), Version("0.0.1")) is None


def test_the_command_prints_every_entry(capsys):
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert all(entry.id in printed for entry in ENTRIES)


def test_the_command_refuses_arguments_in_one_line(capsys):
    assert main(["--json"]) == 2
    assert capsys.readouterr().err == "parity_tests.known_differences takes no arguments; got '--json'.\n"
