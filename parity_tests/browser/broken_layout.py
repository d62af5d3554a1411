"""Pages with a fault in what it draws, or where, and the check that must name it."""

from parity_tests.browser.broken import DRAW, PLOT, TRACES, Broken

SECOND_AXES = "{ y: [], xaxis: 'x2', yaxis: 'y2' }"

LAYOUT = (
    Broken("figure not drawn", "figures", "a line: nothing is drawn", body=PLOT),
    Broken("figure without traces", "figures", "no trace is drawn", body=PLOT, script="Plotly.newPlot('plot', []);"),
    Broken(
        "empty axes",
        "figures",
        "axes x2y2 are empty",
        body=PLOT,
        script=f"Plotly.newPlot('plot', [...{TRACES}, {SECOND_AXES}], {{ grid: {{ rows: 1, columns: 2 }} }});",
    ),
    Broken("stage left empty", "figures", "bar: nothing is drawn", script="document.querySelector('rect').remove();"),
    Broken(
        "figure too wide",
        "figures",
        "wider than its column",
        body=PLOT.replace("height: 300px", "height: 300px; width: 2000px"),
        style=".live-figure { overflow: hidden; width: 400px; }",
        script=DRAW,
    ),
    Broken(
        "figure cut off below",
        "figures",
        "taller than its place",
        body=PLOT,
        style=".live-figure { height: 200px; overflow: hidden; }",
        script=DRAW,
    ),
    Broken(
        "figure that stays wide",
        "layout on a phone",
        "wider than its column",
        body=PLOT,
        script=DRAW.replace("responsive: true", ""),
        style=".live-figure { overflow: hidden; }",
    ),
    Broken(
        "dead slider",
        "sliders",
        "slider 'length' of bar changes nothing",
        script="input.replaceWith(input.cloneNode());",
    ),
    Broken(
        "dead legend",
        "legends",
        "a line: a click on the legend hides nothing",
        body=PLOT,
        script=DRAW.replace("showlegend: true", "showlegend: true, legend: { itemclick: false }"),
    ),
    Broken(
        "control wider than a phone",
        "layout on a phone",
        "scrolls sideways by",
        style=".interactive { overflow-x: auto; } label { display: block; width: 500px; }",
    ),
    Broken(
        "columns always stacked",
        "layout on a desk",
        "do not stand side by side",
        style=".side-by-side { display: block; }",
    ),
    Broken(
        "columns that do not stack",
        "layout on a phone",
        "do not stack",
        style=".side-by-side { grid-template-columns: 1fr 1fr !important; }",
    ),
    Broken(
        "column lost", "layout on a desk", "1 left, 0 right", script="document.querySelector('.side-right').remove();"
    ),
    Broken(
        "page wider than a phone", "layout on a phone", "px stand in 390", body="<div style='width: 500px'>wide</div>"
    ),
    Broken(
        "needless scrollbar",
        "layout on a desk",
        "scrolls up and down by",
        body="<div style='overflow-x: auto; height: 1rem'>formula</div>",
    ),
    Broken(
        "formula that scrolls for what is not seen",
        "layout on a desk",
        "fits and yet scrolls sideways",
        body="<span class='math' style='display: inline-flex; overflow-x: auto; position: relative'>"
        "<mjx-math>x</mjx-math><span style='position: absolute; left: 0; width: 90px'>words</span></span>",
    ),
    Broken("focus not seen", "focus", 'focus is not seen on a "a link"', style="a { outline: none !important; }"),
    Broken(
        "focus not seen past a long menu",
        "focus",
        'focus is not seen on a "a link"',
        style="main a { outline: none !important; }",
        script="document.body.prepend(...Array.from({ length: 40 }, () => "
        "Object.assign(document.createElement('a'), { href: '#', textContent: 'menu ' })));",
    ),
    Broken(
        "focus in the page's colour",
        "focus",
        "focus is hardly seen",
        style=":focus-visible { outline: 3px solid #f2f2f2; }",
    ),
    Broken(
        "focus out of sight",
        "focus",
        "falls on what is not shown",
        body="<button style='position: absolute; width: 1px; height: 1px; padding: 0; border: 0'>x</button>",
    ),
    Broken(
        "focus on what is transparent",
        "focus",
        "falls on what is not shown",
        body="<p style='opacity: 0'><button>copy</button></p>",
    ),
)
