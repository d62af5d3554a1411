"""One headless Chromium without a network, that notes every request and every line of its console."""

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

DESK, PHONE = 1280, 390
"""Widths of windows, in CSS pixels."""
_SCRIPTS = Path(__file__).parent / "scripts"
_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def start(folder: Path) -> webdriver.Chrome:
    """The browser, with a profile of its own in `folder`."""
    options = Options()
    options.binary_location = str(shutil.which("chromium"))
    for argument in (*_ARGUMENTS, f"--user-data-dir={folder}", f"--window-size={DESK},900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_script_timeout(30)
    driver.get("about:blank")  # the browser's own first page asks for much
    # Until its window is the active one, a page shows no focus.
    driver.execute_cdp_cmd("Emulation.setFocusEmulationEnabled", {"enabled": True})
    return driver


def visit(driver: webdriver.Chrome, page: Path | str, width: int = DESK) -> None:
    """Opens a file, or an address, by day; returns when all is drawn."""
    forget_logs(driver)
    resize(driver, width)
    night(driver, False)
    driver.get(page.resolve().as_uri() if isinstance(page, Path) else page)
    run(driver, "settle")


def resize(driver: webdriver.Chrome, width: int) -> None:
    """A window of that width, however small."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def night(driver: webdriver.Chrome, on: bool) -> None:
    """What the reader's system asks of pages: dark or light."""
    wish = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [wish]})


def run(driver: webdriver.Chrome, name: str, *arguments: Any) -> Any:
    """What the function in scripts/`name`.js returns, run in the page."""
    return driver.execute_script(f"{_script('shared')}\nreturn ({_script(name)})(...arguments)", *arguments)


@cache
def _script(name: str) -> str:
    return (_SCRIPTS / f"{name}.js").read_text().strip().rstrip(";")


def forget_logs(driver: webdriver.Chrome) -> None:
    """What was noted so far is no matter of the next page."""
    for kind in ("browser", "performance"):
        driver.get_log(kind)


def console_errors(driver: webdriver.Chrome) -> list[str]:
    """Lines of the console since the last look that are errors."""
    return [line["message"] for line in driver.get_log("browser") if line["level"] == "SEVERE"]


def requests_to_hosts(driver: webdriver.Chrome) -> list[str]:
    """Addresses asked for since the last look that are neither on this disk nor in the page itself."""
    events = [json.loads(line["message"])["message"] for line in driver.get_log("performance")]
    asked = [_address(event) for event in events]
    at_home = ("file:", "data:", "blob:", "about:")
    return [f"request to {address}" for address in asked if address and not address.startswith(at_home)]


def _address(event: dict[str, Any]) -> str | None:
    if event["method"] == "Network.requestWillBeSent":
        return event["params"]["request"]["url"]
    return event["params"]["url"] if event["method"] == "Network.webSocketCreated" else None
