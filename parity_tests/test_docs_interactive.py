"""The site's interactive figures: the directive that puts them in a page, and their scripts without a browser."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from parity_tests.studies.state_space.packing import pack, unpack

DOCS = Path(__file__).parent.parent / "docs"
SCRIPTS = DOCS / "_static" / "interactive"

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node, which runs a page's scripts, is not there")


def run_node(source):
    found = subprocess.run(["node", "-e", source], capture_output=True, text=True, check=True, cwd=SCRIPTS)
    return json.loads(found.stdout)


def build_site(folder, text):
    """A site of one page, by our directive; the page, and what Sphinx had to say."""
    pytest.importorskip("myst_parser", reason="the site's own libraries are not installed")
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    (folder / "conf.py").write_text(
        f"import sys; sys.path.insert(0, {str(DOCS / '_ext')!r})\nextensions = ['myst_parser', 'interactive']\n"
        f"html_static_path = [{str(DOCS / '_static')!r}]\n"
    )
    (folder / "index.md").write_text(text)
    with open(folder / "warnings.txt", "w") as told, patch_docutils(folder), docutils_namespace():
        Sphinx(folder, folder, folder / "out", folder / "trees", "html", status=None, warning=told).build()
    page = folder / "out" / "index.html"
    return page.read_text() if page.is_file() else "", (folder / "warnings.txt").read_text()


@pytest.fixture(autouse=True)
def search_path_is_kept(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])


FIGURE = "# A\n\n```{interactive} td_target\n:data: numbers.json\n:height: 300px\n\nWords of *it*. More.\n```\n"


def test_directive_puts_data_words_and_scripts_into_the_page(tmp_path):
    given = {"numbers": [1.5, -2], "text": "</script><b>"}
    (tmp_path / "numbers.json").write_text(json.dumps(given))
    page, told = build_site(tmp_path, FIGURE)
    assert told == ""
    assert '<div class="interactive live-figure" data-figure="td_target" role="group" aria-label="Words of it"' in page
    assert "--room: 300px" in page
    embedded = page.split('class="interactive-data">')[1].split("</script>")[0]
    assert json.loads(embedded) == given
    assert "<p>Words of <em>it</em>. More.</p>" in page
    places = [
        page.index(f"_static/interactive/{name}")
        for name in ("interactive.css", "controls.js", "drawing.js", "td_target.js")
    ]
    assert places == sorted(places)


def test_directive_loads_no_script_where_no_figure_is(tmp_path):
    page, told = build_site(tmp_path, "# A\n\nText.\n")
    assert told == "" and "interactive" not in page


@pytest.mark.parametrize(
    "text, complaint",
    [
        (FIGURE, "an interactive figure's data numbers.json is not there: needed"),
        (FIGURE.replace("td_target", "no_such"), "needed the script _static/interactive/no_such.js"),
        (FIGURE.replace("Words of *it*. More.", ""), "needed a body that describes it in words"),
        (FIGURE.replace("numbers.json", "index.md"), "an interactive figure's data index.md is no JSON"),
    ],
)
def test_directive_refuses_what_it_cannot_show_and_says_why(tmp_path, text, complaint):
    page, told = build_site(tmp_path, text)
    assert complaint in told and "index.md:3" in told
    assert "interactive-stage" not in page


@needs_node
@pytest.mark.parametrize("script", sorted(path.name for path in SCRIPTS.glob("*.js")))
def test_script_parses(script):
    subprocess.run(["node", "--check", script], check=True, capture_output=True, cwd=SCRIPTS)


@needs_node
def test_script_decodes_what_was_packed():
    values = np.random.default_rng(0).normal(size=300) * 40
    packed = pack(values)
    call = "require('./drawing.js').decodeInt8(p.int8, p.scale, p.offset)"
    decoded = run_node(f"const p = {json.dumps(packed)}; console.log(JSON.stringify({call}))")
    np.testing.assert_allclose(decoded, unpack(packed), rtol=1e-12)
    assert np.abs(np.array(decoded) - values).max() <= packed["scale"] / 2 * (1 + 1e-9)
    assert len(set(decoded)) > 100 and min(decoded) < 0 < max(decoded)
