"""The site and the report, opened from disk in Chromium: nothing is wrong that this folder's checks can find."""

import pytest

pytest.importorskip("selenium", reason="selenium is not installed: pip install 'ddpg-parity[docs]'")

from parity_tests.browser import checks
from parity_tests.browser.chromium import console_errors, requests_to_hosts
from parity_tests.browser.survey import CHECKS

each_check = pytest.mark.parametrize("check", CHECKS)


@each_check
def test_site_passes_on_every_page(of_site, check):
    assert not of_site[check], "\n".join(of_site[check])


@each_check
def test_report_passes(of_report, check):
    assert not of_report[check], "\n".join(of_report[check])


def test_site_search_finds_td_target(driver, site):
    assert checks.search(driver, site, "td_target") + console_errors(driver) + requests_to_hosts(driver) == []
