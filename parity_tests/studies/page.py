"""Measured tables inside hand-written pages."""

from pathlib import Path

BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"


def write_between_markers(page: Path, text: str) -> None:
    """Replaces what stands between a page's markers.

    Raises:
        ValueError: the page has not one pair of them.
    """
    whole = page.read_text()
    if whole.count(BEGIN) != 1 or whole.count(END) != 1:
        raise ValueError(f"{page} must hold one line {BEGIN!r} and one {END!r}.")
    before, rest = whole.split(BEGIN)
    _, after = rest.split(END)
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def between_markers(page: Path) -> str:
    """What stands between a page's markers."""
    return page.read_text().split(BEGIN)[1].split(END)[0].strip()
