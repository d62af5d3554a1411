"""Writes docs/presets.md: `python -m harness.presets_page`."""

import sys
from pathlib import Path

from harness.preset import Given, Preset, Source, differences, in_words
from harness.presets import PRESETS

PAGE = Path(__file__).parents[1] / "docs" / "presets.md"

_HEAD = """# Presets

`--preset NAME` begins a run with the values of a publication or a library: `ddpg train --preset td3`, `ddpg record
--preset paper`, `ddpg compare --preset spinningup --total-steps 2000`. Options beside it win. A run's `config.json`
holds what came of it, field by field; `ddpg presets` prints the tables below, `ddpg presets td3 --json` everything.

Values are for Pendulum-v1, whose actions lie within ±2 and whose episodes end at 200 steps: a noise that its source
gives in units of the bound stands here in action units. Elsewhere give `--noise-sigma`, `--target-noise` and
`--target-noise-clip` anew. Numbers are those that the source prints, also where its loop begins a step later than its
own number says. Runs that their source counts in steps have as many episodes as steps for a limit, so that steps end
them. What no preset reproduces: the source's random numbers, and its rounding.

A table holds the fields in which a preset is not the default, and where each value stands; what follows it is what
the source does and the preset does not. This page is written by `python -m harness.presets_page`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(name, preset) for name, preset in PRESETS.items())])


def _section(name: str, preset: Preset) -> str:
    rows = [
        f"| `{field}` | {in_words(given.value)} | {in_words(default)} | {_source(given)} |"
        for field, given, default in differences(preset)
    ]
    paragraphs = [
        f"## {name}",
        preset.what,
        "\n".join(["| field | value | default | source |", "|---|---|---|---|", *rows]),
    ]
    if preset.missing:
        missing = [f"- {what} ({_linked(source)})" for what, source in preset.missing]
        paragraphs.append("\n".join(["Not reproduced:", "", *missing]))
    return "\n\n".join([*paragraphs, *preset.remarks]) + "\n"


def _source(given: Given) -> str:
    return _linked(given.source) + (f": {given.how}" if given.how else "")


def _linked(source: Source) -> str:
    return f"[{source.place}]({source.link})" if source.link else source.place


if __name__ == "__main__":
    if not PAGE.parent.is_dir():
        sys.exit(f"{PAGE.parent} is missing: the page is in the repository, not in the package.")
    PAGE.write_text(page())
    print(f"Wrote {PAGE}", file=sys.stderr)
