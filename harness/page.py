"""HTML of a report: one file that fetches nothing, on a phone or a desk, by day or by night."""

import json
from string import Template
from typing import Any

from plotly.offline import get_plotlyjs

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"

_STYLE = """
:root { color-scheme: light dark; --paper: #f4f5f7; --card: #fff; --ink: #1d2229; --soft: #5b6470; --line: #dde1e6;
  --mark: #fff1d0; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #0f1216; --card: #181c22; --ink: #e4e7eb; --soft: #9aa4b0; --line: #2c333c; --mark: #463a1c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 $font; }
main { max-width: 1040px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 20px; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 0 0 4px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px;
  margin-bottom: 16px; }
section p { margin: 6px 0 0; max-width: 46em; }
.soft, dt, caption { color: var(--soft); font-size: .9rem; }
.nothing { font-style: italic; }
.warning { background: var(--mark); border-radius: 6px; padding: 6px 10px; }
.runs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 0 16px; }
.runs h2 { overflow-wrap: anywhere; margin-bottom: 10px; }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .5em; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 8px 12px; margin: 0; }
dd { margin: 0; font-size: .94rem; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; margin-top: 8px; }
th, td { text-align: left; font-weight: normal; padding: 3px 24px 3px 8px; border-top: 1px solid var(--line); }
thead th { font-weight: 600; border: 0; }
.one tbody { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr)); gap: 0 24px; }
.one table { width: 100%; }
.one tr { display: flex; justify-content: space-between; border-top: 1px solid var(--line); }
.one th, .one td { border: 0; padding: 3px 0; }
@media (max-width: 520px) { table { font-size: .8rem; } th, td { padding: 3px 10px 3px 2px; } }
tr.differs { background: var(--mark); }
tr.differs td { font-weight: 600; }
summary { cursor: pointer; font-size: 1.15rem; font-weight: 700; }
b { font-weight: 600; }
.figure { margin: 0 -10px; overflow: hidden; }
"""

_COLOUR_BAR = {
    "orientation": "h",
    "yref": "container",
    "y": 1,
    "yanchor": "top",
    "len": 0.8,  # leaves the corner to Plotly's buttons
    "thickness": 12,
    "outlinewidth": 0,
    "title": {"font": {"size": 13}},
}

# Plotly writes colours into its SVG, where a style sheet does not reach: so they follow the page here.
_SCRIPT = """
const page = JSON.parse(document.getElementById("figures").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
// A finger that moves over a figure must scroll the page.
const touch = matchMedia("(pointer: coarse)").matches;
const config = { responsive: true, displaylogo: false, displayModeBar: touch ? false : "hover",
  modeBarButtons: [["resetScale2d", "toImage"]] };
function draw() {
  const template = { layout: page.looks[dark.matches ? "dark" : "light"] };
  for (const [id, { data, layout }] of Object.entries(page.figures)) {
    // In a window that turns narrow Plotly makes a figure "100%" high: of this.
    document.getElementById(id).style.height = `${layout.height}px`;
    Plotly.react(id, data, { ...layout, template, dragmode: touch ? false : "zoom" }, config);
  }
}
draw();
dark.addEventListener("change", draw);
"""

# The policy lets the browser refuse whatever the page might try to fetch.
_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>$title</title>
<style>$style</style>
</head>
<body>
<main>
<h1>$title</h1>
$body
<noscript><p>The figures are drawn by JavaScript, which is switched off.</p></noscript>
</main>
<script type="application/json" id="figures">$figures</script>
<script>$plotly</script>
<script>$script</script>
</body>
</html>
""")


def page(title: str, body: str, figures: dict[str, Any]) -> str:
    """The whole file.

    Args:
        title: HTML, escaped already.
        body: HTML; holds an element with each figure's key as its id.
        figures: "data" and "layout" of each figure, as JSON's types.
    """
    return _PAGE.substitute(
        title=title,
        body=body,
        style=Template(_STYLE).substitute(font=_FONT),
        figures=script_json({"looks": {"light": _look(dark=False), "dark": _look(dark=True)}, "figures": figures}),
        plotly=get_plotlyjs(),
        script=_SCRIPT,
    )


def script_json(value: Any) -> str:
    """JSON that may stand inside a script element: nothing in it ends the element or opens a comment."""
    text = json.dumps(value, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _look(dark: bool) -> dict[str, Any]:
    """The layout that all figures share, in the colours of one scheme."""
    ink, line = ("#c6ccd4", "#2c333c") if dark else ("#3a424d", "#e3e6ea")
    axis = {
        "gridcolor": line,
        "zerolinecolor": line,
        "linecolor": line,
        "automargin": True,
        "title": {"standoff": 8, "font": {"size": 13}},
    }
    return {
        "font": {"family": _FONT, "size": 13, "color": ink},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": axis,
        "yaxis": axis,
        "coloraxis": {"colorbar": _COLOUR_BAR},
        "legend": {"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
        "margin": {"l": 10, "r": 14, "t": 36, "b": 10},
        "hoverlabel": {"namelength": -1},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": "#808890", "activecolor": ink},
    }
