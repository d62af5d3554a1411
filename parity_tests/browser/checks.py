"""What is asked of every page: each check looks at the page that is open and returns what it finds wrong, in words."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from parity_tests.browser.chromium import run, visit

PATIENCE = 2.0
"""Seconds in which a page must answer."""


def contrast(driver: WebDriver) -> list[str]:
    """Text that stands out too little."""
    return run(driver, "contrast")


def structure(driver: WebDriver) -> list[str]:
    """Headings out of order, pictures without texts, inputs without labels."""
    return run(driver, "structure")


def maths(driver: WebDriver) -> list[str]:
    """Formulas that are not set."""
    return run(driver, "maths")


def figures(driver: WebDriver) -> list[str]:
    """Figures that are not drawn, or wider than their column."""
    return run(driver, "figures")


def layout(driver: WebDriver, stacked: bool) -> list[str]:
    """What does not fit the window; columns that stand otherwise than `stacked` says."""
    return run(driver, "layout", stacked)


def focus(driver: WebDriver, steps: int) -> list[str]:
    """What one does not see of the first stops of the Tab key, from the page's beginning and from that of its text."""
    run(driver, "watch_focus")
    ActionChains(driver, duration=0).send_keys(Keys.TAB * steps).perform()
    run(driver, "begin_in_text")
    ActionChains(driver, duration=0).send_keys(Keys.TAB * steps).perform()
    watch = driver.execute_script("return window.focusWatch")
    return watch["faults"] or ([] if watch["reached"] else ["the Tab key comes to nothing"])


def sliders(driver: WebDriver) -> list[str]:
    """Sliders of figures that change nothing when moved by keyboard."""
    return [
        f"slider {_name(slider)} of {place.get_attribute('data-figure') or 'a figure'} changes nothing"
        for place in driver.find_elements(By.CSS_SELECTOR, ".interactive")
        for slider in place.find_elements(By.CSS_SELECTOR, "input[type=range]")
        if slider.is_displayed() and not _moves(driver, place, slider)
    ]


def _moves(driver: WebDriver, place: WebElement, slider: WebElement) -> bool:
    """Whether the drawing is another one after Home, End and one step."""
    seen = {run(driver, "drawing", place)}
    for key in (Keys.END, Keys.ARROW_LEFT, Keys.HOME):
        slider.send_keys(key)
        run(driver, "settle")
        seen.add(run(driver, "drawing", place))
    return len(seen) > 1


def _name(slider: WebElement) -> str:
    return repr(slider.get_attribute("aria-label") or slider.find_element(By.XPATH, "..").text.split("\n")[0])


def legends(driver: WebDriver) -> list[str]:
    """Legends whose first entry, clicked on, hides nothing; a click that fell while the page moved is made again."""
    before = run(driver, "hidden_traces")
    plots = driver.find_elements(By.CSS_SELECTOR, ".js-plotly-plot")

    def unchanged() -> list[int]:
        now = run(driver, "hidden_traces")
        return [i for i, figure in enumerate(before) if figure["entries"] and now[i]["shown"] >= figure["shown"]]

    for _ in range(2):
        for index in unchanged():
            _click(driver, plots[index].find_element(By.CSS_SELECTOR, ".legend .legendtoggle"))
        if not until_none(unchanged):
            break
    return [f"{before[index]['name']}: a click on the legend hides nothing" for index in unchanged()]


def _click(driver: WebDriver, entry: WebElement) -> None:
    driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", entry)
    ActionChains(driver, duration=0).move_to_element(entry).click().perform()


def search(driver: WebDriver, site: Path, word: str) -> list[str]:
    """A word, typed into the site's search page, that leads to no page, or to none that is there."""
    visit(driver, site / "search.html")
    field = driver.find_element(By.CSS_SELECTOR, "[role=main] input[name=q], .sidebar-search")
    field.send_keys(word, Keys.ENTER)

    def found() -> list[str]:
        links = driver.find_elements(By.CSS_SELECTOR, "#search-results ul.search li a")
        aims = [urlsplit(link.get_attribute("href")).path for link in links]
        dead = [
            f"search for {word} leads to {aim}, which is not there" for aim in aims if not Path(unquote(aim)).is_file()
        ]
        return dead if aims else [f"search finds nothing for {word}"]

    return until_none(found)


def until_none(look: Callable[[], list[Any]]) -> list[Any]:
    """The findings of `look` once there are none, or those that time did not heal."""
    end = time.monotonic() + PATIENCE
    while (findings := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return findings
