"""Panels as a picture that any Markdown viewer shows: SVG, written by hand, so that no browser is needed to make it."""

from typing import NamedTuple

import numpy as np

from parity_tests.studies.exercises.panels import COLOURS, Curve
from parity_tests.studies.exercises.plotly_figure import offsets

WIDTH, HEIGHT = 360, 300  # of a panel, in pixels
LEFT, TOP, RIGHT, BOTTOM = 62, 34, 22, 44  # what axes and titles need of it
LEGEND = 30


class Axes(NamedTuple):
    """A panel's place and the numbers at its edges."""

    x0: float  # of the panel's left edge, in pixels
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x, y):
        """Numbers to pixels."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        right = self.x0 + LEFT + across * (WIDTH - LEFT - RIGHT)
        return round(right, 1), round(LEGEND + HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM), 1)


def picture(panels):
    """The panels side by side under one legend; the same text for the same panels."""
    size = f'width="{WIDTH * len(panels)}" height="{HEIGHT + LEGEND}"'
    box = f'viewBox="0 0 {WIDTH * len(panels)} {HEIGHT + LEGEND}"'
    font = 'font-family="system-ui, sans-serif" font-size="12"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} {font}>']
    lines += ['<rect width="100%" height="100%" fill="#ffffff"/>', *_legend(panels[0].shown)]
    for index, panel in enumerate(panels):
        lines += _panel(index * WIDTH, panel)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _legend(shown):
    """Each variant's name in its colour."""
    lines = []
    for index, one in enumerate(shown):
        x, colour = LEFT + 130 * index, COLOURS[one.variant]
        lines.append(f'<rect x="{x}" y="13" width="18" height="4" fill="{colour}"/>')
        lines.append(_text(x + 24, 19, one.variant, "start"))
    return lines


def _panel(x0, panel):
    """Title, axes, and what is shown."""
    axes = Axes(x0, _x_range(panel.shown), y_range(panel.shown))
    lines = [_text(x0 + LEFT, LEGEND + 20, panel.title, "start", "600"), *_y_axis(axes, panel.y_title)]
    if isinstance(panel.shown[0], Curve):
        ticks = [(step, f"{step:,}") for step in (10_000, 15_000, 20_000)]
        lines += [_text(x0 + LEFT + (WIDTH - LEFT - RIGHT) / 2, LEGEND + HEIGHT - 8, "environment steps", "middle")]
        lines += [line for one in panel.shown for line in _curve(axes, one)]
    else:
        ticks = [(place, one.variant) for place, one in enumerate(panel.shown)]
        lines += [line for place, one in enumerate(panel.shown) for line in _points(axes, place, one)]
    for x, words in ticks:
        low = 14 if isinstance(panel.shown[0], Curve) or x % 2 == 0 else 28  # names stand in two rows, to have room
        lines.append(_text(axes.at(x, axes.y[0])[0], LEGEND + HEIGHT - BOTTOM + low, words, "middle"))
    return lines


def _curve(axes, curve):
    """The band, and the mean upon it."""
    forth = [axes.at(x, y) for x, y in zip(curve.step, curve.high, strict=True)]
    back = [axes.at(x, y) for x, y in zip(curve.step[::-1], curve.low[::-1], strict=True)]
    mean = [axes.at(x, y) for x, y in zip(curve.step, curve.mean, strict=True)]
    colour = COLOURS[curve.variant]
    yield f'<polygon points="{_pairs(forth + back)}" fill="{colour}" fill-opacity="0.15"/>'
    yield f'<polyline points="{_pairs(mean)}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _points(axes, place, points):
    """One circle a seed."""
    for offset, value in zip(offsets(len(points.values)), points.values, strict=True):
        x, y = axes.at(place + offset, value)
        yield f'<circle cx="{x}" cy="{y}" r="3.5" fill="{COLOURS[points.variant]}" fill-opacity="0.75"/>'


def _y_axis(axes, title):
    """Lines across at round numbers, and the axis' title."""
    lines = []
    for y in round_numbers(*axes.y):
        (left, height), (right, _) = axes.at(axes.x[0], y), axes.at(axes.x[1], y)
        lines.append(f'<line x1="{left}" y1="{height}" x2="{right}" y2="{height}" stroke="#dde1e6"/>')
        lines.append(_text(left - 6, height + 4, f"{y:g}", "end"))
    x, y = axes.x0 + 14, LEGEND + TOP + (HEIGHT - TOP - BOTTOM) / 2
    turned = f'text-anchor="middle" fill="#1d2229" transform="rotate(-90 {x:g} {y:g})"'
    return [*lines, f'<text x="{x:g}" y="{y:g}" {turned}>{title}</text>']


def _x_range(shown):
    if isinstance(shown[0], Curve):
        return float(shown[0].step[0]), float(shown[0].step[-1])
    return -0.5, len(shown) - 0.5


def y_range(shown):
    """What holds every number shown, and a little room."""
    numbers = [[*one.low, *one.high] if isinstance(one, Curve) else one.values for one in shown]
    low, high = min(map(min, numbers)), max(map(max, numbers))
    room = 0.05 * (high - low) or 1.0
    return float(low - room), float(high + room)


def round_numbers(low, high):
    """Four to nine multiples of 1, 2 or 5 times a power of ten between the two."""
    rough = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(rough))
    step = max(factor * power for factor in (1, 2, 5) if factor * power <= rough)
    return [float(step * k) for k in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def _pairs(points):
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _text(x, y, words, anchor, weight="400"):
    where = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
    return f'<text {where} font-weight="{weight}" fill="#1d2229">{words}</text>'
