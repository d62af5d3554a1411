"""Where there is no browser the tests are skipped, and say why; which pages stand for others."""

import os
import subprocess
import sys

from parity_tests.browser.needed import not_here
from parity_tests.browser.pages import sampled


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "chromium, chromedriver" in not_here()


def test_without_a_browser_every_page_is_skipped_with_the_reason():
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "parity_tests/browser/test_pages.py"]
    said = subprocess.run(command, env=os.environ | {"PATH": ""}, capture_output=True, text=True)
    assert said.returncode == 0 and " passed" not in said.stdout, said.stdout
    assert "not installed: chromium, chromedriver (Debian: apt-get install chromium chromium-driver)" in said.stdout


def test_of_pages_made_alike_the_first_and_the_last_are_looked_at():
    alike = [f"source/reference/part_{number}.py.html" for number in range(9)]
    pages = ["index.html", "side_by_side/replay.html", *alike, "source/Makefile.html"]
    assert sampled(pages) == ["index.html", "side_by_side/replay.html", alike[0], alike[8], "source/Makefile.html"]
