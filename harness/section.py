"""A section of the report as HTML: a figure's place, how to read it, and what it lacks."""

from html import escape

import plotly.graph_objects as go

from harness.diagnostics import LACKING, Section
from harness.pitfall_figures import value_growth
from harness.run_log import RunLog
from harness.series import snapshots
from harness.value_bound import outside, warning


def section_html(section: Section, figure: go.Figure, runs: list[RunLog]) -> str:
    """A figure's place, or why there is none, and its words."""
    heading = f"<h2>{escape(figure.layout.title.text)}</h2>"
    if not figure.data:
        reasons = dict.fromkeys(lacking(run, section) or "it has no numbers" for run in runs)
        return f'<section>{heading}<p class="nothing">Nothing to draw: {"; ".join(reasons)}.</p></section>'
    reading = f"<p><b>How to read it.</b> {section.reading}</p><p><b>Trouble looks like this.</b> {section.trouble}</p>"
    notes = "".join(f'<p class="soft">{note}</p>' for note in section_notes(section, figure, runs))
    return f'<section>{heading}<div class="figure" id="{section.draw.__name__}"></div>{reading}{notes}</section>'


def section_notes(section: Section, figure: go.Figure, runs: list[RunLog]) -> list[str]:
    """What the figure does not show as it was logged, as HTML."""
    width, notes = figure.layout.meta["bin_width"], []
    if width > 1:
        notes.append(
            f"Each point is the mean of {width} {section.unit}s in a row (the last may stand for fewer), so a single "
            "spike was sharper than it looks."
        )
    for run in runs:
        last = run.episodes[-1] if run.episodes else None
        reason = lacking(run, section)
        if reason is not None:
            notes.append(f"{escape(run.name)} is not drawn: {reason}.")
        elif section.unit == "episode" and last and not (last["terminated"] or last["truncated"]):
            notes.append(f"The last episode of {escape(run.name)} was cut short at {last['length']} steps.")
        if section.draw is value_growth and reason is None and run.config.gamma == 1:
            notes.append(f"At the gamma of 1 of {escape(run.name)}, rewards of any size set |Q| no bound.")
    return notes


def lacking(run: RunLog, section: Section) -> str | None:
    """Why a run has nothing to draw in a section; None: it has."""
    updates = any(episode["updates"]["critic_loss"] for episode in run.episodes)
    there = {"episode": bool(run.episodes), "update": updates, "snapshot": bool(snapshots(run))}
    if not there[section.unit]:
        return LACKING[section.unit]
    if section.key is None:
        return None
    found = [place[section.key] for line in run.episodes for place in (line, line["updates"]) if section.key in place]
    if not found:
        return "its folder was written before this was logged"
    # An episode may have made no update, which leaves its list empty.
    return None if any(some is not None and some != [] for some in found) else section.absent


def value_warning(run: RunLog) -> str | None:
    """A sentence where Q left what rewards allow, on the episode in which it went furthest; None: it did not."""
    found = list(outside(run.episodes, run.config.gamma))
    if not found:
        return None
    worst = max(found, key=lambda some: some.value / some.allowed if some.allowed else some.value)
    many = f" It was so in {len(found)} of {len(run.episodes)} episodes, first in episode {found[0].episode}."
    return warning(worst, run.config.gamma) + many
