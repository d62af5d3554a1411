"""Pages with a fault in what it loads or says, and the check that must name it."""

from parity_tests.browser.broken import Broken

WORDS = (
    Broken("error", "console", "Uncaught Error: on purpose", script="throw new Error('on purpose');"),
    Broken("missing script", "console", "ERR_FILE_NOT_FOUND", body='<script src="not-there.js"></script>'),
    Broken(
        "script from a host",
        "requests",
        "http://cdn.invalid/x.js",
        body='<script src="http://cdn.invalid/x.js"></script>',
    ),
    Broken(
        "font from a host",
        "requests",
        "https://fonts.invalid/a",
        style="body { background-image: url(https://fonts.invalid/a) }",
    ),
    Broken("socket", "requests", "ws://host.invalid", script="new WebSocket('ws://host.invalid');"),
    Broken("no heading", "structure", "0 headings h1", script="document.querySelector('h1').remove();"),
    Broken("two first headings", "structure", "2 headings h1", body="<h1>Another</h1>"),
    Broken("level left out", "structure", "follows a heading of level 2", body="<h4>Too deep</h4>"),
    Broken(
        "picture without text",
        "structure",
        "has no alt text",
        body="<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
    ),
    Broken("input without label", "structure", "has no label", body="<input type='text'>"),
    Broken("button without name", "structure", "has no name", body="<button><svg></svg></button>"),
    Broken("formula not set", "maths", "formula is not set", body="<div class='math'>\\[ y = r \\]</div>"),
    Broken("raw formula", "maths", "as it was written: $$ y", body="<p>$$ y = r $$</p>"),
    Broken(
        "grey on grey",
        "contrast by day",
        "#999999 on #eeeeee is 2.46 to 1",
        body="<p style='color: #999; background: #eee'>faint</p>",
    ),
    Broken("faded", "contrast by day", 'to 1: "faint"', body="<p style='opacity: .4'>faint</p>"),
    Broken(
        "token of code",
        "contrast by day",
        "#ffcc00 on #ffffff",
        body="<pre style='background: #fff'><span style='color: #fc0'>def</span></pre>",
    ),
    Broken(
        "words in a drawing",
        "contrast by day",
        "#dddddd on #ffffff",
        body="<svg><text y='20' fill='#ddd'>faint</text></svg>",
    ),
    Broken(
        "faint placeholder",
        "contrast by day",
        "#cccccc on",
        body="<label>x <input placeholder='faint'></label>",
        style="::placeholder { color: #ccc; }",
    ),
    Broken(
        "ink that stays at night",
        "contrast by night",
        "#1d2229 on #000000",
        style="body { color: #1d2229 !important; }",
    ),
)
