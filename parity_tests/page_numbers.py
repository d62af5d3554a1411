"""Numbers in the prose of README.md and docs/, and which of them claim that something was counted or measured."""

import re
from pathlib import Path
from typing import NamedTuple

from parity_tests.page_blocks import FENCE, name

GENERATED = re.compile(r"<!-- *([\w -]+?): *begin *-->.*?<!-- *\1: *end *-->", re.S)
"""What a command writes into a page, between two comments."""

NO_PROSE = (
    FENCE,
    GENERATED,
    re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.S),
    re.compile(r"\{\w+\}`[^`\n]*`|`[^`\n]*`"),
    re.compile(r"\]\([^)\s]*\)|<https?:[^>]*>|#\d+"),
)
NUMBER = re.compile(r"(?<![\w./#-])-?\d[\d,]*(?:\.\d+)*(?:e-?\d+)?(?![\w-]*\d)")
COUNTED = re.compile(
    r" ?%| (?:MB|GB|us|ms|s|seconds?|minutes?|hours?|times)\b|(?: of (?:the )?\d+\b)"
    r"|(?: [a-z]+){0,2} (?:faults|tests|runs|seeds|quantities|defects|combinations)\b"
)
"""What follows a number that was counted or measured."""


class Number(NamedTuple):
    """One of a page's."""

    page: str
    start: int  # place in the page's text
    line: int
    text: str
    around: str  # for the eye

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.text} in `{self.around}`"


def blanked(text: str) -> str:
    """A page's text with blanks for what is no prose; every character keeps its place."""
    for pattern in NO_PROSE:
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return text


def numbers(page: Path) -> list[Number]:
    """All of its prose."""
    text, whole = blanked(page.read_text()), page.read_text()
    return [
        Number(name(page), at.start(), text.count("\n", 0, at.start()) + 1, at[0].rstrip(","), _around(whole, at))
        for at in NUMBER.finditer(text)
    ]


def _around(text: str, at: re.Match) -> str:
    return " ".join(text[max(0, at.start() - 40) : at.end() + 40].split())


def is_measured(page: Path, number: Number) -> bool:
    """Whether it reads as counted or measured: three digits with a point among them, a unit, or things behind it."""
    digits = re.sub(r"e.*|[-,]", "", number.text).lstrip("0.").replace(".", "")
    exact = number.text.count(".") == 1 and len(digits) >= 3
    after = blanked(page.read_text())[number.start + len(number.text) :][:40]
    return exact or COUNTED.match(after) is not None
