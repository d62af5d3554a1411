"""docs/conventions.md against the conventions that candidates can declare; docs/contributing.md against the project."""

import re
from pathlib import Path

import pytest

from parity_tests.conventions import Conventions
from parity_tests.rungs import RUNGS

ROOT = Path(__file__).parent.parent
PAGE, CONTRIBUTING = ROOT / "docs/conventions.md", ROOT / "docs/contributing.md"
ABILITIES = {"bounds", "dtypes", "loads_adam"}
"""Fields that say what an implementation can be given, not what it does."""


def rows():
    """Cells of each row of the page's tables."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("| choice")]


def test_the_page_has_a_row_for_every_convention_that_is_a_choice():
    named = {name for row in rows() if len(row) == 5 for name in re.findall(r"`(\w+)`", row[4])}
    assert named == set(Conventions._fields) - ABILITIES


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_every_choice_is_pinned_by_a_test_that_exists(row):
    tests = re.findall(r"\{test\}`(\w+\.py)::(test_\w+)`", row[3])
    assert tests
    for file, test in tests:
        assert re.search(rf"^def {test}\(", (ROOT / "parity_tests" / file).read_text(), re.MULTILINE)


def commands():
    """What the page tells people to type: lines of its blocks for a shell."""
    pieces = re.split(r"^```(.*)$", CONTRIBUTING.read_text(), flags=re.MULTILINE)  # text, "", block, "", text ...
    blocks = [block for language, block in zip(pieces[1::4], pieces[2::4], strict=True) if language in ("", "sh")]
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


def test_every_make_target_that_the_page_names_is_there():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {word for line in commands() if line.startswith("make ") for word in line.split()[1:]}
    assert named and named <= targets


def test_the_pages_example_stands_on_a_rung():
    (name,) = re.findall(r'^@rung\("([^"]+)"\)', CONTRIBUTING.read_text(), re.MULTILINE)
    assert name in {rung.name for rung in RUNGS}


@pytest.mark.parametrize(
    "path",
    sorted(set(re.findall(r"`((?:parity_tests|docs|reference|torchrl_impl)/[\w/.]+)`", CONTRIBUTING.read_text())))
    if CONTRIBUTING.is_file()
    else [],
)
def test_every_path_that_the_page_names_is_there(path):
    assert list(ROOT.glob(path.replace("NAME", "*")))
