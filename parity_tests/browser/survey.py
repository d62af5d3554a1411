"""Every page is opened once, and all checks are made on it: by day and by night, on a desk and on a phone."""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.webdriver import WebDriver

from parity_tests.browser import checks
from parity_tests.browser.chromium import PHONE, console_errors, night, requests_to_hosts, resize, run, visit

STEPS = 12
"""Stops of the Tab key that are looked at, at two places of a page."""

Findings = dict[str, list[str]]


def by_night(driver: WebDriver) -> list[str]:
    """Contrast on both ways to night: the reader's system asks for it, or the page's own button."""
    night(driver, True)
    run(driver, "settle")
    asked = checks.contrast(driver)
    night(driver, False)
    driver.execute_script("if (document.body.dataset.theme) document.body.dataset.theme = 'dark'")
    run(driver, "settle")
    chosen = checks.contrast(driver)
    driver.execute_script("if (document.body.dataset.theme) document.body.dataset.theme = 'auto'")
    return list(dict.fromkeys(asked + chosen))


def on_a_phone(driver: WebDriver) -> list[str]:
    """Layout and figures once the window is narrow; figures take a moment to follow."""
    resize(driver, PHONE)
    run(driver, "settle")
    return checks.until_none(lambda: checks.layout(driver, stacked=True) + checks.figures(driver))


CHECKS: dict[str, Callable[[WebDriver], list[str]]] = {
    "structure": checks.structure,
    "maths": checks.maths,
    "layout on a desk": lambda driver: checks.layout(driver, stacked=False),
    "figures": checks.figures,
    "contrast by day": checks.contrast,
    "contrast by night": by_night,
    "focus": lambda driver: checks.focus(driver, STEPS),
    "sliders": checks.sliders,
    "legends": checks.legends,
    "layout on a phone": on_a_phone,
    "console": console_errors,
    "requests": requests_to_hosts,
}
"""In this order: figures stay as they were moved, and the logs are read last."""


def look_at(driver: WebDriver, page: Path, names: Collection[str] = tuple(CHECKS)) -> Findings:
    """Check -> what it found on this page."""
    try:
        visit(driver, page)
        return {name: check(driver) for name, check in CHECKS.items() if name in names}
    except WebDriverException as error:
        return {"console": [f"the browser gave up: {(error.msg or '').splitlines()[0]}"]}


def survey(driver: WebDriver, folder: Path, pages: Iterable[str]) -> Findings:
    """Check -> what it found on any of these pages."""
    found: Findings = {check: [] for check in CHECKS}
    for page in pages:
        for check, findings in look_at(driver, folder / page).items():
            found[check] += [f"{page}: {finding}" for finding in findings]
    return found
