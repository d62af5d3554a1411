"""A browser for all tests of this folder, the pages it opens, and why it is not there where it is not."""

import subprocess
import sys

import pytest

from parity_tests.browser import pages
from parity_tests.browser.needed import not_here

SHORT = "--episodes=4 --max-steps-per-episode=40 --start-steps=40 --update-after=40 --probe-every-episodes=2"


@pytest.fixture(scope="session")
def driver(tmp_path_factory):
    """Chromium, or a skip that says what is missing."""
    if reason := not_here():
        pytest.skip(reason)
    from selenium.common.exceptions import WebDriverException

    from parity_tests.browser.chromium import start

    try:
        browser = start(tmp_path_factory.mktemp("chromium"))
    except WebDriverException as error:
        pytest.skip(f"Chromium does not start here: {(error.msg or '').splitlines()[0]}")
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def site():
    folder = pages.site()
    if not (folder / "index.html").is_file():
        pytest.skip(f"the site is not built: no index.html in {folder}; make docs")
    return folder


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """The report that `ddpg compare` writes of a short run."""
    folder = tmp_path_factory.mktemp("report")
    command = [sys.executable, "-m", "harness", "compare", "--out", str(folder / "run"), *SHORT.split()]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "run" / "report.html"


@pytest.fixture(scope="session")
def of_site(driver, site):
    """Check -> findings over the site's pages."""
    from parity_tests.browser.survey import survey

    return survey(driver, site, pages.sampled(pages.all_pages(site)))


@pytest.fixture(scope="session")
def of_report(driver, report):
    """Check -> findings on the report."""
    from parity_tests.browser.survey import survey

    return survey(driver, report.parent, [report.name])
