"""The pages of `docs/upstream/`, read: each holds a reproduction, what it prints, a patch and a test for TorchRL."""

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[1] / "docs" / "upstream"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")


class Page(NamedTuple):
    """The four blocks of code, in their order."""

    reproduction: str
    printed: str
    patch: str
    proposed_test: str


def read(page):
    """The blocks of a page.

    Raises:
        ValueError: it has others, or not in this order.
    """
    found = re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
    if [language for language, _ in found] != ["python", "text", "diff", "python"]:
        raise ValueError(f"{page} needs four blocks of code: python, text, diff, python.")
    return Page(*(text for _, text in found))


def run(text, page):
    """Runs a block of Python as a script; the names it defined."""
    names = {"__name__": page.stem}
    exec(compile(text, str(page), "exec"), names)
    return names


def the_test(page):
    """The one function that a page proposes as a test."""
    (test,) = [value for name, value in run(read(page).proposed_test, page).items() if name.startswith("test_")]
    return test


def hunks(patch):
    """For each hunk of a patch: the file, and the text that it starts from."""
    for file in patch.split("--- a/")[1:]:
        name, _, changes = file.split("\n", 2)
        for hunk in re.split(r"^@@.*\n", changes, flags=re.MULTILINE)[1:]:
            yield name, "\n".join(line[1:] for line in hunk.splitlines() if not line.startswith("+")).strip("\n")
