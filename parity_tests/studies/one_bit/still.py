"""The same as a still picture: SVG from Matplotlib, for the README."""

import io

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from parity_tests.studies.one_bit.results import policies, runs

STYLE = {"svg.hashsalt": "one bit", "svg.fonttype": "none", "font.size": 10, "axes.titlesize": 10}
CHANGE, AT = "bit 0", 1_000


def picture() -> str:
    """The text of an SVG file; its paper is white, in a dark page, too."""
    text = io.StringIO()
    with rc_context(STYLE):
        FigureCanvasSVG(draw()).print_svg(text, metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def draw() -> Figure:
    """Two policies, their difference, and how that grew in every seed."""
    figure = Figure(figsize=(11.0, 3.1), layout="constrained", facecolor="white")
    axes = figure.subplots(1, 4, width_ratios=(1, 1, 1, 1.45))
    kept = policies()
    at = kept["updates"].index(AT)
    one, other = kept["policies"][""][at], kept["policies"][CHANGE][at]
    extent = (kept["angles"][0], kept["angles"][-1], kept["speeds"][0], kept["speeds"][-1])
    maps = ((one, f"policy, {AT:,} updates"), (other, "one bit flipped, once"), (one - other, "difference"))
    for place, (values, title) in zip(axes, maps, strict=False):
        image = place.imshow(values, origin="lower", extent=extent, aspect="auto", cmap="RdBu_r", vmin=-2, vmax=2)
        place.set(title=title, xlabel="angle (rad)")
    axes[0].set_ylabel("speed (rad/s)")
    for place in axes[1:3]:
        place.set_yticklabels([])
    figure.colorbar(image, ax=axes[2], label="torque")
    for twin, line in runs().items():
        if twin.change == CHANGE:
            axes[3].semilogy(line["updates"], line["distances"], label=f"seed {twin.seed}", linewidth=1.2)
    axes[3].set(title="largest difference over all states", xlabel="update", ylabel="torque", xlim=(0, 1000))
    axes[3].yaxis.set_major_locator(LogLocator(numticks=6))
    axes[3].grid(alpha=0.3)
    axes[3].legend(fontsize=8, loc="lower right")
    return figure
