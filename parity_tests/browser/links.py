"""Links within the site, followed without a browser: every page there is, not only those that are opened."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """What a page points at, and what can be pointed at in it."""

    def __init__(self, text: str):
        super().__init__()
        self.points_at: set[str] = set()
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if value and name in ("href", "src") and tag != "use":
                self.points_at.add(value)
            if value and (name == "id" or (tag == "a" and name == "name")):
                self.places.add(value)


def dead_links(folder: Path) -> list[str]:
    """Links of any page to a file that is not in the folder, or to a place that is not on its page."""
    pages = {
        path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html")) if _ours(path, folder)
    }
    found = []
    for path, page in pages.items():
        for link in sorted(page.points_at):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            aim = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if not aim.is_file():
                found.append(f"{path.relative_to(folder)}: {link} is not there")
            elif place and aim in pages and place not in pages[aim].places:
                found.append(f"{path.relative_to(folder)}: {link}: no such place on the page")
    return found


def _ours(path: Path, folder: Path) -> bool:
    return not path.relative_to(folder).as_posix().startswith(("_static/", "_downloads/"))
