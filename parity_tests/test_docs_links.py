"""Every link of README.md and docs/ within the repository leads somewhere, to the very heading that it names."""

from pathlib import Path

import pytest

from parity_tests import page_links
from parity_tests.page_blocks import name, pages
from parity_tests.page_links import Link, anchors, broken, included, links, slug

each_page = pytest.mark.parametrize("page", pages(), ids=name)


@each_page
def test_every_link_of_a_page_leads_somewhere(page):
    assert [fault for link in links(page) if (fault := broken(link))] == []


@each_page
def test_source_that_a_page_includes_is_there(page):
    assert included(page) == []


def test_links_are_found_to_be_followed():
    assert len(links(pages()[0])) > 20 and sum(len(links(page)) for page in pages()) > 150


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("derivation.md", None),
        ("derivation.md#critic", None),
        ("derivation.md#no-such-heading", "no such anchor"),
        ("no_such_page.md", "no such file"),
        ("../reference/update.py#line-12", None),
        ("../reference/update.py#line-99999", "no such line"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(target, told, tmp_path, monkeypatch):
    (tmp_path / "docs").mkdir()
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "update.py").write_text("\n" * 20)
    (tmp_path / "docs" / "derivation.md").write_text("# Derivation\n\n## Critic\n")
    monkeypatch.setattr(page_links, "name", Path.as_posix)
    fault = broken(Link(tmp_path / "docs" / "index.md", 1, target))
    assert fault is None if told is None else told in fault


def test_anchors_are_spelt_as_the_site_spells_them(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# `td_target`, by [hand](x.md)\n\n```\n# no heading\n```\n\n## TorchRL's recipe\n\n## TorchRL's recipe\n"
    )
    assert anchors(page) == {"td_target-by-hand", "torchrls-recipe", "torchrls-recipe-1"}
    assert slug("One update, product by product") == "one-update-product-by-product"
