"""The pages of the built site, and those of them that stand for others like them."""

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PLAIN = ("api", "source", "upstream")
"""Folders whose pages are made alike."""


def site() -> Path:
    """The folder of the built site; DDPG_SITE names another than `make docs` writes."""
    return Path(os.environ.get("DDPG_SITE", ROOT / "docs" / "_build" / "html")).absolute()


def all_pages(folder: Path) -> list[str]:
    """Every page, by its path within the site."""
    pages = (path.relative_to(folder) for path in folder.rglob("*.html"))
    return sorted(page.as_posix() for page in pages if "_static" not in page.parts)


def sampled(pages: list[str]) -> list[str]:
    """All pages but those made alike; of these the first and the last of every kind of file."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for page in pages:
        folder = page.split("/")[0]
        if folder in PLAIN:
            kinds.setdefault((folder, Path(page).with_suffix("").suffix), []).append(page)
    left_out = {page for alike in kinds.values() for page in alike[1:-1]}
    return [page for page in pages if page not in left_out]
