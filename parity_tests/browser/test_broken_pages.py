"""Every check sees the fault of a page that was broken on purpose, and none on the same page as it should be."""

import shutil

import pytest
from plotly.offline import get_plotlyjs

pytest.importorskip("selenium", reason="selenium is not installed: pip install 'ddpg-parity[docs]'")

from parity_tests.browser import checks
from parity_tests.browser.broken import DRAW, PLOT, small_page
from parity_tests.browser.broken_layout import LAYOUT
from parity_tests.browser.broken_words import WORDS
from parity_tests.browser.survey import CHECKS, look_at

BROKEN = (*WORDS, *LAYOUT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the pages lie; Plotly's script beside them."""
    place = tmp_path_factory.mktemp("pages")
    (place / "plotly.min.js").write_text(get_plotlyjs())
    return place


def made(folder, **parts):
    page = folder / "page.html"
    page.write_text(small_page(**parts))
    return page


@pytest.mark.parametrize("body, script", [("", ""), (PLOT, DRAW)], ids=["plain", "with Plotly"])
def test_checks_find_nothing_on_a_right_page(driver, folder, body, script):
    assert look_at(driver, made(folder, body=body, script=script)) == {check: [] for check in CHECKS}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.fault)
def test_checks_name_the_fault_of_a_broken_page(driver, folder, broken):
    page = made(folder, style=broken.style, body=broken.body, script=broken.script)
    found = look_at(driver, page, [broken.check])[broken.check]
    assert any(broken.finding in finding for finding in found), found


def test_every_check_has_a_page_that_fails_it():
    assert {broken.check for broken in BROKEN} == set(CHECKS)


def test_search_without_its_index_finds_nothing(driver, site, tmp_path):
    shutil.copy(site / "search.html", tmp_path)
    (tmp_path / "_static").symlink_to(site / "_static")
    assert checks.search(driver, tmp_path, "td_target") == ["search finds nothing for td_target"]


def test_search_that_leads_nowhere_is_found(driver, site, tmp_path):
    for name in ("search.html", "searchindex.js"):
        shutil.copy(site / name, tmp_path)
    (tmp_path / "_static").symlink_to(site / "_static")
    findings = checks.search(driver, tmp_path, "td_target")
    assert findings and all(finding.endswith("which is not there") for finding in findings)


def test_search_finds_no_word_that_is_not_there(driver, site):
    assert checks.search(driver, site, "td_garget") == ["search finds nothing for td_garget"]
