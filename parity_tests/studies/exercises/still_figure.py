"""Panels as a still picture, for readers of the Markdown: SVG from Matplotlib, the same text for the same panels."""

import io

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from parity_tests.studies.exercises.panels import COLOURS, Curve
from parity_tests.studies.exercises.plotly_figure import offsets

STYLE = {"svg.hashsalt": "exercises", "svg.fonttype": "none", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3}


def picture(panels):
    """The panels side by side under one legend, as the text of an SVG file."""
    text = io.StringIO()
    with rc_context(STYLE):
        figure = draw(panels)
        FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def draw(panels):
    """The same panels as the Plotly figure's, in the same colours."""
    figure = Figure(figsize=(4.0 * len(panels), 3.4), layout="constrained")
    for axes, panel in zip(figure.subplots(1, len(panels)), panels, strict=True):
        axes.set(title=panel.title, ylabel=panel.y_title)
        if isinstance(panel.shown[0], Curve):
            axes.set(xlabel="environment steps")
        else:
            names = [one.variant.replace("_", "\n") for one in panel.shown]  # a name of two words has two lines
            axes.set_xticks(range(len(names)), names)
        for place, shown in enumerate(panel.shown):
            (_curve if isinstance(shown, Curve) else _points)(axes, shown, place)
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=len(panels[0].shown))
    return figure


def _curve(axes, curve, _):
    """The mean as a line, upon its band."""
    colour = COLOURS[curve.variant]
    axes.fill_between(curve.step, curve.low, curve.high, color=colour, alpha=0.15, linewidth=0)
    axes.plot(curve.step, curve.mean, color=colour, label=curve.variant)


def _points(axes, points, place):
    """One point a seed, side by side around their variant's place."""
    x = [place + offset for offset in offsets(len(points.values))]
    axes.plot(x, points.values, "o", color=COLOURS[points.variant], markersize=4)
