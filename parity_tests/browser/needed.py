"""What the tests in a browser need, and which of it is not here. Nothing of selenium is imported."""

import shutil
from importlib.util import find_spec

PROGRAMS = ("chromium", "chromedriver")


def not_here() -> str | None:
    """Why no browser can be started, with the cure; None if it can be tried."""
    if find_spec("selenium") is None:
        return "selenium is not installed: pip install 'ddpg-parity[docs]'"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    return (
        f"not installed: {', '.join(missing)} (Debian: apt-get install chromium chromium-driver)" if missing else None
    )
