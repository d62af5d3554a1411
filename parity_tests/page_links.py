"""Links of README.md and the pages of docs/, and the anchors that a link may lead to."""

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from parity_tests.page_blocks import FENCE, name, prose

LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)|\b(?:href|src)=\"([^\"]+)\"|^\[[^\]]+\]: +(\S+)", re.M)


class Link(NamedTuple):
    """From a page to a file, or to a place on one."""

    page: Path
    line: int
    target: str

    def __str__(self) -> str:
        return f"{name(self.page)}:{self.line}: {self.target}"


def links(page: Path) -> list[Link]:
    """Those within the repository; code is no place for links."""
    text = re.sub(r"`[^`\n]+`", lambda span: "x" * len(span[0]), prose(page))
    found = [(text.count("\n", 0, link.start()) + 1, link[1] or link[2] or link[3]) for link in LINK.finditer(text)]
    return [Link(page, line, target) for line, target in found if not re.match(r"[a-z]+:", target)]


def slug(heading: str) -> str:
    """A heading's anchor, as GitHub and MyST make it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """Of a page: its headings', a second of one name being numbered, and those that are set by hand."""
    text, found = prose(page), set[str]()
    for heading in re.findall(r"^#{1,6} +(.*?)(?: +#+)?$", text, re.M):
        number = sum(re.fullmatch(rf"{re.escape(slug(heading))}(-\d+)?", other) is not None for other in found)
        found.add(f"{slug(heading)}-{number}" if number else slug(heading))
    by_hand = re.findall(r"\b(?:id|name)=\"([^\"]+)\"|^\(([\w-]+)\)=$|\{#([\w-]+)\}", page.read_text(), re.M)
    equations = re.findall(r"\$\$ ?\(([\w-]+)\)", page.read_text())
    return found | {one for all_ in by_hand for one in all_ if one} | {f"equation-{label}" for label in equations}


def broken(link: Link) -> str | None:
    """What is wrong with a link, or None."""
    path, _, anchor = unquote(link.target).partition("#")
    file = (link.page.parent / path).resolve() if path else link.page
    if not file.exists():
        return f"{link}: there is no such file"
    if not anchor:
        return None
    if file.suffix == ".md":
        return None if anchor in anchors(file) else f"{link}: the page has no such anchor"
    number = re.fullmatch(r"(?:line-|L)(\d+)", anchor)
    held = number is not None and int(number[1]) <= len(file.read_text().splitlines())
    return None if held else f"{link}: the file has no such line"


def included(page: Path) -> list[str]:
    """What is wrong with the pieces of source that a page includes by name."""
    found = []
    for block in FENCE.finditer(page.read_text()):
        if not (kind := re.fullmatch(r"\{literalinclude\} (\S+)", block["language"].strip())):
            continue
        file = page.parent / kind[1]
        wanted = re.search(r"^:pyobject: ([\w.]+)$", block["text"], re.M)
        if not file.is_file():
            found.append(f"{name(page)}: {kind[1]} is no file")
        elif wanted and not re.search(rf"^ *(def|class) {wanted[1].rpartition('.')[2]}\b", file.read_text(), re.M):
            found.append(f"{name(page)}: {kind[1]} has no {wanted[1]}")
    return found
