"""A small page that is right, to be broken on purpose in one way or another."""

from dataclasses import dataclass
from string import Template

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A small page</title>
<style>
:root { color-scheme: light dark; }
body { margin: 1rem; color: #1d2229; background: #fff; font: 16px/1.5 sans-serif; }
@media (prefers-color-scheme: dark) { body { color: #e4e7eb; background: #000; } a { color: #7db4f5; } }
.side-by-side { display: grid; grid-template-columns: 1fr 1fr; }
@media (max-width: 600px) { .side-by-side { grid-template-columns: 1fr; } }
$style
</style>
</head>
<body>
<main>
<h1>A small page</h1>
<p>Words, and <a href="#more">a link</a>.</p>
<div class="side-by-side"><div class="side-left">left</div><div class="side-right">right</div></div>
<h2 id="more">More</h2>
<div class="interactive" data-figure="bar"><label>length <input type="range" min="1" max="9" value="1"></label>
<svg width="90" height="20" role="img" aria-label="a bar"><rect width="10" height="20"></rect></svg></div>
$body
</main>
<script>
const input = document.querySelector("input");
input.addEventListener("input", () => document.querySelector("rect").setAttribute("width", 10 * input.value));
$script
</script>
</body>
</html>
""")

PLOT = '<div class="live-figure" role="img" aria-label="a line"><div id="plot" style="height: 300px"></div></div>'
TRACES = "[{ y: [1, 3, 2], name: 'one' }, { y: [2, 1, 3], name: 'two' }]"
DRAW = f"""Plotly.newPlot("plot", {TRACES}, {{ showlegend: true, paper_bgcolor: "transparent",
  plot_bgcolor: "transparent", font: {{ color: "#757575" }} }}, {{ responsive: true }});"""


def small_page(style: str = "", body: str = "", script: str = "") -> str:
    """The page; with Plotly where it has a figure for it."""
    plotly = '<script src="plotly.min.js"></script>' if "live-figure" in body else ""
    return _PAGE.substitute(style=style, body=plotly + body, script=script)


@dataclass(frozen=True)
class Broken:
    """A page, the check that must see its fault, and words of the finding."""

    fault: str
    check: str
    finding: str
    style: str = ""
    body: str = ""
    script: str = ""
