"""docs/known_differences.md shows every entry of the list, with its test and its page."""

import sys
from pathlib import Path

import pytest

from harness.known_differences import load

ROOT = Path(__file__).parent.parent
LIST = ROOT / "parity_tests/known_differences.toml"


@pytest.fixture
def extension():
    """The module that makes the page; it lies where only Sphinx looks."""
    pytest.importorskip("sphinx", reason="the page is made by a Sphinx extension: pip install '.[docs]'")
    sys.path.insert(0, str(ROOT / "docs/_ext"))
    import known_differences

    yield known_differences
    sys.path.remove(str(ROOT / "docs/_ext"))


def test_the_page_has_every_entry_once(extension):
    entries = load(LIST)
    lines = extension.markdown(entries)
    assert sorted(line.removeprefix("### ") for line in lines if line.startswith("### ")) == sorted(
        e.id for e in entries
    )
    assert {line.removeprefix("## ") for line in lines if line.startswith("## ")} == set(extension.CLASSES.values())


def test_an_entry_says_what_by_how_much_and_where_it_is_measured(extension):
    (entry,) = (one for one in load(LIST) if one.id == "pred-value-gradient")
    text = "\n".join(extension.entry(entry))
    test = entry.measured_how.partition("::")[2]
    assert f"::{test}`" in text
    assert f"Measured: {entry.by_how_much:.4g} " in text
    assert entry.link in text


def test_every_class_of_difference_has_a_heading(extension):
    assert {entry.class_ for entry in load(LIST)} <= set(extension.CLASSES)
