"""README.md and the pages of docs/, read: blocks of code, code within a line, and what is neither."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[^\n`]*)\n(?P<text>.*?)^ *(?P=fence) *$", re.M | re.S)


class Code(NamedTuple):
    """A block, or what stands between backticks within a line."""

    page: str  # from the root
    line: int  # of its fence, or its own
    language: str  # empty where the fence does not say, and within a line
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """README.md and every page of the site that is written or generated as Markdown."""
    found = (page for page in DOCS.rglob("*.md") if not page.relative_to(DOCS).parts[0].startswith("_"))
    return [ROOT / "README.md", *sorted(found)]


def name(page: Path) -> str:
    """Of a page, from the root."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Code]:
    """Its blocks of code and its directives, in their order."""
    text = page.read_text()
    return [
        Code(name(page), text.count("\n", 0, found.start()) + 1, found["language"].strip(), found["text"])
        for found in FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """Its text with blocks of code emptied, line by line the same."""
    return FENCE.sub(lambda found: "\n" * found[0].count("\n"), page.read_text())


def spans(page: Path) -> list[Code]:
    """What stands between single backticks."""
    lines = enumerate(prose(page).splitlines(), 1)
    return [Code(name(page), number, "", text) for number, line in lines for text in re.findall(r"`([^`]+)`", line)]


PROGRAM = re.compile(r"(\.venv/bin/)?(ddpg|make|python|pytest|pip|git)( |$)")
"""What a command begins with."""


def language(block: Code) -> str:
    """Of a block; one in README.md, which is no page of the site, need not say whether it is of commands."""
    if block.language or block.page != "README.md":
        return block.language
    return "sh" if PROGRAM.match(block.text) else "text"
