"""Links between the site's pages; no browser is needed."""

from parity_tests.browser.links import dead_links


def test_site_has_no_dead_link(site):
    dead = dead_links(site.resolve())
    assert not dead, "\n".join(dead)


def test_a_link_to_a_page_or_place_that_is_not_there_is_found(tmp_path):
    (tmp_path / "one.html").write_text('<a href="two.html#here">x</a> <a href="#top">x</a> <a href="three.html">x</a>')
    (tmp_path / "two.html").write_text(
        '<p id="there"><a href="one.html">x</a> <a href="https://example.org/y">y</a></p>'
    )
    assert dead_links(tmp_path) == [
        "one.html: #top: no such place on the page",
        "one.html: three.html is not there",
        "one.html: two.html#here: no such place on the page",
    ]
