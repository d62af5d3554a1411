"""Measured tables inside hand-written pages."""

from pathlib import Path


def write_between_markers(page: Path, text: str, name: str = "measured") -> None:
    """Replaces what stands between a page's markers of that name.

    Raises:
        ValueError: the page has not one pair of them.
    """
    whole, (begin, end) = page.read_text(), _markers(name)
    if whole.count(begin) != 1 or whole.count(end) != 1:
        raise ValueError(f"{page} must hold one line {begin!r} and one {end!r}.")
    before, rest = whole.split(begin)
    _, after = rest.split(end)
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def between_markers(page: Path, name: str = "measured") -> str:
    """What stands between a page's markers of that name."""
    begin, end = _markers(name)
    return page.read_text().split(begin)[1].split(end)[0].strip()


def _markers(name: str) -> tuple[str, str]:
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
