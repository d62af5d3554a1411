"""`docs/swaps.md`: a row for each filling, and nothing that differs."""

from pathlib import Path

import pytest

from parity_tests.studies.page import between_markers
from parity_tests.swaps.fillings import LOOPS, RUNS, fillings
from parity_tests.test_swaps import standing

PAGE = Path(__file__).parents[1] / "docs" / "swaps.md"


@pytest.mark.skipif(not PAGE.is_file(), reason="the page is in the repository, not in the package")
@pytest.mark.parametrize("name", RUNS)
def test_the_page_says_of_every_filling_that_nothing_differs(name):
    text, slots = between_markers(PAGE, name), RUNS[name][1]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.endswith(" | none |")]
    assert len(rows) == 2 * len(fillings(slots))
    assert len({row[-2] for row in rows}) == 1, "one digest"
    wanted = [
        [f"`{standing(name, loop, filling)[slot]}`" for slot in slots] for loop in LOOPS for filling in fillings(slots)
    ]
    assert [row[:-2] for row in rows] == wanted
